"""Find the terms of the word lists in a text, at word boundaries, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from fruitful.moderation.lexicon import LANGUAGES, Lexicon, Term, Tier, lexicon
from fruitful.moderation.normalise import Normalised
from fruitful.moderation.normalise.characters import bare

_JOINTS = str.maketrans("-_\n\r\t\N{EN DASH}\N{NON-BREAKING HYPHEN}", " " * 7)
_LONGEST_AFFIX = 32  # Bounds the search for the ends of a word that never ends.
_GRAVITY = {tier: rank for rank, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term found as ``text[start:end]`` of a view; for open stems that is the whole word."""

    term: Term
    start: int
    end: int


class LexiconSearch:
    """All terms of some word lists, compiled once; linear in the text and safe to share."""

    def __init__(self, lists: Sequence[Lexicon], *, ignores_accents: bool) -> None:
        terms = {term.form: term for words in reversed(lists) for term in reversed(words.terms)}
        clean = {phrase.translate(_JOINTS) for words in lists for phrase in words.clean}
        self._terms: Sequence[Term | None] = [*terms.values(), *(None for _ in clean)]
        self._ignores_accents = ignores_accents
        patterns = [*terms, *clean]
        self._automaton = ahocorasick_rs.AhoCorasick(patterns)

    def find(self, view: Normalised) -> list[Occurrence]:
        """The terms in the view, in order and apart: of two that overlap the longer one holds."""
        text = searchable(view, ignores_accents=self._ignores_accents)
        clean: list[tuple[int, int]] = []
        candidates: list[Occurrence] = []
        reach = 0
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        for pattern, start, end in matches:
            term = self._terms[pattern]
            word = _Word(text, start, end)
            if term is None:
                if word.begins and word.finishes:
                    clean.append((start, end))
            elif term.is_open_before and end <= reach:
                continue  # Within a word that such a stem has made its own already.
            elif (term.is_open_before or word.begins) and (term.is_open_after or word.finishes):
                first = word.first if term.is_open_before else start
                last = word.last if term.is_open_after else end
                reach = last if term.is_open_before else reach
                candidates.append(Occurrence(term, first, last))
        return _apart(candidates, clean, len(text))


@cache
def searches() -> tuple[LexiconSearch, ...]:
    """One search for English and one for the other languages together.

    English is written without accents, so that there they only disguise; elsewhere they tell
    words apart ("pêche", "péché"), and those lists give the spellings without accents themselves.
    """
    others = [lexicon(code) for code in LANGUAGES if code != "en"]
    return (
        LexiconSearch([lexicon("en")], ignores_accents=True),
        LexiconSearch(others, ignores_accents=False),
    )


def searchable(view: Normalised, *, ignores_accents: bool = True) -> str:
    """The view's text as terms are written: hyphens and line ends are spaces; as long as it was."""
    text = bare(view.text) if ignores_accents else view.text
    return text.translate(_JOINTS)


@dataclass(slots=True)
class _Word:
    """Where a match stands among the letters around it."""

    text: str
    start: int
    end: int

    @property
    def begins(self) -> bool:
        return not self._is_inside(self.start)

    @property
    def finishes(self) -> bool:
        return not self._is_inside(self.end)

    @property
    def first(self) -> int:
        start = self.start
        while self.start - start < _LONGEST_AFFIX and self._is_inside(start):
            start -= 1
        return start

    @property
    def last(self) -> int:
        end = self.end
        while end - self.end < _LONGEST_AFFIX and self._is_inside(end):
            end += 1
        return end

    def _is_inside(self, place: int) -> bool:
        """Whether a word goes on across ``place``."""
        if not 0 < place < len(self.text):
            return False
        return self.text[place - 1].isalpha() and self.text[place].isalpha()


def _apart(
    candidates: list[Occurrence], clean: list[tuple[int, int]], length: int
) -> list[Occurrence]:
    taken = bytearray(length)
    for start, end in clean:
        taken[start:end] = b"\1" * (end - start)
    kept: list[Occurrence] = []
    for found in sorted(candidates, key=_longest_and_gravest_first):
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def _longest_and_gravest_first(found: Occurrence) -> tuple[int, int, int]:
    return (found.start - found.end, -_GRAVITY[found.term.tier], found.start)
