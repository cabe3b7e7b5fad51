"""Known patterns of comment spam: what is offered (a bait) and what the reader is to do (a call).

The patterns are data; this module finds them and says how much they weigh together. A bait by
itself is often honest talk about the subject; a bait that comes with a call to act and an address
to act upon is an advertisement.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources
from typing import Any

from fruitful.domain.moderation import Span
from fruitful.moderation.normalise import Normalised
from fruitful.moderation.normalise.characters import bare
from fruitful.moderation.normalise.view import Rewrite, rewritten

_FRAGMENTS = {
    "{money}": r"(?:[$£€] ?\d[\d,.]* ?k?|\d[\d,.]* ?k? ?(?:usd|dollars?|bucks|euros?|pounds?|btc))",
    "{gap}": r"[\s\S]{0,60}?",
}

_SPACED = re.compile(r"(?<!\w)[a-z](?:[ ._*-]{1,2}[a-z]){3,}(?!\w)")


class Strength(IntEnum):
    """How rare a pattern is in honest comments."""

    WEAK = 1
    STRONG = 2
    CERTAIN = 3


# Score of a bait by the number of supports it has: a call, an address, a second kind of bait.
# The rows were set so that a weak bait with one support and a strong bait alone are looked at by
# a person, and only a strong bait with both a call and an address counts as confirmed spam.
_SCORES: Mapping[Strength, tuple[float, ...]] = {
    Strength.WEAK: (0.3, 0.55, 0.92, 0.95),
    Strength.STRONG: (0.6, 0.92, 0.99, 0.99),
    Strength.CERTAIN: (0.92, 0.99, 0.99, 0.99),
}
_CALL_WITH_ADDRESS = 0.6
_CALL_ALONE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Patterns of one kind and strength, joined into one expression for lower-case text."""

    name: str
    strength: Strength
    needs: tuple[str, ...]
    expressions: tuple[re.Pattern[str], ...]

    def find(self, view: Normalised) -> Span | None:
        """Where the first pattern that matches stands in the text as typed."""
        text = view.text
        if not any(need in text for need in self.needs):
            return None
        for expression in self.expressions:
            if (match := expression.search(text)) and match.end() > match.start():
                return view.span(match.start(), match.end())
        return None


@dataclass(frozen=True, slots=True)
class Patterns:
    """The whole list with its version."""

    version: str
    baits: tuple[Family, ...]
    calls: tuple[Family, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A pattern found, where, and what it weighs among all that was found in the text."""

    family: str
    span: Span
    score: float


@cache
def load_patterns() -> Patterns:
    """The list that ships with the package, compiled once."""
    folder = resources.files("fruitful.moderation.data").joinpath("spam")
    data, more = (
        tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))
        for file in ("patterns.toml", "patterns_more.toml")
    )
    return Patterns(
        version=data["version"],
        baits=tuple(map(_family, (*data["bait"], *more["bait"]))),
        calls=tuple(map(_family, data["call"])),
    )


def match_patterns(
    patterns: Patterns, views: Sequence[Normalised], *, has_address: bool
) -> list[Match]:
    """The baits and calls in any of the views of one text, each weighed among the others.

    ``has_address`` says that the text names a link, an e-mail address or a telephone number
    which the house rules do not allow.
    """
    baits = _find(patterns.baits, views)
    calls = _find(patterns.calls, views)
    strong_call = any(family.strength > Strength.WEAK for family, _ in calls)
    # "Click here" does nothing without something to click.
    supports = int(strong_call or (bool(calls) and has_address)) + int(has_address)
    kinds = len({family.name for family, _ in baits})
    matches = [
        Match(family=family.name, span=span, score=_weigh(family, supports + int(kinds > 1)))
        for family, span in baits
    ]
    alone = _CALL_WITH_ADDRESS if strong_call and has_address else _CALL_ALONE
    matches += [
        Match(family=family.name, span=span, score=alone)
        for family, span in calls
        if family.strength > Strength.WEAK
    ]
    return matches


def closed_up(view: Normalised) -> Normalised:
    """The view without accents, and with spaced-out words ("t e l e g r a m") closed up."""
    plain = Normalised(bare(view.text), view.starts, view.ends)
    return rewritten(plain, [_closed_up(match) for match in _SPACED.finditer(plain.text)])


def _closed_up(match: re.Match[str]) -> Rewrite:
    letters = [i for i in range(*match.span()) if match.string[i].isalpha()]
    return Rewrite(
        match.start(),
        match.end(),
        "".join(match.string[i] for i in letters),
        [(i, i + 1) for i in letters],
    )


def _weigh(family: Family, supports: int) -> float:
    scores = _SCORES[family.strength]
    return scores[min(supports, len(scores) - 1)]


def _find(families: Iterable[Family], views: Sequence[Normalised]) -> list[tuple[Family, Span]]:
    found = []
    for family in families:
        spans = (family.find(view) for view in views)
        if span := next((s for s in spans if s), None):
            found.append((family, span))
    return found


def _family(data: Mapping[str, Any]) -> Family:
    return Family(
        name=data["family"],
        strength=Strength[data["strength"].upper()],
        needs=tuple(data["needs"]),
        expressions=tuple(re.compile(_expanded(pattern)) for pattern in data["patterns"]),
    )


def _expanded(pattern: str) -> str:
    for name, fragment in _FRAGMENTS.items():
        pattern = pattern.replace(name, fragment)
    return pattern
