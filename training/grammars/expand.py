"""Expand the template files beside this module into labelled examples."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.examples import Example, all_zero
from training.grammars.combine import combined

_FOLDER = Path(__file__).parent / "families"
_SLOT = re.compile(r"\{(\w+)\}")
_HELD_EVERY = 5
"""Every fifth template of a family is kept out of training: the development set is by template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Templates that share their labels. ``each`` is how many sentences one template gives."""

    name: str
    templates: Sequence[str]
    labels: Mapping[str, float]
    each: int


def read_grammars(seed: int = 7) -> Iterator[Example]:
    """Every family expanded; the same sentences each time for the same files and seed."""
    slots = _slots()
    files = sorted(path for path in _FOLDER.glob("*.toml") if not path.match("slots*.toml"))
    single = [
        example
        for path in files
        for family in _families(path)
        for example in _expand(family, slots, random.Random(f"{seed}:{family.name}"))
    ]
    yield from single
    yield from combined(single, share=0.25, seed=seed)


def _slots() -> dict[str, Sequence[str]]:
    """The fillers of every ``slots*.toml`` together; a slot stands in one file only."""
    merged: dict[str, Sequence[str]] = {}
    for path in sorted(_FOLDER.glob("slots*.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if twice := merged.keys() & found.keys():
            raise ValueError(f"{path.name}: slots defined before: {sorted(twice)}")
        merged |= found
    return merged


def _families(path: Path) -> Iterator[Family]:
    for table in tomllib.loads(path.read_text(encoding="utf-8"))["family"]:
        labels = all_zero(unknown=tuple(table.get("unknown", ())))
        yield Family(
            name=f"{path.stem}.{table['name']}",
            templates=table["templates"],
            labels=labels | {k: float(v) for k, v in table.get("labels", {}).items()},
            each=table.get("each", 20),
        )


def _expand(
    family: Family, slots: Mapping[str, Sequence[str]], dice: random.Random
) -> Iterator[Example]:
    for number, template in enumerate(family.templates):
        held = number % _HELD_EVERY == _HELD_EVERY - 1
        made: set[str] = set()
        variants = family.each if _SLOT.search(template) else 1
        for _ in range(variants * 3):
            made.add(_vary(_fill(template, slots, dice), dice))
            if len(made) >= variants:
                break
        for text in sorted(made):
            yield Example(
                source="grammar" if not held else f"grammar_dev:{family.name}",
                part="dev" if held else "train",
                text=text,
                labels=family.labels,
            )


def _fill(template: str, slots: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    text = template
    while match := _SLOT.search(text):
        value = dice.choice(slots[match[1]])
        text = text[: match.start()] + value + text[match.end() :]
    return text[:1].upper() + text[1:]


def _vary(text: str, dice: random.Random) -> str:
    """Small differences of typing that carry no meaning."""
    chance = dice.random()
    if chance < 0.12:
        return text.lower()
    if chance < 0.2:
        return text.rstrip(".")
    if chance < 0.24 and text.endswith("."):
        return text[:-1] + "!"
    if 0.24 <= chance < 0.3:
        return text.replace("'", "").lower()
    return text
