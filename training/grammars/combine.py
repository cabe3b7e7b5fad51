"""Join sentences into comments of several: one bad sentence makes a bad comment."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from training.examples import Example
from training.heads import HEADS


def combined(examples: Sequence[Example], share: float, seed: int) -> Iterator[Example]:
    """New examples, ``share`` as many as there are: two to four sentences, at most one of them
    abusive. Each head gets the highest of its labels, or none where one is unknown and low."""
    dice = random.Random(seed)
    for part in ("train", "dev"):
        pool = [e for e in examples if e.part == part]
        clean = [e for e in pool if max(e.labels.values()) <= 0.15]
        for _ in range(int(len(pool) * share)):
            chosen = [dice.choice(pool), *dice.choices(clean, k=dice.randint(1, 3))]
            dice.shuffle(chosen)
            yield Example(
                source="grammar" if part == "train" else "grammar_dev:combined",
                part=part,
                text=dice.choice([" ", " ", "\n\n"]).join(_sentence(e.text) for e in chosen),
                labels=_highest(chosen),
            )


def _sentence(text: str) -> str:
    return text if text[-1] in '.!?"' else text + "."


def _highest(examples: Sequence[Example]) -> dict[str, float]:
    labels: dict[str, float] = {}
    for head in HEADS:
        values = [e.labels[head] for e in examples if head in e.labels]
        if values and (len(values) == len(examples) or max(values) >= 0.5):
            labels[head] = max(values)
    return labels
