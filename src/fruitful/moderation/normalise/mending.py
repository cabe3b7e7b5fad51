"""The guessing half: misspelt words, words in digits, and words torn apart, read as they are meant.

Where most of what is unknown stays a riddle, the text is of another language and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from fruitful.moderation.lexicon import listed_words
from fruitful.moderation.lexicon_context import reads_as_foreign
from fruitful.moderation.normalise.spelling import (
    LONGEST,
    frequent,
    is_ordinary,
    meant,
    read_digits,
)
from fruitful.moderation.normalise.view import Rewrite
from fruitful.moderation.normalise.vocabulary import WORDS, vocabulary

_WORD = re.compile(r"(?<![\w@#/.'’-])[a-z]{3,}(?![\w@/]|['’-]\w|\.\w)")
_PIECES = re.compile(r"(?<![\w'.-])([a-z]{1,9})([ \n]|-\n?)(?=([a-z]{1,9})(?![\w'-]))")
_DIGITED = re.compile(r"(?<![\w#/.:£$€-])[a-z0-9@$!|+]{2,18}(?![\w/@:%-]|[.,]\d)")
# Beside letters; after a word that wants another; or before the one whom it is done to.
_WANTS_ANOTHER = "|".join(listed_words(WORDS, "before a picture"))
_DONE_TO = "|".join(listed_words(WORDS, "after a picture"))
_PICTURE = re.compile(
    rf"(?:(?P<before>[a-z]|\b(?:{_WANTS_ANOTHER}) )|(?<!\S))"
    r"(?P<picture>[^\w\s\x00-\x7f])"
    rf"(?P<after>[a-z]| (?:{_DONE_TO})\b)?"
)
_MOST_WORDS = 80
"""Unknown words that are looked at in one text; whoever hides more has been found by then."""

_FEWEST_TO_JUDGE = 5
_LEAST_SHARE_MEANT = 0.6
_RARE = 3_000
_LONGER = 4
_FEWEST_DIGITED = 3
_SHORT = 2
_SHORTEST_TORN = 5


def mended(text: str) -> list[Rewrite]:
    """Rewrites for the misspelt words of a text, in order."""
    unknown = [word for word in _WORD.finditer(text) if _is_unknown(word.group())][:_MOST_WORDS]
    read = [(word, meant(word.group())) for word in unknown]
    told = sum(1 for _, plain in read if plain)
    if not told or reads_as_foreign(text):
        return []
    if len(read) >= _FEWEST_TO_JUDGE and told < len(read) * _LEAST_SHARE_MEANT:
        return []
    return [_rewrite(word, plain) for word, plain in read if plain]


def torn(text: str) -> Iterator[Rewrite]:
    """Grave words with one gap inside of which a piece is no usual word: "idi ot", "re\\ntard"."""
    done = 0
    for piece in _PIECES.finditer(text):
        first, second = piece.group(1), piece.group(3)
        whole = first + second
        if piece.start() < done or len(whole) < _SHORTEST_TORN:
            continue
        word = vocabulary().word(whole)
        if word and word.is_strong and word.language == "en" and _is_torn(first, second):
            done = piece.end(3)
            places = [*range(*piece.span(1)), *range(*piece.span(3))]
            yield Rewrite(piece.start(), done, whole, [(i, i + 1) for i in places])


def _is_unknown(word: str) -> bool:
    is_listed = vocabulary().word(word) is not None
    return len(word) <= LONGEST and not is_listed and not is_ordinary(word)


def _is_torn(*pieces: str) -> bool:
    """Whether none of the pieces is a longer word, and one of them is no usual word at all."""
    if any(len(piece) >= _LONGER and is_ordinary(piece) for piece in pieces):
        return False
    return not all(frequent().get(piece, _RARE) < _RARE for piece in pieces)


def _rewrite(word: re.Match[str], plain: str) -> Rewrite:
    return Rewrite(word.start(), word.end(), plain, _sources(word.group(), word.start(), plain))


def _sources(typed: str, start: int, plain: str) -> Sequence[tuple[int, int]]:
    """Each letter of the plain word stands for the letter as far along, the last for the rest."""
    last = len(typed) - 1
    spans = [(start + min(i, last), start + min(i, last) + 1) for i in range(len(plain))]
    spans[-1] = (spans[-1][0], start + len(typed))
    return spans


def pictured(text: str) -> list[Rewrite]:
    """Rewrites for pictures in the place of words: "💩head", "you are a 🐷", "🔪 them".

    A picture after a finished sentence is a mood, and so are several in a row.
    """
    if text.isascii():
        return []
    words = picture_words()
    found = (
        place
        for place in _PICTURE.finditer(text)
        if place.group("picture") in words and _stands_for_word(place)
    )
    return [
        Rewrite(
            place.start("picture"),
            place.end("picture"),
            words[place.group("picture")],
            [place.span("picture")] * len(words[place.group("picture")]),
        )
        for place in found
    ]


def _stands_for_word(place: re.Match[str]) -> bool:
    """Whether a word is due there; within a word a picture parts the letters like any symbol."""
    before, after = place.group("before") or "", place.group("after") or ""
    is_inside = len(before) == 1 and len(after) == 1
    return bool(before or after) and not is_inside


@cache
def picture_words() -> Mapping[str, str]:
    """Words by the picture that may stand for them; see ``emoji_words.txt``."""
    data = resources.files("fruitful.moderation.data").joinpath("emoji_words.txt")
    pairs = (line.partition(": ") for line in data.read_text("utf-8").splitlines())
    return {picture: word for picture, _, word in pairs if not picture.startswith("#") and word}


def in_digits(text: str) -> list[Rewrite]:
    """Rewrites for a text that writes its words in digits throughout: "y0u 4r3 4n 1d107".

    One such word may be the name of a band or a part; of a text with several, short ones count
    too: "1n", "50m3".
    """
    tokens = [t for t in _DIGITED.finditer(text) if any(map(str.isdigit, t.group()))]
    read = [(token, read_digits(token.group())) for token in tokens[:_MOST_WORDS]]
    told = sum(1 for _, plain in read if plain and len(plain) > _SHORT)
    if told < _FEWEST_DIGITED or told * 2 < len(read):
        return []
    return [
        Rewrite(t.start(), t.end(), plain, [(i, i + 1) for i in range(*t.span())])
        for t, plain in read
        if plain
    ]
