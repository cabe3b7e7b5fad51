"""The word lists: which terms break which rule, how gravely, and in which forms they appear."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from fruitful.domain.policy import Category

LANGUAGES = ("en", "de", "es", "fr", "it", "pt")
"""Languages with a word list, ISO 639-1."""


class Tier(StrEnum):
    """How grave a term is: under the default house rules published, held, and returned."""

    MILD = "mild"
    STRONG = "strong"
    SEVERE = "severe"


class Use(StrEnum):
    """When a term counts, from widest to narrowest.

    Always; unless said of oneself; when aimed at somebody ("what a …"); when somebody is said to
    be so ("they are …"); when said to the one addressed ("you are …").
    """

    ALWAYS = "always"
    INSULT = "insult"
    AIMED = "aimed"
    SAID = "said"
    YOU = "you"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One form of a listed term, in lower case, as it stands in a folded text.

    ``also`` is a second category that the term belongs to as much.
    ``is_open_before`` and ``is_open_after`` mark stems that other letters may adjoin;
    ``is_shared`` a form that is an ordinary word of another language, like French "retard".
    """

    form: str
    tier: Tier
    category: Category
    use: Use
    language: str
    also: Category | None = None
    is_open_before: bool = False
    is_open_after: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word list of one language, and the clean phrases that hold its words."""

    terms: tuple[Term, ...]
    clean: tuple[str, ...]


_SECTION = re.compile(r"\[(\w+)(?:\+(\w+))? (\w+) (\w+)\]")
_CLEAN = "[clean]"
_VOWELS = "aeiou"


@cache
def lexicon(language: str) -> Lexicon:
    """The word list of one of :data:`LANGUAGES`."""
    data = resources.files("fruitful.moderation.data").joinpath(f"lexicon_{language}.txt")
    return parse_lexicon(data.read_text("utf-8"), language=language)


@cache
def listed_words(file: str, section: str) -> tuple[str, ...]:
    """The words under ``[section]`` of a data file, in order, each with its inflected forms."""
    text = resources.files("fruitful.moderation.data").joinpath(file).read_text("utf-8")
    words: list[str] = []
    heading = ""
    for line in text.splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#") and heading == section:
            for entry in line.split(", "):
                words += inflected(*entry.partition("/")[::2])
    return tuple(words)


def parse_lexicon(text: str, *, language: str) -> Lexicon:
    """Read a word list; the head of ``lexicon_en.txt`` describes the format.

    Where a form is listed twice the graver listing holds, of equals the one that counts in more
    uses, and then the first. Raises
    :class:`ValueError` for a section of unknown category, tier or use.
    """
    found: dict[str, Term] = {}
    clean: list[str] = []
    section: _Section | None = None
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = None if line == _CLEAN else _section(line)
        elif section is None:
            clean += line.split(", ")
        else:
            for entry in line.split(", "):
                for term in _terms(entry, section, language):
                    _keep_graver(found, term)
    return Lexicon(tuple(found.values()), tuple(clean))


class _Section(NamedTuple):
    category: Category
    also: Category | None
    tier: Tier
    use: Use


def _section(line: str) -> _Section:
    if not (match := _SECTION.fullmatch(line)):
        raise ValueError(f"not a section of a word list: {line}")
    category, also, tier, use = match.groups()
    return _Section(Category(category), Category(also) if also else None, Tier(tier), Use(use))


def _terms(entry: str, section: _Section, language: str) -> Iterator[Term]:
    stem, _, endings = entry.partition("/")
    for spelled in _joined_and_apart(stem):
        for form in inflected(spelled, endings):
            yield Term(
                form=form,
                tier=section.tier,
                category=section.category,
                use=section.use,
                language=language,
                also=section.also,
                is_open_before="**" in endings,
                is_open_after="*" in endings,
                is_shared="~" in endings,
            )


def _keep_graver(found: dict[str, Term], term: Term) -> None:
    known = found.get(term.form)
    if known is None or _gravity(term) > _gravity(known):
        found[term.form] = term


def _gravity(term: Term) -> tuple[int, int]:
    return list(Tier).index(term.tier), -list(Use).index(term.use)


def _joined_and_apart(stem: str) -> Iterator[str]:
    """ "dirt+bag" stands for "dirtbag" and "dirt bag"; hyphens read as spaces when matching."""
    stem = stem.replace("-", " ")
    if "+" not in stem:
        yield stem
        return
    parts = stem.split("+")
    for joints in itertools.product(("", " "), repeat=len(parts) - 1):
        yield parts[0] + "".join(a + b for a, b in zip(joints, parts[1:], strict=True))


def inflected(stem: str, endings: str) -> Iterator[str]:
    """Yield the forms of a stem under the endings that follow a slash; see ``lexicon_en.txt``."""
    yield stem
    if "s" in endings:
        yield _plural(stem)
    if "n" in endings:
        yield stem + ("n" if stem.endswith("e") else "en")
    if "v" in endings or "w" in endings:
        base = stem + stem[-1] if "w" in endings else stem
        base = base.removesuffix("e") if stem.endswith("e") else base
        yield from (base + ending for ending in ("ed", "ing", "in", "er", "ers"))
        yield _plural(stem)
    if "y" in endings:
        yield from (stem + ending for ending in ("y", "ier", "iest"))


def _plural(stem: str) -> str:
    if stem.endswith("y") and len(stem) > 1 and stem[-2] not in _VOWELS:
        return stem[:-1] + "ies"
    return stem + ("es" if stem.endswith(("s", "x", "z", "ch", "sh")) else "s")
