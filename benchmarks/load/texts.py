"""Comments enough for a long run, polite and unlike one another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_ADJECTIVES, _NOUNS, _VERBS, _LINKS = (
    line.split() for line in Path(__file__).with_name("words.txt").read_text().splitlines()
)
_CLOSINGS = (
    "and I would like to know why",
    "which is more than most towns can say",
    "though I may have missed a chapter",
    "so thank you for asking them",
    "as the third paragraph says",
    "which surprised both of us",
    "and that seems worth the money",
    "if I read the article right",
)


def sentences(*, seed: int) -> Iterator[str]:
    """Texts of two sentences each, for ever; the same for the same seed."""
    chance = random.Random(seed)
    while True:
        yield f"{_sentence(chance)} {_sentence(chance)}"


def _sentence(chance: random.Random) -> str:
    said = (
        f"{_clause(chance)} {chance.choice(_LINKS)} {_clause(chance)}, {chance.choice(_CLOSINGS)}."
    )
    return said[0].upper() + said[1:]


def _clause(chance: random.Random) -> str:
    return f"{_thing(chance)} {chance.choice(_VERBS)} {_thing(chance)}"


def _thing(chance: random.Random) -> str:
    return f"the {chance.choice(_ADJECTIVES)} {chance.choice(_NOUNS)}"
