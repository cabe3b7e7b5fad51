"""Count what lies above each threshold, so that a policy may say what it wants instead of a score.

The counts are of the reporting part, which neither calibrates nor chooses thresholds. They are
kept as counts, so that whoever reads them can tell how sure a share is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.calibrate import FEWEST_POSITIVES, MIXTURE_PREVALENCE, clean_natural
from training.development import Scored
from training.heads import CATEGORY_HEADS

_THRESHOLDS = np.round(np.arange(1, 100) / 100, 2)


def operating_curves(scored: Scored) -> dict[str, Mapping[str, Any]]:
    """Per category, at thresholds from 0.01 to 0.99: how many positives, negatives and clean
    natural comments score at least that much, out of how many.

    The mixture is the natural one where it holds a hundred positives; otherwise it is all sources
    together, and ``prevalence`` is the share of positives to which they must be weighted, as in
    calibration.
    """
    return {head: _curve(scored, head) for head in CATEGORY_HEADS}


def _curve(scored: Scored, head: str) -> Mapping[str, Any]:
    column = scored.column(head)
    report = ~scored.for_calibration
    labels, scores = scored.labels[:, column], scored.scores[:, column]
    rows = report & ~np.isnan(labels)
    natural = rows & (scored.sources == "jigsaw_natural")
    is_natural = int((labels[natural] >= 0.5).sum()) >= FEWEST_POSITIVES
    if is_natural:
        rows = natural
    positive, negative = rows & (labels >= 0.5), rows & (labels < 0.5)
    share = float(positive.sum() / max(1, rows.sum()))
    clean = report & clean_natural(scored)
    return {
        "mixture": "natural prevalence (Wikipedia)"
        if is_natural
        else f"all sources, weighted to {MIXTURE_PREVALENCE:.0%} positives",
        "prevalence": round(share, 4) if is_natural else MIXTURE_PREVALENCE,
        "positives": int(positive.sum()),
        "negatives": int(negative.sum()),
        "clean": int(clean.sum()),
        "thresholds": [float(threshold) for threshold in _THRESHOLDS],
        "positives_at": _counts(scores[positive]),
        "negatives_at": _counts(scores[negative]),
        "clean_at": _counts(scores[clean]),
    }


def _counts(scores: np.ndarray) -> list[int]:
    return [int((scores >= threshold).sum()) for threshold in _THRESHOLDS]
