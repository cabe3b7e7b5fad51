"""The submission as detectors see it, and what a detector must offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable

from fruitful.domain.moderation import Missing, Signal, Span, Submission
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.normalise import Normalised, fold, undisguise
from fruitful.moderation.quotation import quoted_passages, without


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
    def quoted(self) -> tuple[Span, ...]:
        """What the text quotes from the comment it answers or from the article's title."""
        submission = self.submission
        return quoted_passages(self.text, (submission.parent_text, submission.article_title))

    @cached_property
    def own_text(self) -> str:
        """The text with what it quotes blanked out; as long as ``text``, so that spans hold.

        Detectors that judge what the writer says read this one or the views made of it. Private
        details and links are no less public for being quoted: those are looked for in ``text``.
        """
        return without(self.text, self.quoted)

    @cached_property
    def folded(self) -> Normalised:
        """Of ``own_text``: case, width, look-alikes, marks and invisible characters undone."""
        return fold(self.own_text)

    @cached_property
    def folded_whole(self) -> Normalised:
        """``folded``, but of the whole text with what it quotes."""
        return fold(self.text) if self.quoted else self.folded

    @cached_property
    def undisguised(self) -> Normalised:
        """``folded`` with leet, symbols inside words, spaced, stretched, swapped, dropped and
        doubled letters undone."""
        return undisguise(self.folded)

    @cached_property
    def undisguised_whole(self) -> Normalised:
        """``undisguised``, but of the whole text with what it quotes."""
        return undisguise(self.folded_whole) if self.quoted else self.undisguised


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
