"""What single characters become when a text is folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

MARK = "\N{COMBINING GRAVE ACCENT}"
"""Stands for any combining mark that decorates letters of every script, as result of `folded`."""

_SPACE_CATEGORY = "Zs"
_FORMAT_CATEGORY = "Cf"
_KEPT_CONTROLS = "\t\n\r"
_LINE_BREAKS = "\u000b\u000c\u0085\u2028\u2029"
# Format characters with a shape of their own: Arabic, Syriac and Kaithi number and verse signs.
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
# Drawn as nothing although Unicode files them under letters and marks.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_BRAILLE_BLANK = "\u2800"
_MARK_BLOCKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Alphabets drawn in boxes and bubbles which Unicode does not declare equal to letters.
_BOXED_ALPHABETS = (0x1F150, 0x1F170)
_ENCLOSED = ((0x2460, 0x24FF), (0x1F100, 0x1F1AD))
_QUOTES = dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u2032", "'")
# Signs whose plain form would read as a word or a number that nobody wrote.
_KEPT_SIGNS = frozenset("\u2116\u2120\u2121\u2122\u213b")
_WORD_CHARACTER = re.compile(r"\w")
_LONGEST_PLAIN_FORM = 4


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """The Latin letters that other characters pass for; see ``lookalikes.txt``.

    ``loose`` holds every character of another script, ``close`` those that deceive anybody, and
    ``latin`` the odd forms within the Latin script.
    """

    close: Mapping[str, str]
    loose: Mapping[str, str]
    latin: Mapping[str, str]


@cache
def look_alikes() -> LookAlikes:
    """The table of look-alikes, read once."""
    close: dict[str, str] = {}
    loose: dict[str, str] = {}
    latin: dict[str, str] = {}
    data = resources.files("fruitful.moderation.data").joinpath("lookalikes.txt")
    for line in data.read_text("utf-8").splitlines():
        letter, colon, rest = line.partition(": ")
        if not colon or line.startswith("#"):
            continue
        near, _, far = rest.partition("|")
        for table, characters in ((close, near), (loose, far)):
            for character in characters.lower().split():
                is_latin = unicodedata.name(character, "").startswith("LATIN")
                (latin if is_latin and table is close else table).setdefault(character, letter)
    return LookAlikes(close, {**loose, **close}, latin)


@cache
def _bare_letters() -> Mapping[int, str]:
    letters: dict[int, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        if base == character:
            # "LATIN SMALL LETTER D WITH STROKE" does not decompose, but its name tells.
            name = re.match(r"LATIN SMALL LETTER (\w) WITH", unicodedata.name(character, ""))
            base = name.group(1).lower() if name else character
        if base != character:
            letters[code] = base
    return letters


def bare(text: str) -> str:
    """The text with accents and strokes taken off Latin letters; as long as it was."""
    return text if text.isascii() else text.translate(_bare_letters())


@lru_cache(maxsize=8192)  # Bounded: a hostile text can hold a million different characters.
def folded(character: str) -> str:
    """What one character becomes: nothing, one or a few characters, or ``MARK``."""
    code = ord(character)
    category = unicodedata.category(character)
    if code in _range_of(_MARK_BLOCKS, code):
        return "" if character in _BLANKS else MARK
    if _is_invisible(character, code, category):
        return ""
    if character in _LINE_BREAKS:
        return "\n"
    if category == _SPACE_CATEGORY or character == _BRAILLE_BLANK:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if character in _QUOTES:
        return _QUOTES[character]
    return _lower(_plain(character, code))


def _range_of(ranges: tuple[tuple[int, int], ...], code: int) -> range:
    return next((range(a, b + 1) for a, b in ranges if a <= code <= b), range(0))


def _is_invisible(character: str, code: int, category: str) -> bool:
    if category == _FORMAT_CATEGORY:
        return character not in _VISIBLE_FORMATS
    if category == "Cc":
        return character not in _KEPT_CONTROLS and character not in _LINE_BREAKS
    return character in _BLANKS or code in _range_of(_SELECTORS, code)


def _plain(character: str, code: int) -> str:
    """The plain letters or digits behind a styled one: full width, mathematical, circled, boxed."""
    if code < 0x100 or character in _KEPT_SIGNS:
        return character
    for first in _BOXED_ALPHABETS:
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    plain = unicodedata.normalize("NFKC", character)
    if plain == character:
        return character
    if code in _range_of(_ENCLOSED, code):
        plain = "".join(c for c in plain if c.isalnum()) or character
    is_text = plain.isascii() or all(_WORD_CHARACTER.match(c) for c in plain)
    is_dots = not _WORD_CHARACTER.search(plain) and len(plain) > 1
    return plain if is_text and not is_dots and len(plain) <= _LONGEST_PLAIN_FORM else character


def _lower(text: str) -> str:
    # Only the Turkish capital i with a dot has a longer lower case, which ends in a mark.
    lowered = "".join(c.lower()[0] for c in text)
    return "".join(look_alikes().latin.get(c, c) for c in lowered)
