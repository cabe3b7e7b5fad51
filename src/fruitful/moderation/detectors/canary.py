"""Let an operator try an installation with the texts that the house rules set apart for it."""

from __future__ import annotations

from fruitful.domain.moderation import Signal, Span
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.document import Detection, Document


class CanaryDetector:
    """Demands the outcome whose canary text the comment contains, exactly as written.

    The canary for publishing demands nothing: a comment that holds it alone is published by a
    sound installation. It covers no category, so its failure holds the comment as a whole.
    """

    name = "canary"
    categories: frozenset[Category] = frozenset()

    def detect(self, document: Document) -> Detection:
        """One signal for each place where a canary stands."""
        signals = [
            Signal(
                category=Category.SPAM,
                # It measures nothing: a score would reach thresholds of its own beside the demand.
                score=0.0,
                detector=self.name,
                span=Span(start, start + len(canary)),
                evidence=f"canary:{outcome}",
                demands=outcome,
            )
            for outcome, canary in document.house_rules.canaries.items()
            if outcome is not Outcome.PUBLISH
            for start in _places(document.text, canary)
        ]
        return Detection(signals=tuple(signals))


def _places(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    start = text.find(wanted)
    while start >= 0:
        places.append(start)
        start = text.find(wanted, start + len(wanted))
    return places
