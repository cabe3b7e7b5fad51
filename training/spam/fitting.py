"""Logistic regression on sparse binary features, its calibration, and what is measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fruitful.moderation.spam.model import BUCKETS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights over the buckets, and the bias."""

    weights: Floats
    bias: float

    def raw(self, rows: Sequence[NDArray[np.int64]]) -> Floats:
        """Uncalibrated scores, as :meth:`SpamModel.raw` computes them."""
        return np.array(
            [self.bias + self.weights[row].sum() / np.sqrt(max(1, row.size)) for row in rows]
        )


def fit(rows: Sequence[NDArray[np.int64]], labels: Floats, weights: Floats, *, seed: int) -> Fitted:
    """Minimise the weighted log loss with AdaGrad; small steps stand in for a penalty."""
    dice = np.random.default_rng(seed)
    table, squares = np.zeros(BUCKETS), np.full(BUCKETS, 1e-3)
    bias, bias_square = 0.0, 1e-3
    decay = 2e-6
    for epoch in range(12):
        for batch in np.array_split(dice.permutation(len(rows)), max(1, len(rows) // 256)):
            lengths = np.array([max(1, rows[i].size) for i in batch])
            indices = np.concatenate([rows[i] for i in batch])
            values = np.repeat(1 / np.sqrt(lengths), [rows[i].size for i in batch])
            owner = np.repeat(np.arange(batch.size), [rows[i].size for i in batch])
            raw = bias + np.bincount(owner, table[indices] * values, minlength=batch.size)
            error = (1 / (1 + np.exp(-raw)) - labels[batch]) * weights[batch] / batch.size
            slope = np.bincount(indices, error[owner] * values, minlength=BUCKETS) + decay * table
            squares += slope**2
            table -= 0.6 / (1 + epoch / 4) * slope / np.sqrt(squares)
            bias_square += float(error.sum()) ** 2
            bias -= 0.1 * float(error.sum()) / np.sqrt(bias_square)
    return Fitted(table, bias)


def calibrate(raw: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and offset of a logistic curve through held-out scores (Platt 1999), by Newton."""
    slope, offset = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-(slope * raw + offset)))
        error, curve = weights * (p - labels), weights * p * (1 - p)
        gradient = np.array([(error * raw).sum(), error.sum()])
        hessian = np.array(
            [[(curve * raw * raw).sum(), (curve * raw).sum()], [(curve * raw).sum(), curve.sum()]]
        )
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        slope, offset = slope - step[0], offset - step[1]
    return float(slope), float(offset)


def auc(scores: Floats, labels: Floats) -> float:
    """Area under the ROC curve: how often a spam scores above an honest text; ties count half."""
    spam, honest = scores[labels == 1], np.sort(scores[labels == 0])
    below = np.searchsorted(honest, spam, side="left")
    below_or_tied = np.searchsorted(honest, spam, side="right")
    return float((below + below_or_tied).mean() / 2 / honest.size)
