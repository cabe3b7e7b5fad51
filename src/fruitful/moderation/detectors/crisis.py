"""A writer in danger: held for a person, whatever else the comment holds; never sent back."""

from __future__ import annotations

from fruitful.domain.moderation import WRITER_IN_DANGER, Signal
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.crisis import Signs, load_signs
from fruitful.moderation.document import Detection, Document

HELD = 0.6
"""A convention: the signal demands its outcome and needs no threshold."""


class CrisisDetector:
    """One signal with evidence ``writer_in_danger`` where the writer speaks of ending their life.

    :mod:`fruitful.moderation.decide` sees to it that such a comment is held and not returned.
    """

    name = "crisis"
    categories = frozenset({Category.VIOLENCE})

    def __init__(self, signs: Signs | None = None) -> None:
        self._signs = signs or load_signs()

    def detect(self, document: Document) -> Detection:
        """Look in the writer's own words, as typed and with typing errors mended."""
        span = self._signs.find(document.folded) or self._signs.find(document.undisguised)
        if span is None:
            return Detection()
        signal = Signal(
            category=Category.VIOLENCE,
            score=HELD,
            detector=self.name,
            span=span,
            evidence=WRITER_IN_DANGER,
            demands=Outcome.HOLD,
        )
        return Detection(signals=(signal,))
