"""Measure the artefact on the reporting part of the development data. Nothing is chosen here."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from fruitful.moderation.classifier.artefact import load_artefact
from fruitful.moderation.classifier.marking import marked_words
from fruitful.moderation.classifier.scoring import Classifier
from training.calibrate import clean_natural
from training.development import Scored
from training.examples import Example
from training.heads import CATEGORY_HEADS, HEADS

Thresholds = Mapping[str, tuple[float, float | None]]
_FEWEST = 10


def areas(scored: Scored) -> list[dict[str, Any]]:
    """AUC and average precision per head and source, where both classes have ten rows or more."""
    report = ~scored.for_calibration
    sources = scored.sources
    found = []
    for head in HEADS:
        column = scored.column(head)
        for source in [*sorted(set(sources)), "all"]:
            rows = report & ~np.isnan(scored.labels[:, column])
            if source != "all":
                rows &= sources == source
            positive = scored.labels[rows, column] >= 0.5
            if min(positive.sum(), (~positive).sum()) < _FEWEST:
                continue
            scores = scored.scores[rows, column]
            found.append(
                {
                    "head": head,
                    "source": source,
                    "positives": int(positive.sum()),
                    "rows": int(rows.sum()),
                    "auc": round(float(roc_auc_score(positive, scores)), 4),
                    "average_precision": round(float(average_precision_score(positive, scores)), 4),
                }
            )
    return found


def outcomes(scored: Scored, thresholds: Thresholds) -> dict[str, Any]:
    """Shares held (or returned) and returned: of clean comments by source, of positives by head."""
    report = ~scored.for_calibration
    held = np.zeros(len(scored.examples), dtype=bool)
    returned = held.copy()
    recall = {}
    for head, (hold_at, return_at) in thresholds.items():
        column = scored.column(head)
        scores, labels = scored.scores[:, column], scored.labels[:, column]
        holds = scores >= hold_at
        returns = scores >= (2.0 if return_at is None else return_at)
        held |= holds
        returned |= returns
        positive = report & (labels >= 0.5)
        recall[head] = {
            source: _shares("positives", holds[mine], returns[mine])
            for source in sorted(set(scored.sources))
            if (mine := positive & (scored.sources == source)).sum() >= _FEWEST
        }
    clean = {
        source: _shares("rows", held[mine], returned[mine])
        for source in sorted(set(scored.sources))
        if (mine := _clean(scored) & report & (scored.sources == source)).sum() >= _FEWEST
    }
    return {"clean": clean, "recall": recall}


def _shares(what: str, held: np.ndarray, returned: np.ndarray) -> dict[str, float]:
    return {what: len(held), "held": _mean(held), "returned": _mean(returned)}


def _clean(scored: Scored) -> np.ndarray:
    """No label of ours above 0.15, toxicity known; in the natural part nothing toxic at all."""
    highest = np.nanmax(np.nan_to_num(scored.labels, nan=0.0), axis=1)
    known = ~np.isnan(scored.labels[:, scored.column("toxicity")])
    return clean_natural(scored) | (known & (highest <= 0.15))


def families(scored: Scored, thresholds: Thresholds) -> list[dict[str, Any]]:
    """Our own families, held-out templates only: the share judged as the family says."""
    names = np.array([e.source for e in scored.examples])
    columns = [scored.column(head) for head in CATEGORY_HEADS]
    wanted = np.nan_to_num(scored.labels[:, columns]) >= 0.5
    held = scored.scores[:, columns] >= [thresholds[head][0] for head in CATEGORY_HEADS]
    # Abusive sentences must be held for what they are; clean ones must not be held at all.
    right = np.where(wanted.any(axis=1), (held & wanted).any(axis=1), ~held.any(axis=1))
    found = []
    for name in sorted({n for n in names if n.startswith("grammar_dev:")}):
        rows = np.flatnonzero(names == name)
        duties = {
            " or ".join(h for h, w in zip(CATEGORY_HEADS, wanted[row], strict=True) if w) or "pass"
            for row in rows
        }
        found.append(
            {
                "family": name.removeprefix("grammar_dev:"),
                "must": duties.pop() if len(duties) == 1 else "as the worst sentence",
                "rows": len(rows),
                "right": _mean(right[rows]),
            }
        )
    return sorted(found, key=lambda row: row["right"])


def curves(scored: Scored) -> dict[str, list[dict[str, float]]]:
    """Per category at twenty thresholds: precision and recall over all reporting rows, and the
    share of clean natural comments at or above the threshold."""
    report = ~scored.for_calibration
    clean = clean_natural(scored) & report
    found: dict[str, list[dict[str, float]]] = {}
    for head in CATEGORY_HEADS:
        column = scored.column(head)
        known = report & ~np.isnan(scored.labels[:, column])
        positive = scored.labels[known, column] >= 0.5
        scores = scored.scores[known, column]
        natural = scored.scores[clean, column]
        found[head] = []
        for threshold in np.round(np.linspace(0.05, 0.99, 20), 3):
            above = scores >= threshold
            found[head].append(
                {
                    "threshold": float(threshold),
                    "precision": _mean(positive[above]) if above.any() else 1.0,
                    "recall": _mean(above[positive]),
                    "clean_share": _mean(natural >= threshold),
                }
            )
    return found


def span_f1(examples: Sequence[Example], artefact: Path, most: int = 800) -> dict[str, float]:
    """Character F1 of the words marked for discourtesy and racism against those that at least
    half of the raters marked, averaged over comments that have any (news, development part)."""
    classifier = Classifier(load_artefact(artefact), threads=2)
    manifest = classifier.manifest
    names = ("insult", "identity", "obscene", "threat", "other")
    channels = [manifest.span_channels.index(name) for name in names]
    with_marks = [(e, gold) for e in examples if (gold := _gold(e))][:most]
    total = 0.0
    readings = classifier.score([e.text for e, _ in with_marks])
    column = manifest.heads.index("toxicity")
    for (example, gold), reading in zip(with_marks, readings, strict=True):
        regions = marked_words(example.text, reading.windows["toxicity"].tokens(), column, channels)
        found = {i for region in regions for i in range(region.start, region.end)}
        overlap = len(found & gold)
        total += 2 * overlap / (len(found) + len(gold)) if overlap else 0.0
    return {"comments": len(with_marks), "character_f1": round(total / max(1, len(with_marks)), 4)}


def _gold(example: Example) -> set[int]:
    gold: set[int] = set()
    for mark in example.marks or ():
        if mark.channel == 5 and mark.fraction >= 0.5:
            gold.update(range(mark.start, min(mark.end, len(example.text))))
    return gold


def latency(artefact: Path, repeats: int = 300) -> dict[str, float]:
    """Milliseconds for one text of 64 tokens on one thread, preparation included.

    Elapsed time depends on what else the machine does; processor time hardly does.
    """
    classifier = Classifier(load_artefact(artefact), threads=1)
    words = "the council wants to close a library and nobody in town was asked about it at all "
    text = (words * 4).strip().rsplit(" ", 6)[0]
    elapsed, busy = [], []
    for _ in range(repeats):
        started, started_busy = time.perf_counter(), time.process_time()
        classifier.score([text])
        elapsed.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - started_busy) * 1000)
    p50, p95 = np.percentile(elapsed[20:], [50, 95])
    return {
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "processor_p50_ms": round(float(np.percentile(busy[20:], 50)), 1),
    }


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0
