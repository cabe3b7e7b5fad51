"""What a misspelt word was meant to be: letters swapped, dropped, doubled, struck or turned round.

Only what is no word of any kind known here is corrected, so that ordinary text stays as it is;
how the lists of ordinary words were made is told in ``training/words.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from fruitful.moderation.lexicon import listed_words
from fruitful.moderation.normalise.vocabulary import MASKS, WORDS, Word, readings, vocabulary

FOLDER = Path(__file__).parents[1] / "data" / "words"
"""Where the lists of ordinary words lie."""

LONGEST = 24
"""Letters of the longest word that is looked at; twelve where each stands twice."""

_SHORTEST = 3
_LONG = 6
_SHORTEST_SIGNED = 4
_SHORTEST_INNOCENT = 5  # Shorter innocent words are too near to one another to tell them apart.
_SHORTEST_LISTED = 4
_SHORTEST_BONES = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = frozenset("aeiou")
_NEIGHBOURS: Mapping[str, str] = {
    "a": "qswzeiou", "b": "vghn", "c": "xdfvk", "d": "serfcx", "e": "wsdraiou", "f": "drtgvc",
    "g": "ftyhbv", "h": "gyujnb", "i": "ujkoaeuy", "j": "huikmn", "k": "jiolmc", "l": "kop",
    "m": "njk", "n": "bhjm", "o": "iklpaeu", "p": "ol", "q": "wa", "r": "edft", "s": "awedxzc",
    "t": "rfgy", "u": "yhjiaeo", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghui", "z": "asx",
}  # fmt: skip
"""Keys beside a key, and vowels for vowels: what a letter is struck or written instead of."""

# Costs, comparable with the natural logarithm of how rare a word is. Set on the attacks of
# benchmarks/quality and on typing errors in honest comments, not on the held-out attacks.
_SWAPPED, _DOUBLED, _DROPPED, _TURNED, _EXTRA, _BONES, _STRUCK = 0.0, 0.0, 0.7, 1.0, 2.0, 1.0, 2.5
_GRAVE_IS_LIKELIER = 3.0
_RANK_OF_UNRANKED = 8_000
_COMMONEST = 1_500
"""Rank by frequency up to which a word of four letters is told from a slip of order."""
_USUAL = 10_000
"""Rank by frequency up to which a listed word is told from a vague misspelling."""


@cache
def frequent() -> Mapping[str, int]:
    """English words with their rank by frequency, the most frequent being 1."""
    text = resources.files("fruitful.moderation.data").joinpath("words/frequent.txt")
    words = text.read_text("utf-8").split()
    return {word: rank for rank, word in enumerate(words, 1)}


def hashed(word: str) -> int:
    """The hash by which ordinary words are told; 32 bits."""
    return crc32(word.encode())


def is_ordinary(word: str) -> bool:
    """Whether the lower-case word without accents is one of a language or a name known here."""
    if word in _typed_so():
        return True
    hashes, wanted = _ordinary(), hashed(word)
    place = int(np.searchsorted(hashes, np.uint32(wanted)))
    return place < len(hashes) and int(hashes[place]) == wanted


@lru_cache(maxsize=8192)  # Bounded, like its keys: at most 24 letters.
def meant(word: str) -> str | None:
    """The word that ``word`` (letters a to z) misspells; ``None`` for words and riddles."""
    known = vocabulary().word
    if not _SHORTEST <= len(word) <= LONGEST or known(word) or is_ordinary(word):
        return None
    best: tuple[float, str] | None = None
    for cost, candidate in _candidates(word):
        listed = known(candidate)
        if (rank := _rank(candidate, listed, cost)) is not None:
            weighed = cost + math.log(rank + 100)
            if listed and listed.is_strong:
                weighed -= _GRAVE_IS_LIKELIER
            best = min(best or (weighed, candidate), (weighed, candidate))
    return best[1] if best else None


@lru_cache(maxsize=4096)
def written_in_signs(spelling: str) -> str | None:
    """The usual word of four letters or more that ``spelling`` writes in digits and symbols.

    At most one letter may be masked, and letters must outnumber the signs: "p3ople", "fath*r".
    """
    letters = sum(c.isalpha() for c in spelling)
    masks = sum(c in MASKS for c in spelling)
    is_fit = _SHORTEST_SIGNED <= len(spelling) <= LONGEST and letters * 2 > len(spelling)
    # A mask beside signs could stand for too much.
    is_clear = masks == 0 or (masks == 1 and letters == len(spelling) - 1)
    if not is_fit or not is_clear or spelling in _typed_so():
        return None
    ranks = frequent()
    written = (reading for plain in readings(spelling) for reading in _unmasked(plain))
    return min((w for w in written if w in ranks), key=ranks.__getitem__, default=None)


@lru_cache(maxsize=4096)
def read_digits(spelling: str) -> str | None:
    """The usual word of two letters or more that ``spelling`` writes in digits and letters."""
    if not any(map(str.isalpha, spelling)) and len(spelling) < _SHORTEST_SIGNED:
        return None
    ranks = frequent()
    known = vocabulary().knows
    written = [
        reading
        for reading in readings(spelling)
        if reading in ranks or known(reading) or (len(reading) >= _LONG and is_ordinary(reading))
    ]
    return min(written, key=lambda w: ranks.get(w, _RANK_OF_UNRANKED), default=None)


def _unmasked(reading: str) -> Iterator[str]:
    place = next((i for i, c in enumerate(reading) if c in MASKS), None)
    if place is None:
        yield reading
    elif place > 0 and len(reading) >= _SHORTEST_INNOCENT:
        yield from (reading[:place] + letter + reading[place + 1 :] for letter in _LETTERS)


def _rank(candidate: str, listed: Word | None, cost: float) -> int | None:
    """How rare the candidate is, or ``None`` where such a slip in it would not be told."""
    rank = frequent().get(candidate)
    if listed is None:
        is_short = len(candidate) < _SHORTEST_INNOCENT
        is_plain = cost == _SWAPPED and rank is not None and rank <= _COMMONEST
        is_told = cost not in (_STRUCK, _BONES) and (not is_short or is_plain)
        return rank if is_told else None
    if listed.language != "en" or len(candidate) < _SHORTEST_LISTED:
        return None
    if not listed.is_strong:
        return None if cost == _STRUCK else rank or _RANK_OF_UNRANKED
    if cost in (_STRUCK, _EXTRA) and len(candidate) == _SHORTEST_LISTED:
        return None
    # A letter too few or another one makes a rare short word of nearly anything.
    if cost == _STRUCK or (cost in (_DROPPED, _EXTRA) and len(candidate) < _LONG):
        return rank if rank and rank <= _USUAL else None
    return rank or _RANK_OF_UNRANKED


def _candidates(word: str) -> Iterator[tuple[float, str]]:
    """Every string that is one slip away, with what the slip costs. The first letter stays."""
    for i in range(len(word) - 1):
        if word[i] != word[i + 1]:
            yield _SWAPPED, word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    for i in range(1, len(word)):
        is_double = word[i] == word[i - 1]
        yield _DOUBLED if is_double else _EXTRA, word[:i] + word[i + 1 :]
        for letter in _NEIGHBOURS[word[i]]:
            yield _STRUCK, word[:i] + letter + word[i + 1 :]
    for i in range(1, len(word) + 1):
        for letter in _LETTERS:
            yield _DROPPED, word[:i] + letter + word[i:]
    if len(word) >= 2 * _SHORTEST_LISTED and word[::2] == word[1::2]:
        yield _DOUBLED, word[::2]
    if len(word) >= _SHORTEST_LISTED:
        yield _TURNED, word[::-1]
    if whole := _bones().get(word):
        yield _BONES, whole


@cache
def _bones() -> Mapping[str, str]:
    """Grave words by what is left of them without vowels: "bstrd"."""
    bones: dict[str, str] = {}
    for word in vocabulary():
        left = word.text[0] + "".join(c for c in word.text[1:] if c not in _VOWELS)
        if word.is_strong and _SHORTEST_BONES <= len(left) < len(word.text):
            bones.setdefault(left, word.text)
    return bones


@cache
def _ordinary() -> NDArray[np.uint32]:
    data = resources.files("fruitful.moderation.data").joinpath("words/ordinary.npz")
    with resources.as_file(data) as path, np.load(path) as arrays:
        hashes: NDArray[np.uint32] = arrays["hashes"]
    return hashes


@cache
def _typed_so() -> frozenset[str]:
    """Short forms of messages, which drop letters without hiding anything."""
    return frozenset(listed_words(WORDS, "typed so"))
