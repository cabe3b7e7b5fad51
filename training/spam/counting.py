"""Count which letters follow which, in texts that people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fruitful.moderation.spam.letters import encode

_WORD = re.compile(r"[^\W\d_]+")
# Added to every count, so that what was never seen is unlikely and not impossible.
_UNSEEN = 0.3


def count_letters(texts: Iterable[str]) -> NDArray[np.float16]:
    """Logarithms of the chances of a letter after two others; see ``load_letters``."""
    counts = np.full((27, 27, 27), _UNSEEN)
    for text in texts:
        for word in _WORD.findall(text):
            code = encode(word)
            for first, second, third in zip(code, code[1:], code[2:], strict=False):
                counts[first, second, third] += 1
    chances: NDArray[np.float64] = np.log(counts / counts.sum(axis=2, keepdims=True))
    return chances.astype(np.float16)
