"""The outputs of the network, in the order of its columns."""

from __future__ import annotations

from fruitful.domain.moderation import ATTRIBUTES

CATEGORY_HEADS = ("violence", "racism", "vulgarity", "discourtesy")
HEADS = (*ATTRIBUTES, *CATEGORY_HEADS)

SPAN_TYPES = {
    "Insult": 0,
    "Profane/Obscene": 1,
    "Identity based Attack": 2,
    "Threat": 3,
    "Other Toxicity": 4,
}
"""Types of marked words in the span annotations; channel 5 is a mark of any type."""
SPAN_CHANNELS = 6
