"""Judge by meaning: what the trained model says of violence, hate, vulgarity and discourtesy.

Two stages: a fast one settles what is plainly clean, and the encoder reads all else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import ATTRIBUTES, Signal, Span
from fruitful.domain.policy import Category
from fruitful.moderation.classifier.artefact import SHIPPED, ArtefactUnusable, load_artefact
from fruitful.moderation.classifier.fast import FastStage
from fruitful.moderation.classifier.marking import marked_words
from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.classifier.scoring import Classifier, Reading
from fruitful.moderation.detectors.plainness import is_plainly_written
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.normalise import Normalised

log = structlog.get_logger(__name__)

MARKED_FROM = 0.3
"""From this score on a signal says which words made it."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to read a document: as typed (``None``) or with its disguise undone."""

    text: str
    prepared: Normalised
    undisguised: Normalised | None


class ClassifierDetector:
    """Wraps the trained model. Without a usable model every call raises, and comments are held."""

    name = "classifier"
    categories = frozenset(
        {Category.VIOLENCE, Category.RACISM, Category.VULGARITY, Category.DISCOURTESY}
    )

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 1) -> None:
        self._classifier: Classifier | None = None
        self._fast: FastStage | None = None
        self.problem: str | None = None
        try:
            artefact = load_artefact(folder)
            self._classifier = Classifier(artefact, threads=threads)
            self._fast = artefact.fast
            self.problem = artefact.fast_problem
        except ArtefactUnusable as unusable:
            self.problem = str(unusable)
        if self.problem:
            log.error("classifier.unusable", problem=self.problem)

    @property
    def model(self) -> str:
        """The version of the model for the record, ``absent`` where there is none.

        Where the fast stage is left out though the manifest names one, the version says so.
        """
        if self._classifier is None:
            return "absent"
        return self._classifier.version + (" without its fast stage" if self.problem else "")

    def detect(self, document: Document) -> Detection:
        """As :meth:`detect_batch`, for one document."""
        return self.detect_batch([document])[0]

    def detect_batch(self, documents: Sequence[Document]) -> list[Detection]:
        """One detection per document, in order: a learned signal for each category, whose score
        is the higher of the text as typed and the text undisguised.

        The evidence names the stage and the head: ``fast:racism``, ``model:racism``. A signal of
        0.3 or more bears the words that made it; where they stand in several places, further
        signals with the same score bear the others. Raises :class:`DetectorUnavailable` with
        cause ``model_absent`` when there is no usable model.
        """
        if self._classifier is None:
            raise DetectorUnavailable("model_absent")
        views = [views_of(document) for document in documents]
        settled = [
            self._settled(self._classifier, document, of_it)
            for document, of_it in zip(documents, views, strict=True)
        ]
        unsettled = [
            view
            for of_it, scores in zip(views, settled, strict=True)
            if scores is None
            for view in of_it
        ]
        readings = iter(self._classifier.score_prepared([view.prepared for view in unsettled]))
        return [
            self._detection(self._classifier, [(view, next(readings)) for view in of_it])
            if scores is None
            else self._settled_detection(self._classifier, scores)
            for of_it, scores in zip(views, settled, strict=True)
        ]

    def _settled(
        self, classifier: Classifier, document: Document, views: Sequence[View]
    ) -> Mapping[str, float] | None:
        """Scores by head where the fast stage may speak and finds the text plainly clean."""
        fast = self._fast
        if fast is None or views[0].undisguised is not None or not fast.suits(document.house_rules):
            return None
        if not is_plainly_written(document):
            return None
        return fast.settle(classifier.pieces(views[0].prepared))

    def _settled_detection(self, classifier: Classifier, scores: Mapping[str, float]) -> Detection:
        heads = classifier.manifest.categories
        return Detection(
            signals=tuple(
                Signal(
                    category=category,
                    score=scores[heads[category.value]],
                    detector=self.name,
                    span=None,
                    evidence=f"fast:{heads[category.value]}",
                    learned=True,
                )
                for category in Category
                if category in self.categories
            ),
            attributes={name: scores[name] for name in ATTRIBUTES},
        )

    def _detection(self, classifier: Classifier, read: Sequence[tuple[View, Reading]]) -> Detection:
        signals = [
            signal
            for category in Category
            if category in self.categories
            for signal in self._signals(classifier, category, read)
        ]
        attributes = {name: max(reading.scores[name] for _, reading in read) for name in ATTRIBUTES}
        return Detection(signals=tuple(signals), attributes=attributes)

    def _signals(
        self, classifier: Classifier, category: Category, read: Sequence[tuple[View, Reading]]
    ) -> Iterator[Signal]:
        head = classifier.manifest.categories[category.value]
        view, reading = max(read, key=lambda pair: pair[1].scores[head])
        score = reading.scores[head]
        spans: list[Span | None] = [None]
        if score >= MARKED_FROM:
            spans = [*_spans(classifier, category, view, reading)] or [None]
        for span in spans:
            yield Signal(
                category=category,
                score=score,
                detector=self.name,
                span=span,
                evidence=f"model:{head}",
                learned=True,
            )


def views_of(document: Document) -> list[View]:
    """What the writer says, as typed or, where that reads differently, with its disguise undone.

    One view: a disguise is noise to the encoder, in which it sees harm where there is none.
    """
    prepared = prepare(document.own_text)
    undone = document.undisguised
    again = prepare(undone.text)
    # The encoder reads no capitals and prepares both alike: equal texts would score equally.
    if _as_read(again) == _as_read(prepared):
        return [View(document.own_text, prepared, None)]
    return [View(undone.text, again, undone)]


def _as_read(prepared: Normalised) -> str:
    return " ".join(prepared.text.lower().split())


def _spans(
    classifier: Classifier, category: Category, view: View, reading: Reading
) -> Iterator[Span]:
    manifest = classifier.manifest
    head = manifest.categories[category.value]
    channels = [manifest.span_channels.index(c) for c in manifest.channels[category.value]]
    column = manifest.heads.index(head)
    for region in marked_words(view.text, reading.windows[head].tokens(), column, channels):
        if view.undisguised is None:
            yield region
        else:
            yield view.undisguised.span(region.start, region.end)
