"""The words that people disguise, and how a disguised spelling is recognised as one of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from fruitful.moderation.lexicon import LANGUAGES, Term, Tier, Use, lexicon, listed_words
from fruitful.moderation.normalise.characters import bare

SIGNS: Mapping[str, str] = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
    "€": "e",
    "£": "l",
    "¥": "y",
    "¢": "c",
    "µ": "u",
    "×": "x",
    "§": "s",
}
"""Digits and symbols, with the letters that each may stand for."""

WORDS = "disguised_words.txt"
"""The data file with the words that are disguised beside those of the word lists."""

MASKS = frozenset("*#")
"""Symbols that may stand for any one letter."""

_SHORTEST = 3
_SHORTEST_AMONG_UNKNOWN = 5  # Shorter words are found in any place name.
_LONGEST_WORD = 18
_STRETCHED = 3  # Letters in a row from which a word counts as stretched; two are a spelling.
# Doubling another letter makes names and words of its own: "Bonner", "Shatt", "looser".
_DOUBLED_IN_JEST = "aiuchk"

_Runs = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word that people disguise, and how grave it is by itself, 0 (innocent) to 3 (severe).

    ``text`` is without accents, as disguises are read; ``shown`` is the word as it is written,
    letter for letter. ``language`` is that of the word list, ISO 639-1.
    """

    text: str
    gravity: int
    shown: str
    language: str = "en"

    @property
    def is_listed(self) -> bool:
        """Whether the word itself breaks a rule, wherever it stands."""
        return self.gravity > 0

    @property
    def is_strong(self) -> bool:
        """Whether the word is too grave and too long for one doubled letter to clear it."""
        return self.gravity > 1 and len(self.text) > _SHORTEST


class Match(NamedTuple):
    """A word, and for each of its letters the half-open range of the spelling it stands for."""

    word: Word
    sources: tuple[tuple[int, int], ...]


class Vocabulary:
    """Finds the word behind a spelling in time that grows with the spelling alone."""

    def __init__(
        self,
        words: Iterable[Word],
        *,
        often_masked: Sequence[str] = (),
        told_by_one_letter: Iterable[str] = (),
        common: Iterable[str] = (),
    ) -> None:
        self._told_by_one_letter = frozenset(told_by_one_letter)
        self._words = {word.text: word for word in words if len(word.text) >= _SHORTEST}
        self._known = {*self._words, *common}
        self._collapsed: dict[str, list[Word]] = {}
        self._lettered: dict[tuple[int, int, str], list[Word]] = {}
        # Of two readings of a mask the usual one is likelier, and then the graver.
        usual = {text: -rank for rank, text in enumerate(reversed(often_masked), 1)}
        for word in sorted(self._words.values(), key=lambda w: (usual.get(w.text, 0), -w.gravity)):
            self._collapsed.setdefault(_collapse(word.text), []).append(word)
            for place, letter in enumerate(word.text):
                self._lettered.setdefault((len(word.text), place, letter), []).append(word)

    def __iter__(self) -> Iterator[Word]:
        return iter(self._words.values())

    def word(self, text: str) -> Word | None:
        """The word that ``text`` spells as it is, without accents."""
        return self._words.get(text)

    def knows(self, text: str) -> bool:
        """Whether ``text`` is a word that is disguised, or one that stands between such words."""
        return text in self._known

    def apart(self, letters: str) -> list[str]:
        """The words that ``letters`` are made of: known ones altogether, and as few as can be.

        Where that fails, the long ones that are known and what is left between them.
        """
        cuts = self._cut(letters, shortest=1)
        if cuts[-1] is not None:
            return _pieces(letters, cuts)
        pieces = _pieces(letters, self._cut(letters, shortest=_SHORTEST_AMONG_UNKNOWN))
        left_over = itertools.groupby(pieces, key=lambda piece: len(piece) == 1)
        return [w for is_rest, run in left_over for w in (["".join(run)] if is_rest else run)]

    def _cut(self, letters: str, *, shortest: int) -> list[tuple[int, int] | None]:
        """For each length of a beginning of ``letters``: its cost, and where its last cut is."""
        may_be_unknown = shortest > 1
        best: list[tuple[int, int] | None] = [(0, 0)]
        for end in range(1, len(letters) + 1):
            ways: list[tuple[int, int]] = []
            for start in range(max(0, end - _LONGEST_WORD), end - shortest + 1):
                if (before := best[start]) and letters[start:end] in self._known:
                    ways.append((before[0] + 1, start))
            if may_be_unknown and (before := best[end - 1]):
                ways.append((before[0] + 1, end - 1))
            best.append(min(ways, default=None))
        return best

    def find(self, spelling: str) -> Match | None:
        """The word that ``spelling`` (letters, signs and masks) disguises, if any."""
        return self._masked_word(spelling) if MASKS & set(spelling) else self._plain_word(spelling)

    def _plain_word(self, spelling: str) -> Match | None:
        for reading in readings(spelling):
            if word := self._words.get(reading):
                return Match(word, tuple((i, i + 1) for i in range(len(reading))))
            runs = _runs(reading)
            for word in self._collapsed.get("".join(letter for letter, _ in runs), ()):
                if sources := _stretched(runs, word):
                    return Match(word, sources)
        return None

    def _masked_word(self, spelling: str) -> Match | None:
        letters = sum(c.isalpha() for c in spelling)
        for reading in readings(spelling):
            told = [(i, c) for i, c in enumerate(reading) if c not in MASKS]
            if not told or told[0][0] != 0:
                continue
            # The letter and place that fewest words share leave the fewest to compare.
            words = min(
                (self._lettered.get((len(reading), *letter), []) for letter in told), key=len
            )
            for word in words:
                is_told = letters > 1 or word.text in self._told_by_one_letter
                is_fair = word.is_listed or len(told) * 2 > len(reading)
                if is_told and is_fair and all(word.text[i] == c for i, c in told):
                    return Match(word, tuple((i, i + 1) for i in range(len(reading))))
        return None


def _pieces(letters: str, cuts: Sequence[tuple[int, int] | None]) -> list[str]:
    pieces: list[str] = []
    end = len(letters)
    while end:
        start = cut[1] if (cut := cuts[end]) else end - 1
        pieces.append(letters[start:end])
        end = start
    return pieces[::-1]


@lru_cache(maxsize=4096)  # Whoever disguises a word tends to do it again. Bounded, like its keys.
def find_word(spelling: str) -> Match | None:
    """What the vocabulary of Fruitful has for ``spelling``; clean words are no disguise."""
    return None if spelling in _clean_words() else vocabulary().find(spelling)


@cache
def _clean_words() -> frozenset[str]:
    return frozenset(phrase for code in LANGUAGES for phrase in lexicon(code).clean)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary made of all word lists and of ``disguised_words.txt``."""
    terms = (term for language in LANGUAGES for term in lexicon(language).terms)
    listed = (_word(term) for term in terms if " " not in term.form)
    words: dict[str, Word] = {}
    for word in (
        *listed,
        *(Word(form, gravity=0, shown=form) for form in listed_words(WORDS, "innocent")),
    ):
        words.setdefault(word.text, word)
    return Vocabulary(
        words.values(),
        often_masked=listed_words(WORDS, "masked"),
        told_by_one_letter=listed_words(WORDS, "told"),
        common=listed_words(WORDS, "common"),
    )


def _word(term: Term) -> Word:
    is_grave_alone = term.use in (Use.ALWAYS, Use.INSULT)
    gravity = 1 + list(Tier).index(term.tier) if is_grave_alone else 0
    return Word(bare(term.form), gravity=gravity, shown=term.form, language=term.language)


def readings(spelling: str) -> Iterator[str]:
    """The spelling with signs read as letters; a sign is read alike wherever it stands."""
    spelling = bare(spelling)
    signs = sorted({c for c in spelling if c in SIGNS})
    for letters in itertools.product(*(SIGNS[sign] for sign in signs)):
        yield spelling.translate({ord(s): x for s, x in zip(signs, letters, strict=True)})


def _runs(text: str) -> _Runs:
    return tuple((letter, sum(1 for _ in group)) for letter, group in itertools.groupby(text))


def _collapse(text: str) -> str:
    return "".join(letter for letter, _ in itertools.groupby(text))


def _stretched(runs: _Runs, word: Word) -> tuple[tuple[int, int], ...] | None:
    """Where the letters of ``word`` stand in a spelling that repeats some of them."""
    sources: list[tuple[int, int]] = []
    place = 0
    for (letter, length), (_, wanted) in zip(runs, _runs(word.text), strict=True):
        is_doubled = word.is_strong and letter in _DOUBLED_IN_JEST
        is_stretched = length > wanted and (length >= _STRETCHED or is_doubled)
        if length != wanted and not is_stretched:
            return None
        sources += ((place + i, place + i + 1) for i in range(wanted - 1))
        sources.append((place + wanted - 1, place + length))
        place += length
    return tuple(sources)
