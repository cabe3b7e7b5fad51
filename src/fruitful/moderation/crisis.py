"""Tell whether the writer speaks of ending their own life, or of an attempt under way.

Patterns are data, ``data/crisis.toml``. They are precise: grief, prevention, news and idiom pass.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fruitful.domain.moderation import Span
from fruitful.moderation.normalise import Normalised

_BEFORE, _AFTER = 60, 60


@dataclass(frozen=True, slots=True)
class Signs:
    """The patterns compiled, and what around them makes them no sign of danger now."""

    patterns: tuple[re.Pattern[str], ...]
    not_before: re.Pattern[str]
    not_after: re.Pattern[str]

    def find(self, view: Normalised) -> Span | None:
        """Where the first sign stands in the text as typed."""
        text = view.text.replace("’", "'")
        matches = (match for pattern in self.patterns for match in pattern.finditer(text))
        for match in matches:
            if match.end() > match.start() and self._is_now(text, match):
                return view.span(match.start(), match.end())
        return None

    def _is_now(self, text: str, match: re.Match[str]) -> bool:
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        after = text[match.end() : match.end() + _AFTER]
        return not self.not_before.search(before) and not self.not_after.search(after)


@cache
def load_signs() -> Signs:
    """The signs that ship with the package."""
    source = resources.files("fruitful.moderation.data").joinpath("crisis.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    fragments: Mapping[str, str] = data["fragments"]
    return Signs(
        patterns=tuple(
            re.compile(expanded)
            for sign in data["sign"]
            for expanded in _expanded(sign["patterns"], fragments)
        ),
        not_before=re.compile(data["not_now"]["before"]),
        not_after=re.compile(data["not_now"]["after"]),
    )


def _expanded(patterns: list[str], fragments: Mapping[str, str]) -> Iterator[str]:
    for pattern in patterns:
        for name, fragment in fragments.items():
            pattern = pattern.replace("{" + name + "}", fragment)
        yield pattern
