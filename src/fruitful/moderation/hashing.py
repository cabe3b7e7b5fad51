"""Hash runs of characters, many at once, the same on every machine."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint64]

ROLL = np.uint64(0x9E3779B97F4A7C15)
"""Odd multiplier by which hashes are chained: the golden ratio in 64 bits."""


def mix(values: Hashes) -> Hashes:
    """Spread every bit over the word (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def ngram_hashes(text: str, length: int) -> Hashes:
    """One hash for each run of ``length`` characters, in order; none in a shorter text."""
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = max(0, letters.size - length + 1)
    hashes: Hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(length):
        hashes = mix(hashes * ROLL + letters[offset : offset + count])
    return hashes


def distinct(values: Hashes) -> Hashes:
    """The values in order, each once; by sorting, which beats ``numpy.unique`` on short arrays."""
    ordered = np.sort(values)
    return (
        ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if ordered.size else ordered
    )
