"""Judge by meaning: what the trained encoder says of violence, hate, vulgarity and discourtesy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import ATTRIBUTES, Signal, Span
from fruitful.domain.policy import Category
from fruitful.moderation.classifier.artefact import SHIPPED, ArtefactUnusable, load_artefact
from fruitful.moderation.classifier.marking import marked_words
from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.classifier.scoring import Classifier, Reading
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.normalise import Normalised

log = structlog.get_logger(__name__)

MARKED_FROM = 0.3
"""From this score on a signal says which words made it."""


@dataclass(frozen=True, slots=True)
class _View:
    """One way to read a document: as typed (``None``) or with its disguise undone."""

    document: int
    text: str
    undisguised: Normalised | None


class ClassifierDetector:
    """Wraps the trained model. Without a usable model every call raises, and comments are held."""

    name = "classifier"
    categories = frozenset(
        {Category.VIOLENCE, Category.RACISM, Category.VULGARITY, Category.DISCOURTESY}
    )

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 1) -> None:
        self._classifier: Classifier | None = None
        self.problem: str | None = None
        try:
            self._classifier = Classifier(load_artefact(folder), threads=threads)
        except ArtefactUnusable as unusable:
            self.problem = str(unusable)
            log.error("classifier.unusable", problem=self.problem)

    @property
    def model(self) -> str:
        """The version of the model for the record, ``absent`` where there is none."""
        return self._classifier.version if self._classifier else "absent"

    def detect(self, document: Document) -> Detection:
        """As :meth:`detect_batch`, for one document."""
        return self.detect_batch([document])[0]

    def detect_batch(self, documents: Sequence[Document]) -> list[Detection]:
        """One detection per document, in order: a learned signal for each category, whose score
        is the higher of the text as typed and the text undisguised.

        A signal of 0.3 or more bears the words that made it; where they stand in several places,
        further signals with the same score bear the others. Raises :class:`DetectorUnavailable`
        with cause ``model_absent`` when there is no usable model.
        """
        if self._classifier is None:
            raise DetectorUnavailable("model_absent")
        views = [view for i, document in enumerate(documents) for view in _views(i, document)]
        readings = self._classifier.score([view.text for view in views])
        grouped: list[list[tuple[_View, Reading]]] = [[] for _ in documents]
        for view, reading in zip(views, readings, strict=True):
            grouped[view.document].append((view, reading))
        return [self._detection(self._classifier, readings_of) for readings_of in grouped]

    def _detection(
        self, classifier: Classifier, read: Sequence[tuple[_View, Reading]]
    ) -> Detection:
        signals = [
            signal
            for category in Category
            if category in self.categories
            for signal in self._signals(classifier, category, read)
        ]
        attributes = {name: max(reading.scores[name] for _, reading in read) for name in ATTRIBUTES}
        return Detection(signals=tuple(signals), attributes=attributes)

    def _signals(
        self, classifier: Classifier, category: Category, read: Sequence[tuple[_View, Reading]]
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


def _views(index: int, document: Document) -> Iterator[_View]:
    yield _View(index, document.text, None)
    undone = document.undisguised
    # The encoder reads no capitals and prepares both alike: equal texts would score equally.
    if _as_read(undone.text) != _as_read(document.text):
        yield _View(index, undone.text, undone)


def _as_read(text: str) -> str:
    return " ".join(prepare(text).text.lower().split())


def _spans(
    classifier: Classifier, category: Category, view: _View, reading: Reading
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
