"""An engine that finds what the text says it should find, so that a test can choose the signals."""

from __future__ import annotations

import re

from fruitful.domain.moderation import Signal, Span
from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.pipeline import Engine

_SCRIPT = re.compile(r"\[(" + "|".join(Category) + r") ([01]\.\d+)\]")


class ScriptedDetector:
    """Finds ``[violence 0.7]`` wherever it stands, as a signal with that score and span."""

    name = "scripted"
    categories = frozenset(Category)

    def detect(self, document: Document) -> Detection:
        """Measure what the text asks for."""
        return Detection(
            signals=tuple(
                Signal(
                    category=Category(found[1]),
                    score=float(found[2]),
                    detector=self.name,
                    span=Span(*found.span()),
                    evidence="scripted",
                )
                for found in _SCRIPT.finditer(document.text)
            )
        )


def scripted_engine() -> Engine:
    """An engine of this one detector."""
    return Engine([ScriptedDetector()], model="scripted/1")
