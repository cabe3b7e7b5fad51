"""Score the development parts with the exported artefact, the way a server would."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import track

from fruitful.moderation.classifier.artefact import Artefact, Platt, load_artefact
from fruitful.moderation.classifier.scoring import Classifier
from training.examples import Example, bucket
from training.heads import HEADS

_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Scored:
    """Examples with their calibrated scores, and which of them may be used to calibrate.

    ``scores`` and ``labels`` have shape (examples, heads); unknown labels are NaN.
    """

    examples: Sequence[Example]
    scores: np.ndarray
    labels: np.ndarray
    for_calibration: np.ndarray

    @property
    def sources(self) -> np.ndarray:
        """The source of each example, grammar families folded into one."""
        return np.array([example.source.split(":")[0] for example in self.examples])

    @property
    def logits(self) -> np.ndarray:
        """Inverse of the sigmoid of ``scores``: raw logits while calibration is the identity."""
        clipped = np.clip(self.scores.astype(np.float64), 1e-9, 1 - 1e-9)
        return np.asarray(np.log(clipped / (1 - clipped)))

    def column(self, head: str) -> int:
        """The place of a head among the columns."""
        return HEADS.index(head)


def development_examples(
    everything: Iterable[Example], folder: Path, most_natural: int, most: int
) -> list[Example]:
    """At most ``most_natural`` rows of natural prevalence and ``most`` of each other source,
    among them Toxigen, which never trains."""
    dice = random.Random(5)
    by_source: dict[str, list[Example]] = {}
    for example in everything:
        if example.part != "train":
            by_source.setdefault(example.source.split(":")[0], []).append(example)
    by_source["toxigen"] = _toxigen(folder)
    chosen: list[Example] = []
    for source, pool in sorted(by_source.items()):
        limit = most_natural if source == "jigsaw_natural" else most
        chosen += dice.sample(pool, limit) if len(pool) > limit else pool
    return chosen


def _toxigen(folder: Path) -> list[Example]:
    examples = []
    with (folder / "toxigen_annotated" / "toxigen.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            level = float(row["toxicity_human"])
            if 2.0 < level < 4.0:
                continue
            hate = float(level >= 4.0)
            examples.append(
                Example(
                    source="toxigen",
                    part="dev",
                    text=row["text"],
                    labels={"racism": hate, "identity_attack": hate},
                )
            )
    return examples


def score(examples: Sequence[Example], artefact: Path, kept: Path, threads: int = 2) -> Scored:
    """Score every example to its end, in windows, without calibration. Scores of the same texts by
    the same model are read back from the file ``kept``."""
    classifier = Classifier(_uncalibrated(load_artefact(artefact)), threads=threads)
    key = _key(examples, artefact)
    if kept.exists() and (found := np.load(kept))["key"] == key:
        scores = found["scores"]
    else:
        scores = _scored(examples, classifier)
        np.savez(kept, key=key, scores=scores)
    labels = np.array([[e.labels.get(h, np.nan) for h in HEADS] for e in examples])
    return Scored(examples, scores, labels, np.array([_calibrates(e) for e in examples]))


def _uncalibrated(artefact: Artefact) -> Artefact:
    identity = dict.fromkeys(artefact.manifest.heads, Platt(slope=1.0, offset=0.0))
    return replace(artefact, manifest=replace(artefact.manifest, calibration=identity))


def _scored(examples: Sequence[Example], classifier: Classifier) -> np.ndarray:
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
    scores = np.zeros((len(examples), len(HEADS)))
    chunks = [order[at : at + _CHUNK] for at in range(0, len(order), _CHUNK)]
    for places in track(chunks, description="scoring"):
        readings = classifier.score([examples[i].text for i in places])
        for place, reading in zip(places, readings, strict=True):
            scores[place] = [reading.scores[head] for head in HEADS]
    return scores


def _key(examples: Sequence[Example], artefact: Path) -> str:
    digest = hashlib.sha256((artefact / "model.onnx").read_bytes())
    for example in examples:
        digest.update(example.text.encode(errors="replace"))
    return digest.hexdigest()


def _calibrates(example: Example) -> bool:
    if example.source == "jigsaw_natural":
        return example.part == "calibration"
    return bucket("calibration " + example.text) < 0.4


def recalibrated(scored: Scored, calibration: dict[str, tuple[float, float]]) -> Scored:
    """The same with a slope and an offset applied to each head's logits."""
    logits = scored.logits
    for head, (slope, offset) in calibration.items():
        column = scored.column(head)
        logits[:, column] = slope * logits[:, column] + offset
    return replace(scored, scores=1 / (1 + np.exp(-logits)))
