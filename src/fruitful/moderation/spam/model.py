"""A small learned model of spam: logistic regression over hashed words and characters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from fruitful.moderation.contacts import EMAIL, LINK
from fruitful.moderation.hashing import Hashes, distinct, ngram_hashes

BUCKETS = 1 << 17
"""Places in the table of weights; hashes are taken modulo this number, a power of two."""

_NGRAMS = (3, 4, 5)
_HEAD, _TAIL = 1_500, 500
"""Of a long text the beginning and the end are read: advertisers sign at the end."""

_NUMBER = re.compile(r"\d(?:[ .,()-]{0,2}\d)*")
_SPACE = re.compile(r"\s+")
_SOLID = re.compile(r"\S+")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class SpamModel:
    """Weights and calibration; see :func:`load_model` for where they come from.

    ``slope`` and ``offset`` turn the raw score into a probability (Platt 1999).
    """

    weights: NDArray[np.float32]
    bias: float
    slope: float
    offset: float
    version: str

    def probability(self, lowered: str) -> float:
        """How likely the lower-case text is spam, 0..1, at the prevalence in the manifest."""
        logit = self.slope * self.raw(features(lowered)) + self.offset
        return float(1 / (1 + np.exp(-logit)))

    def raw(self, indices: NDArray[np.int64]) -> float:
        """The uncalibrated score of a text with these features."""
        if not indices.size:
            return self.bias
        return self.bias + float(self.weights[indices].sum() / np.sqrt(indices.size))

    def most_telling(self, lowered: str) -> tuple[int, int] | None:
        """The run of words that speaks most for spam, as a half-open range of the text.

        The run with the greatest sum of weights (J. Kadane's algorithm, Bentley 1984), each word
        bringing what it holds and the pair that it makes with the word before.
        """
        words = list(_SOLID.finditer(lowered[: _HEAD + _TAIL]))
        best, total, begin = (0.0, 0, 0), 0.0, 0
        before = ""
        for match in words:
            word = match.group()
            both = features(f"{before} {word}")
            total += float(self.weights[both].sum() - self.weights[features(before)].sum())
            if total <= 0:
                total, begin = 0.0, match.end()
            best = max(best, (total, begin, match.end()))
            before = word
        weight, start, end = best
        if weight <= 0:
            return None
        return start + len(lowered[start:end]) - len(lowered[start:end].lstrip()), end


@cache
def load_model() -> SpamModel:
    """The model that ships with the package. ``model.json`` beside it says how it was made."""
    folder = resources.files("fruitful.moderation.data").joinpath("spam")
    manifest = json.loads(folder.joinpath("model.json").read_text(encoding="utf-8"))
    with resources.as_file(folder.joinpath("model.npz")) as path, np.load(path) as arrays:
        weights = arrays["weights"].astype(np.float32)
    return SpamModel(
        weights=weights,
        bias=float(manifest["bias"]),
        slope=float(manifest["calibration"]["slope"]),
        offset=float(manifest["calibration"]["offset"]),
        version=str(manifest["version"]),
    )


def features(lowered: str) -> NDArray[np.int64]:
    """Distinct indices, 0..BUCKETS-1, of the words, word pairs and 3- to 5-grams of a text."""
    text = _simplified(lowered)
    words = _WORD.findall(text)
    pairs = (f"{a} {b}" for a, b in pairwise(words))
    hashed = [crc32(term.encode()) for term in (*words, *pairs)]
    grams: list[Hashes] = [ngram_hashes(f" {text} ", length) for length in _NGRAMS]
    everything = np.concatenate([np.array(hashed, dtype=np.uint64), *grams])
    return distinct(everything & np.uint64(BUCKETS - 1)).astype(np.int64)


def _simplified(text: str) -> str:
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} {text[-_TAIL:]}"
    text = LINK.sub(" weblink ", EMAIL.sub(" mailaddress ", text))
    # A year or a price says little; only how long a number is tells a telephone from them.
    text = _NUMBER.sub(lambda match: "0" if len(match.group()) < 9 else " longnumber ", text)
    return _SPACE.sub(" ", text).strip()
