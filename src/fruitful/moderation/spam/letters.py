"""How likely letters follow each other in words, to tell writing from hammering on the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

_FEWEST_LETTERS = 12
_ASCII_WORD = re.compile(r"[a-z]+")
_STRETCHED = re.compile(r"(.)\1{2,}")


@cache
def load_letters() -> NDArray[np.float32]:
    """``table[a, b, c]``: natural logarithm of the chance that ``c`` follows ``a`` and ``b``.

    Letters are numbered from 1; 0 is the edge of a word. Counted by ``training/spam``.
    """
    source = resources.files("fruitful.moderation.data").joinpath("spam/letters.npz")
    with resources.as_file(source) as path, np.load(path) as arrays:
        table: NDArray[np.float32] = arrays["letters"].astype(np.float32)
    return table


def typicality(words: Iterable[str]) -> float | None:
    """Mean logarithm of the chance of each letter; English lies near -1.9, mashing near -5.

    Words that are not of the letters a to z are passed over. ``None`` where fewer than twelve
    letters are left, because little can be said of less.
    """
    codes = np.array([number for word in words for number in encode(word)], dtype=np.intp)
    if np.count_nonzero(codes) < _FEWEST_LETTERS:
        return None
    first, second, third = codes[:-2], codes[1:-1], codes[2:]
    within = (second > 0) | (third > 0)  # Not from the end of one word to the next.
    return float(load_letters()[first, second, third][within].mean())


def encode(word: str) -> list[int]:
    """Numbers of the letters of a word between edges; empty for other than a to z.

    Stretched letters ("sooo") and short words in capitals, which may be abbreviations, tell
    nothing of the hand.
    """
    if word.isupper() and len(word) < 8:
        return []
    plain = _STRETCHED.sub(r"\1", word.lower())
    if not _ASCII_WORD.fullmatch(plain):
        return []
    return [0, 0, *(ord(letter) - ord("a") + 1 for letter in plain), 0]
