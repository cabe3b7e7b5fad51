"""Text that says nothing: keyboard mash, walls of one sign, piled-up marks, filler.

Every measure looks at the share of the text, so that one odd word never counts against a
comment. The numbers are this project's own; tests hold honest texts of several languages
against them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from fruitful.domain.moderation import Span
from fruitful.moderation.contacts import EMAIL, LINK
from fruitful.moderation.spam.letters import typicality

_CERTAIN = 0.93
_LIKELY = 0.6
_MILD = 0.3

# The blocks of free combining marks. Marks of living scripts (Devanagari, Thai, Arabic) lie
# elsewhere, and honest Latin text stacks two at the most (Vietnamese, decomposed).
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_RUN = re.compile(r"(\S)\1{19,}")
_LOREM = re.compile(r"\blorem ipsum dolor\b", re.IGNORECASE)
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
_VOWEL = re.compile(r"[aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿ]")
_ASCII_WORD = re.compile(r"[a-z]+")
# Below this, letters follow each other as in no language known here: of 6,000 comments none lies
# there that is not nonsense, and rows of Welsh, Polish or Albanian stay above. Measured by
# training/spam, which counts the letters.
_LEAST_TYPICAL = -4.7
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "qsdfghjklm")
_NEIGHBOURS = frozenset(
    pair for row in _KEY_ROWS for a, b in pairwise(row) for pair in (a + b, b + a, a + a)
)

_LONGEST_CHANT = 400
_LONGEST_REFRAIN = 4
_CHANTED = 4
# One word cried a few times is joy or dismay: "no, no, no", "goal! goal! goal!".
_CHANTED_WORD = 8
_CHANTED_WITHOUT_END = 25

Words: TypeAlias = Sequence[re.Match[str]]


@dataclass(frozen=True, slots=True)
class Nonsense:
    """One finding: what kind, how sure (0..1), and where if it is in one place."""

    kind: str
    score: float
    span: Span | None = None


def find_nonsense(text: str) -> list[Nonsense]:
    """Everything about the text as typed that makes it say nothing; usually empty."""
    words = _words(text)
    found = (
        _piled_marks(text),
        _wall(text),
        _lorem(text),
        _mash(words),
        _chant(words),
        _opaque(words),
        _signs_only(text),
        _invisible(text),
        _shouting(text),
    )
    return [nonsense for nonsense in found if nonsense]


def _piled_marks(text: str) -> Nonsense | None:
    """Marks stacked so high that they run over the lines around them ("zalgo")."""
    piles = [match for match in _MARKS.finditer(text) if match.end() - match.start() >= 4]
    if not piles:
        return None
    marks = sum(match.end() - match.start() for match in piles)
    score = _CERTAIN if marks >= 40 else _LIKELY
    return Nonsense("piled_marks", score, Span(piles[0].start(), piles[-1].end()))


def _wall(text: str) -> Nonsense | None:
    """One sign repeated: twenty times or more, and a third of the text."""
    for match in _RUN.finditer(text):
        length = match.end() - match.start()
        if length >= 20 and length * 3 >= len(text.strip()):
            score = _CERTAIN if length >= 200 else _LIKELY
            return Nonsense("wall", score, Span(match.start(), match.end()))
    return None


def _lorem(text: str) -> Nonsense | None:
    match = _LOREM.search(text)
    return Nonsense("filler", _LIKELY, Span(match.start(), match.end())) if match else None


def _mash(words: Words) -> Nonsense | None:
    """Words that no language writes and fingers do; half of the letters or more."""
    if not words:
        return None
    mashed = [match for match in words if looks_mashed(match.group())]
    length = sum(len(match.group()) for match in mashed)
    share = length / sum(len(match.group()) for match in words)
    if share >= 0.5:
        score = _CERTAIN if share >= 0.8 and length >= 40 else _LIKELY if length >= 8 else _MILD
        return Nonsense("mash", score, Span(mashed[0].start(), mashed[-1].end()))
    typical = typicality(match.group() for match in words)
    if typical is None or typical > _LEAST_TYPICAL:
        return None
    return Nonsense("mash", _LIKELY, Span(words[0].start(), words[-1].end()))


def looks_mashed(word: str) -> bool:
    """Whether fingers rather than thought made the word; acronyms and short words never are."""
    if len(word) < 6 or (word.isupper() and len(word) < 8):
        return False
    lowered = _STRETCHED.sub(r"\1", word.lower())
    if len(set(lowered)) <= 3 or not _ASCII_WORD.fullmatch(lowered):
        return False  # "hahahaha", "mmmmmm": laughter and moans mean something.
    if _walks_on_keyboard(lowered):
        return True
    if not _CONSONANTS.search(lowered):
        return False
    return len(_VOWEL.findall(lowered)) / len(lowered) < 0.25


def _walks_on_keyboard(word: str) -> bool:
    """Whether three quarters of the steps go to the next key of a row; seven letters or more.

    "Property" and "were" walk a little too, but no word stays in the row that long.
    """
    steps = sum(a + b in _NEIGHBOURS for a, b in pairwise(word))
    return len(word) >= 7 and steps >= (len(word) - 1) * 0.75


def _chant(words: Words) -> Nonsense | None:
    """A few words over and over: "buy now buy now buy now …"; most of the text."""
    spoken = [match.group().lower() for match in words[:_LONGEST_CHANT]]
    for length in range(1, _LONGEST_REFRAIN + 1):
        repeated = sum(a == b for a, b in zip(spoken, spoken[length:], strict=False))
        rounds = repeated / length + 1
        is_most = repeated + length >= len(spoken) * 0.8
        if rounds >= (_CHANTED if length > 1 else _CHANTED_WORD) and is_most:
            score = _CERTAIN if rounds >= _CHANTED_WITHOUT_END else _LIKELY
            return Nonsense("chant", score, Span(words[0].start(), words[-1].end()))
    return None


def _opaque(words: Words) -> Nonsense | None:
    """Long runs of letters mixed with digits, or endless words; half of the words or more."""
    opaque = [match for match in words if _is_opaque(match.group())]
    length = sum(len(match.group()) for match in opaque)
    if not opaque or length * 2 < sum(len(match.group()) for match in words):
        return None
    return Nonsense("opaque", _LIKELY, Span(opaque[0].start(), opaque[-1].end()))


def _is_opaque(word: str) -> bool:
    if len(word) < 20:
        return False
    # The longest words in use are German and Finnish compounds of about 40 letters.
    if len(word) >= 60:
        return True
    digits = sum(c.isdigit() for c in word)
    return 3 <= digits < len(word) and not word.isupper()


def _signs_only(text: str) -> Nonsense | None:
    """Twenty visible signs or more, of which hardly any is a letter, a digit or a mark."""
    if len(_WORD_CHARACTER.findall(text)) * 2 >= len(text):
        return None  # Nearly every comment: not worth looking at each character.
    visible = [c for c in _without_addresses(text) if not c.isspace()]
    meaningful = sum(unicodedata.category(c)[0] in "LNM" for c in visible)
    if len(visible) < 20 or meaningful * 4 >= len(visible):
        return None
    emoji = sum(unicodedata.category(c) == "So" for c in visible)
    kind = "emoji" if emoji * 2 >= len(visible) - meaningful else "signs"
    return Nonsense(kind, _CERTAIN if len(visible) >= 200 else _LIKELY)


def _invisible(text: str) -> Nonsense | None:
    """Twenty characters or more, and most of the text, cannot be seen."""
    hidden = len(_INVISIBLE.findall(text))
    return Nonsense("invisible", _LIKELY) if hidden >= 20 and hidden * 2 > len(text) else None


def _shouting(text: str) -> Nonsense | None:
    """A hundred letters or more, nearly all capitals: bad manners, hardly spam."""
    capitals = sum(map(str.isupper, text))
    if capitals < 100 or sum(map(str.islower, text)) * 9 > capitals:
        return None
    return Nonsense("capitals", _MILD)


def _words(text: str) -> Words:
    """The words of the text outside its links."""
    return list(_TOKEN.finditer(_without_addresses(text)))


def _without_addresses(text: str) -> str:
    """The text with every address blanked out, place by place."""
    # Lower-casing a few letters changes the length, and the places with it.
    lowered = text.lower() if len(text.lower()) == len(text) else text
    kept = list(text)
    for expression in (EMAIL, LINK):
        for match in expression.finditer(lowered):
            kept[match.start() : match.end()] = " " * (match.end() - match.start())
    return "".join(kept)
