"""The text as a reader's eye takes it in: unaccented, with spelled-out and disguised digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from fruitful.domain.moderation import Span
from fruitful.moderation.doxing.words import street_kinds
from fruitful.moderation.normalise import Normalised
from fruitful.moderation.normalise.view import Rewrite, rewritten

_UNITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
    "siete": "7", "ocho": "8", "nueve": "9", "deux": "2", "trois": "3", "quatre": "4",
    "cinq": "5", "sept": "7", "huit": "8", "neuf": "9", "null": "0", "eins": "1", "zwei": "2",
    "drei": "3", "vier": "4", "funf": "5", "fuenf": "5", "sechs": "6", "sieben": "7", "acht": "8",
    "neun": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3, "treble": 3}

_STREETS = frozenset(kind for kinds in street_kinds("english").values() for kind in kinds)
_UNIT = "|".join(_UNITS)
_SPELLED_NUMBERS = frozenset((*_UNITS, *_TEENS, *_TENS, *_REPEATS))
_ENGLISH_UNIT = "zero|one|two|three|four|five|six|seven|eight|nine"
_ONE_GLUED = re.compile(f"{_ENGLISH_UNIT}|oh")
_GLUED = re.compile(f"(?:{_ENGLISH_UNIT})(?:{_ENGLISH_UNIT}|oh){{1,14}}")
_NUMBER_WORD = re.compile(
    rf"\b(?:(?P<glued>{_GLUED.pattern})"
    rf"|(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<tens_unit>{_ENGLISH_UNIT})\b)?"
    rf"|(?P<teen>{'|'.join(_TEENS)})"
    rf"|(?P<repeat>{'|'.join(_REPEATS)})[ -](?P<repeated>{_UNIT}|oh|o|\d)"
    rf"|(?P<unit>{_UNIT})"
    rf"|(?P<oh>(?:oh|o)(?=[\s,.-]{{1,3}}(?:\d|{_UNIT}|double|triple|oh|o)\b)))\b"
)
_MIXED_TOKEN = re.compile(r"\b(?=[oli]{0,3}\d)[\doli]{3,20}\b")
_MIXED_GROUPS = re.compile(r"\b[\doslibz]{2,5}(?:[-.][\doslibz]{2,5}){1,3}\b")
_QUOTES = str.maketrans("’‘ʼ´`", "'''''")
_DASHES = frozenset("‐‑‒–—−")


_WORD = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True)
class Reading:
    """Lower-case text in which look-alikes are letters and number words are digits."""

    view: Normalised
    original: str

    @property
    def text(self) -> str:
        """The text to recognise in; positions in it are those of findings."""
        return self.view.text

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of the text, by which recognisers tell that they can rest."""
        return frozenset(_WORD.findall(self.text))

    @cached_property
    def has_digits(self) -> bool:
        """Whether any digit stands in the text, spelled out or not."""
        return _DIGIT.search(self.text) is not None

    def span(self, start: int, end: int) -> Span:
        """The code points of the original behind ``text[start:end]``, which is not empty."""
        return self.view.span(start, end)

    def titled(self, index: int) -> bool:
        """Whether the writer began the word at ``index`` with a capital letter or a digit."""
        first = self.original[self.view.starts[index]]
        return not first.islower()


def read(folded: Normalised, original: str) -> Reading:
    """Read a folded text. Costs one pass, and more only where digits or accents stand."""
    view = folded
    if not original.isascii():
        view = rewritten(view, [*_plain_letters(view, original)])
    reading = Reading(view, original)
    if _may_spell_out_digits(reading.words):
        view = rewritten(view, [*_digits_for_words(view.text)])
        reading = Reading(view, original)
    if not reading.has_digits:
        return reading
    text = _MIXED_TOKEN.sub(_digits_for_letters, view.text)
    text = _MIXED_GROUPS.sub(_digits_for_groups, text)
    return Reading(replace(view, text=text), original)


def _may_spell_out_digits(words: frozenset[str]) -> bool:
    """Whether more than one number is written as a word, or one that may be a house's."""
    spelled = len(_SPELLED_NUMBERS & words)
    if spelled > 1 or (spelled == 1 and not _STREETS.isdisjoint(words)):
        return True
    return any(len(word) > 5 and _GLUED.fullmatch(word) for word in words)


def _rewrite(start: int, end: int, new: str) -> Rewrite:
    """Every new character stands for the whole range that it replaces."""
    return Rewrite(start, end, new, ((start, end),) * len(new))


def _plain_letters(view: Normalised, original: str) -> Iterator[Rewrite]:
    for index, character in enumerate(view.text):
        # Folding takes the sharp s for a disguised b; in addresses it is what it is.
        if original[view.starts[index]] == "ß":
            yield _rewrite(index, index + 1, "ss")
        elif not character.isascii():
            yield _rewrite(index, index + 1, _plain(character))


def _plain(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in "º°":
        return character
    decomposed = unicodedata.normalize("NFKD", character.translate(_QUOTES))
    return "".join(
        str(unicodedata.digit(c, c)) for c in decomposed if unicodedata.category(c) not in _DROPPED
    ).lower()


_DROPPED = frozenset({"Mn", "Me", "Cf"})


def _digits_for_words(text: str) -> Iterator[Rewrite]:
    for match in _NUMBER_WORD.finditer(text):
        yield _rewrite(match.start(), match.end(), _value(match))


def _value(match: re.Match[str]) -> str:
    if glued := match["glued"]:
        return " ".join("0" if word == "oh" else _UNITS[word] for word in _ONE_GLUED.findall(glued))
    if tens := match["tens"]:
        return _TENS[tens] + _UNITS[match["tens_unit"] or "zero"]
    if teen := match["teen"]:
        return _TEENS[teen]
    if repeat := match["repeat"]:
        word = match["repeated"]
        digit = "0" if word in ("oh", "o") else _UNITS.get(word, word)
        return " ".join(digit * _REPEATS[repeat])
    return _UNITS[match["unit"]] if match["unit"] else "0"


def _digits_for_letters(match: re.Match[str]) -> str:
    token = match[0]
    if sum(c.isdigit() for c in token) < 2 or token[-1] in "li":
        return token
    return token.translate(_LOOKALIKE_DIGITS)


def _digits_for_groups(match: re.Match[str]) -> str:
    """Groups of digits as in "S46-96-72B5", unless letters make up more than a third."""
    digits = sum(c.isdigit() for c in match[0])
    letters = sum(c.isalpha() for c in match[0])
    return match[0].translate(_LOOSE_DIGITS) if letters and digits >= 2 * letters else match[0]


_LOOSE_DIGITS = str.maketrans("oslibz", "051182")
_LOOKALIKE_DIGITS = str.maketrans("oli", "011")
