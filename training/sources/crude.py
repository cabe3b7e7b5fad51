"""Tell crude sexual or scatological words from plain swearing, for sources that do not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from training.sources.tables import rows

_CRUDE = {"sexual anatomy / sexual acts", "bodily fluids / excrement"}
_LETTERS = re.compile(r"[a-z]+")
_WORDS = Path(__file__).parent / "plain_swearing.txt"


def is_crude(text: str) -> bool:
    """Whether a word of the crude lists occurs that is more than an everyday swear word."""
    return not _crude_words().isdisjoint(_LETTERS.findall(text.lower()))


@cache
def _crude_words() -> frozenset[str]:
    from training.settings import data_folder

    everyday = set(_WORDS.read_text(encoding="utf-8").split())
    return frozenset(
        row["text"].lower()
        for row in rows(data_folder() / "surge_profanity" / "profanity_en.csv")
        if row["category_1"] in _CRUDE
        and row["text"].isalpha()
        and len(row["text"]) > 3
        and not any(row["text"].lower().startswith(stem) for stem in everyday)
    )
