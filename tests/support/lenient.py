"""A newsroom that lets pass more than its house rules do, and an engine that says what it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.desk import Desk
from support.newsroom import Person
from support.scripted import ScriptedDetector

SCORES = (0.3, 0.45, 0.6, 0.75)
"""Of the comments; this newsroom rejects the last only."""


class ScriptedClassifier(ScriptedDetector):
    """Stands where the trained model stands, and finds what the text says."""

    name = "classifier"

    def detect(self, document: Document) -> Detection:
        """The same, as the judgement of a model."""
        found = super().detect(document).signals
        return Detection(signals=tuple(replace(signal, learned=True) for signal in found))


def scripted_classifier(world: World) -> Engine:
    """An engine of that one detector, under the name of the world's model."""
    model = f"classifier {world.curves.model}, scripted"
    return Engine([ScriptedClassifier()], model=model)


async def judge_many(desk: Desk, clock: AdjustableClock, *, times: int) -> None:
    """So many comments of each score are written and decided on."""
    number = 0
    for _ in range(times):
        for score in SCORES:
            number += 1
            sent = await Person(desk.world, f"Reader {number}").write(
                f"Number {number} says {number * 7919} [discourtesy {score}] of {number * 31}."
            )
            if score == SCORES[-1]:
                await desk.reject(sent.comment.id, category=Category.DISCOURTESY)
            else:
                await desk.approve(sent.comment.id)
            clock.advance(timedelta(minutes=3))
