"""Turn logits into probabilities and choose thresholds, on the calibration part only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.development import Scored
from training.heads import CATEGORY_HEADS, HEADS

FEWEST_POSITIVES = 100
MIXTURE_PREVALENCE = 0.10
"""What share of the mixture is positive, where the natural part has too few positives."""

HOLD_BUDGET = {"violence": 0.007, "racism": 0.010, "vulgarity": 0.005, "discourtesy": 0.022}
RETURN_BUDGET = {"violence": 0.001, "racism": 0.001, "vulgarity": 0.001, "discourtesy": 0.0025}
"""Shares of clean natural comments that each category may hold and return."""
_MOST_HOLD = 0.5
"""The certain findings of other detectors in the same category begin here."""
_LEAST_HOLD, _LEAST_RETURN, _LEAST_PRECISION = 0.15, 0.65, 0.9
_SURELY_LABELLED = ("jigsaw_natural", "grammar_dev")
"""Sources whose negatives are negatives: elsewhere what one study did not look for is there."""
_WRITER_IN_DANGER = "grammar_dev:violence.writer_in_danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Calibration of one head and what it rests on."""

    slope: float
    offset: float
    on: str
    positives: int


def fit_head(scored: Scored, head: str) -> Fit:
    """Platt scaling on natural prevalence, or on a mixture where positives are too few."""
    column = scored.column(head)
    labels, logits = scored.labels[:, column], scored.logits[:, column]
    known = scored.for_calibration & ~np.isnan(labels)
    natural = known & (scored.sources == "jigsaw_natural")
    positives = int((labels[natural] >= 0.5).sum())
    if positives >= FEWEST_POSITIVES:
        slope, offset = _platt(logits[natural], labels[natural], None)
        return Fit(slope=slope, offset=offset, on="natural prevalence", positives=positives)
    positives = int((labels[known] >= 0.5).sum())
    slope, offset = _platt(logits[known], labels[known], MIXTURE_PREVALENCE)
    return Fit(
        slope=slope,
        offset=offset,
        on=f"mixture weighted to {MIXTURE_PREVALENCE:.0%} positives",
        positives=positives,
    )


def _platt(logits: np.ndarray, labels: np.ndarray, prevalence: float | None) -> tuple[float, float]:
    weights = np.concatenate([labels, 1 - labels])
    if prevalence is not None:
        present = labels.mean()
        positive, negative = prevalence / present, (1 - prevalence) / (1 - present)
        weights = np.concatenate([labels * positive, (1 - labels) * negative])
    targets = np.concatenate([np.ones_like(labels), np.zeros_like(labels)])
    model = LogisticRegression(C=1e4, max_iter=500)
    model.fit(np.concatenate([logits, logits])[:, None], targets, sample_weight=weights)
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    if slope <= 0:
        raise ValueError("a head is worse than chance on the calibration part")
    return slope, offset


def fit_all(scored: Scored) -> dict[str, Fit]:
    """A fit for every head."""
    return {head: fit_head(scored, head) for head in HEADS}


def thresholds(scored: Scored) -> dict[str, tuple[float, float | None]]:
    """``(hold_at, return_at)`` per category on calibrated scores, within the budgets."""
    clean = clean_natural(scored) & scored.for_calibration
    chosen: dict[str, tuple[float, float | None]] = {}
    for head in CATEGORY_HEADS:
        scores = scored.scores[:, scored.column(head)]
        within_budget = float(np.quantile(scores[clean], 1 - HOLD_BUDGET[head]))
        hold_at = min(_MOST_HOLD, max(_LEAST_HOLD, within_budget))
        return_at = max(_LEAST_RETURN, float(np.quantile(scores[clean], 1 - RETURN_BUDGET[head])))
        chosen[head] = (_up(hold_at), _up(max(return_at, _precise_from(scored, head))))
    return chosen


def _precise_from(scored: Scored, head: str) -> float:
    """The least score from which nine in ten are abusive in some way, where labels are sure, and
    from which nobody who speaks of harming themselves has a comment returned: that waits for a
    person."""
    column = scored.column(head)
    known = scored.for_calibration & ~np.isnan(scored.labels[:, column])
    scores = scored.scores[known, column]
    toxic = np.nan_to_num(scored.labels[known, scored.column("toxicity")]) >= 0.5
    positive = (scored.labels[known, column] >= 0.5) | toxic
    sure = np.isin(scored.sources[known], _SURELY_LABELLED)
    # Safety goes before a clean split: these few sentences count in both parts.
    in_danger = np.array([e.source == _WRITER_IN_DANGER for e in scored.examples])
    floor = float(scored.scores[in_danger, column].max(initial=0.0)) + 0.01
    for threshold in np.arange(_LEAST_RETURN, 0.99, 0.01):
        above = (scores >= threshold) & sure
        if threshold >= floor and above.sum() >= 20 and positive[above].mean() >= _LEAST_PRECISION:
            return float(threshold)
    return 0.98


def clean_natural(scored: Scored) -> np.ndarray:
    """Rows of natural prevalence that no rater found toxic in any way."""
    toxic = scored.labels[:, scored.column("toxicity")]
    return np.asarray((scored.sources == "jigsaw_natural") & (toxic == 0))


def _up(value: float) -> float:
    return float(min(0.99, np.ceil(value * 100) / 100))
