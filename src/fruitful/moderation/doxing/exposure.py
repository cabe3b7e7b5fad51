"""What lays a person open to strangers: where a child is and when, a shift, a front door."""

from __future__ import annotations

from collections.abc import Iterator

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.phrases import phrase
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.whereabouts import is_somebody

_PHRASES = (
    (phrase("minor"), "whereabouts", 0.8),
    (phrase("child_of"), "whereabouts", 0.8),
    (phrase("works_alone"), "whereabouts", 0.65),
    (phrase("on_ones_own"), "whereabouts", 0.65),
    (phrase("kin_works"), "whereabouts", 0.8),
    (phrase("to_the_door"), "find_request", 0.85),
)
"""The score falls with how often such a sentence is innocent: a child's hours hardly ever are."""


def find_exposure(reading: Reading) -> Iterator[Finding]:
    """Statements and calls that would let a stranger wait for somebody."""
    for pattern, kind, score in _PHRASES:
        for match in pattern.finditer(reading.text):
            if is_somebody(reading, match):
                yield Finding(match.start(), match.end(), kind, score)
