"""The vocabulary that the recognisers share, read once from package data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Lower-case words without accents; what each list means stands in the data file."""

    persons: tuple[str, ...]
    kin: tuple[str, ...]
    private_things: tuple[str, ...]
    qualifiers: tuple[str, ...]
    desks: tuple[str, ...]
    institutions: tuple[str, ...]
    events: tuple[str, ...]
    role_mailboxes: frozenset[str]
    mail_providers: frozenset[str]
    top_level_domains: frozenset[str]
    public_domains: tuple[str, ...]
    landmarks: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    lists: dict[str, list[str]] = tomllib.loads(_data("vocabulary.toml"))
    return Vocabulary(
        persons=tuple(lists["persons"]),
        kin=tuple(lists["kin"]),
        private_things=tuple(lists["private_things"]),
        qualifiers=tuple(lists["qualifiers"]),
        desks=tuple(lists["desks"]),
        institutions=tuple(lists["institutions"]),
        events=tuple(lists["events"]),
        role_mailboxes=frozenset(lists["role_mailboxes"]),
        mail_providers=frozenset(lists["mail_providers"]),
        top_level_domains=frozenset(lists["top_level_domains"]),
        public_domains=tuple(lists["public_domains"]),
        landmarks=tuple(lists["landmarks"]),
    )


@cache
def street_kinds(language: str) -> dict[str, tuple[str, ...]]:
    """The kinds of street of one language, by the lists of the data file."""
    text = (
        files("fruitful.moderation").joinpath("data", "doxing", "streets.toml").read_text("utf-8")
    )
    return {name: tuple(kinds) for name, kinds in tomllib.loads(text)[language].items()}


def any_of(words: Iterable[str]) -> str:
    """A regular-expression group that matches any of the words, the longest first."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"


def _data(name: str) -> str:
    return files("fruitful.moderation").joinpath("data", "doxing", name).read_text("utf-8")
