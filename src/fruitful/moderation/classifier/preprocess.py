"""Bring a text into the form the encoder was trained on; training and inference share this.

Not an undoing of evasion: that is ``normalise``. Here only what the tokenizer cannot read is put
into words (emoji), and what carries no meaning (addresses, control characters, runs of one
letter) is shortened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from fruitful.moderation.normalise import Normalised

_SPECIAL = re.compile(
    r"""
      (?P<url>(?:https?://|www\.)\S+)
    | (?P<mention>(?<!\w)@\w+)
    | (?P<placeholder>\[(?:URL|USER)\])
    | (?P<space>\s{2,}|[^\S\ ])  # A single space stays as it is; so most texts pass untouched.
    | (?P<run>([^\W\d_])(?:\6){3,})
    | (?P<foreign>[^\x00-\x7f])
    | (?P<control>[\x00-\x1f\x7f])
    """,
    re.VERBOSE,
)
_WORDS_FOR = {"url": " link ", "mention": " user ", "space": " ", "control": ""}
# Unicode names that say something else than what people mean by the sign.
_PLAIN_NAMES = {
    "hocho": "knife",
    "pile of poo": "poo",
    "reversed hand with middle finger extended": "middle finger",
    "aubergine": "eggplant",
    "heavy black heart": "heart",
    "white heavy check mark": "yes",
    "cross mark": "no",
}
_SKIN_TONES = dict.fromkeys("\U0001f3fb\U0001f3fc", "light") | dict.fromkeys(
    "\U0001f3fd\U0001f3fe\U0001f3ff", "dark"
)


def prepare(text: str) -> Normalised:
    """The text as the encoder reads it, with a map back to the code points of ``text``.

    Emoji become their names, addresses the word "link", mentions the word "user"; four or more
    of the same letter become three; compatibility characters their plain forms.
    """
    if _SPECIAL.search(text) is None:
        places = range(len(text) + 1)
        return Normalised(text, places[:-1], places[1:])
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, words in _pieces(text):
        pieces.append(words)
        if len(words) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(words))
            ends.extend([end] * len(words))
    return Normalised("".join(pieces), tuple(starts), tuple(ends))


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    position = 0
    for match in _SPECIAL.finditer(text):
        if position < match.start():
            yield position, match.start(), text[position : match.start()]
        position = match.end()
        yield match.start(), position, _plain(match)
    if position < len(text):
        yield position, len(text), text[position:]


def _plain(match: re.Match[str]) -> str:
    kind = match.lastgroup or "control"
    if kind == "placeholder":
        return " link " if match[0] == "[URL]" else " user "
    if kind == "run":
        return match[0][:3]
    if kind == "foreign":
        return _readable(match[0])
    return _WORDS_FOR[kind]


@lru_cache(maxsize=4096)
def _readable(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return unicodedata.normalize("NFKC", character)
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return " flag "
    if character in _SKIN_TONES:
        return f" {_SKIN_TONES[character]} skin "
    if category in {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"}:
        return ""
    if category == "So":
        name = unicodedata.name(character, "").lower()
        return f" {_PLAIN_NAMES.get(name, name)} "
    return _TYPOGRAPHY.get(character) or unicodedata.normalize("NFKC", character)


_TYPOGRAPHY = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
}
