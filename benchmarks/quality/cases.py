"""HouseRulesCheck: named behaviours, each with templates that always make the same cases.

A behaviour says which outcome the default house rules must give:

- ``caught``: not published, and the behaviour's category has a verdict of its own
  (``any_category`` waives the second half);
- ``clean``: published, with nothing masked;
- ``masked``: published, with something masked;
- ``not_returned``: published or held, never returned, because use is not mention.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fruitful.domain.moderation import Decision
from fruitful.domain.policy import Category, Outcome

FOLDER = Path(__file__).parent / "behaviours"
CASES_PER_BEHAVIOUR = 60
_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b(a)n(?= [bcdfghjklmnpqrstvwxyz])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One thing the engine must do, and the texts to try it on."""

    name: str
    expect: str
    category: Category | None
    any_category: bool
    templates: tuple[str, ...]

    def is_met(self, decision: Decision) -> bool:
        """Whether the decision is what the house rules must give."""
        published = decision.outcome is Outcome.PUBLISH
        if self.expect == "caught":
            named = self.any_category or (
                self.category is not None
                and decision.verdicts[self.category] is not Outcome.PUBLISH
            )
            return not published and named
        if self.expect == "clean":
            return published and not decision.redactions
        if self.expect == "masked":
            return published and bool(decision.redactions)
        return published or decision.outcome is Outcome.HOLD


@dataclass(frozen=True, slots=True)
class Case:
    """A text to be judged, and the behaviour it belongs to."""

    behaviour: Behaviour
    text: str


def behaviours(folder: Path = FOLDER) -> list[Behaviour]:
    """Every behaviour, in the order of the files and within them."""
    found: list[Behaviour] = []
    for file in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("behaviour", []):
            category = entry.get("category")
            found.append(
                Behaviour(
                    name=entry["name"],
                    expect=entry["expect"],
                    category=Category(category) if category else None,
                    any_category=entry.get("any_category", False),
                    templates=tuple(entry["templates"]),
                )
            )
    return found


def cases(limit: int = CASES_PER_BEHAVIOUR) -> list[Case]:
    """Up to ``limit`` cases of each behaviour, every template as often as the others."""
    slots = tomllib.loads((FOLDER / "slots.toml").read_text(encoding="utf-8"))
    return [
        Case(behaviour, text)
        for behaviour in behaviours()
        for text in _texts(behaviour.templates, slots, limit)
    ]


def _texts(templates: Sequence[str], slots: Mapping[str, Sequence[str]], limit: int) -> list[str]:
    streams = [_filled(template, slots) for template in templates]
    texts: dict[str, None] = {}
    for text in itertools.chain.from_iterable(itertools.zip_longest(*streams)):
        if text is not None:
            texts.setdefault(text)
        if len(texts) == limit:
            break
    return list(texts)


def _filled(template: str, slots: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The template with every combination of words, in an order that mixes them well."""
    names = list(dict.fromkeys(_SLOT.findall(template)))
    choices = itertools.product(*(slots[name] for name in names))
    for choice in sorted(choices, key=lambda words: _scramble(template, words)):
        words = dict(zip(names, choice, strict=True))
        text = _ARTICLE.sub(r"\1", _SLOT.sub(partial(_word, words), template))
        yield text[0].upper() + text[1:] if template.startswith("{") else text


def _word(words: Mapping[str, str], slot: re.Match[str]) -> str:
    return words[slot[1]]


def _scramble(template: str, words: tuple[str, ...]) -> bytes:
    # Hashed, not drawn: the cases must be the same on every machine and in every version.
    return hashlib.sha256("\x1f".join((template, *words)).encode()).digest()
