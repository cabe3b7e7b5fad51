"""Sentences that differ only in whom they are about, from the templates that ship with us."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

_FOLDER = resources.files("fruitful.moderation.data").joinpath("neutrality")
_AXES = "axes.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One wording of a counterfactual: the text, and the term that stands in it."""

    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """One template said of every term of one axis. All variants must have one outcome.

    ``is_abuse`` says which: not published where it is true, published where it is not.
    """

    axis: str
    family: str
    is_abuse: bool
    variants: tuple[Variant, ...]


def counterfactuals(*, every: int = 1) -> list[Counterfactual]:
    """Every template on each of its axes, always in the same order.

    ``every`` = n keeps the first of each n templates of a family on each axis: a smaller set for
    frequent use, over the same families and axes. Raises ``ValueError`` for less than 1.
    """
    if every < 1:
        raise ValueError("one of so many templates: at least 1")
    axes = tomllib.loads(_FOLDER.joinpath(_AXES).read_text(encoding="utf-8"))
    found: list[Counterfactual] = []
    for family in _families():
        for axis in family["axes"]:
            for template in family["templates"][::every]:
                terms = axes[axis]["terms"]
                found.append(
                    Counterfactual(
                        axis=axis,
                        family=family["name"],
                        is_abuse=family["expect"] == "caught",
                        variants=tuple(_variants(template, terms)),
                    )
                )
    return found


def _families() -> Iterator[Mapping[str, Any]]:
    for file in sorted(_FOLDER.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml") and file.name != _AXES:
            yield from tomllib.loads(file.read_text(encoding="utf-8"))["family"]


def _variants(template: str, terms: Sequence[Mapping[str, str]]) -> Iterator[Variant]:
    for term in terms:
        # A template says {People} where the word begins a sentence and {people} elsewhere.
        capital = {name.capitalize(): text[:1].upper() + text[1:] for name, text in term.items()}
        name = term.get("people") or term["who"]
        yield Variant(term=name, text=template.format(**term, **capital))
