"""The submission as detectors see it, and what a detector must offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable

from fruitful.domain.moderation import Missing, Signal, Submission
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.normalise import Normalised, fold, undisguise


@dataclass(frozen=True)
class Document:
    """One submission with the views of its text that detectors share, each made at most once.

    Detectors read ``house_rules`` for its allow-lists and languages only; thresholds are none
    of their business.
    """

    submission: Submission
    house_rules: HouseRules

    @property
    def text(self) -> str:
        """The text exactly as typed; every span points into it."""
        return self.submission.text

    @cached_property
    def folded(self) -> Normalised:
        """Case, width, look-alikes, combining marks and invisible characters undone."""
        return fold(self.text)

    @cached_property
    def undisguised(self) -> Normalised:
        """``folded`` with leet, symbols inside words, spaced-out and stretched letters undone."""
        return undisguise(self.folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What one detector says of one document."""

    signals: tuple[Signal, ...] = ()
    missing: tuple[Missing, ...] = ()
    attributes: Mapping[str, float] = field(default_factory=dict)


class Detector(Protocol):
    """Measures one thing. Raises :class:`DetectorUnavailable` where it cannot; never guesses."""

    @property
    def name(self) -> str:
        """Stable word that names the detector in every record."""

    @property
    def categories(self) -> frozenset[Category]:
        """The categories that go unmeasured when this detector fails."""

    def detect(self, document: Document) -> Detection:
        """Measure one document. Runs in a worker thread and must not block on I/O."""


@runtime_checkable
class BatchDetector(Detector, Protocol):
    """A detector that is faster over many documents at once."""

    def detect_batch(self, documents: Sequence[Document]) -> Sequence[Detection]:
        """Measure the documents; one detection each, in order."""
