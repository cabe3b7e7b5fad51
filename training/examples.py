"""One text of the mixture, with what is known about it and nothing about what is not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fruitful.moderation.classifier.preprocess import prepare
from training.heads import HEADS

_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Code points ``start:end`` that a fraction of the raters marked, by type of offence."""

    start: int
    end: int
    channel: int
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and its labels.

    ``labels`` maps a head to the probability that people would say it applies, 0..1; a head that
    is absent is unknown and takes no part in the loss. ``part`` is ``train``, ``dev`` (choosing
    and reporting) or ``calibration``. ``marks`` is ``None`` where nobody marked words.
    """

    source: str
    part: str
    text: str
    labels: Mapping[str, float]
    weight: float = 1.0
    marks: tuple[Mark, ...] | None = field(default=None)

    def __post_init__(self) -> None:
        unknown = set(self.labels) - set(HEADS)
        if unknown:
            raise ValueError(f"{self.source}: no such heads: {sorted(unknown)}")

    @property
    def fingerprint(self) -> str:
        """The same for texts that differ only in case, spacing and punctuation."""
        return fingerprint(self.text)


def fingerprint(text: str) -> str:
    """Hexadecimal digest of the letters and digits of a text."""
    words = _NOT_A_LETTER.sub(" ", prepare(text).text.lower()).strip()
    return hashlib.sha1(words.encode(errors="replace")).hexdigest()[:20]


def bucket(text: str) -> float:
    """A number in 0..1 that depends on the text alone: splits stay put when data is added."""
    return int(fingerprint(text)[:8], 16) / 0xFFFFFFFF


def all_zero(*, unknown: tuple[str, ...] = ()) -> dict[str, float]:
    """Labels of a clean text, less the heads on which its source is silent."""
    return {head: 0.0 for head in HEADS if head not in unknown}
