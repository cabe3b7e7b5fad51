"""Which respect crosses viewpoints: the matrix factorisation published for Community Notes.

Pure: the same matrix always gives the same answer, and what it infers about readers is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

LAMBDA_INTERCEPT = 0.15
LAMBDA_FACTOR = 0.03
"""As published for Community Notes: five times dearer to call a comment good than to explain its
respect by whose viewpoint it shares."""
SWEEPS = 40
STARTS = 3
_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class _Fit:
    loss: float
    mean: float
    intercepts: Matrix
    partisan: Matrix
    """What the side that likes a comment adds: |f_n| times the spread of f_u."""


def shared_respect(votes: Matrix, weights: Matrix) -> Matrix:
    """For each comment the share in 0..1 of its respect that no viewpoint explains.

    ``votes`` has a row a reader and a column a comment: 1 for respect, 0 without; ``weights`` says
    how much each cell is to be believed, 0 where the reader can't have seen the comment.

    Fits r = mu + i_u + i_n + f_u * f_n, regularised per vote. mu + i_n is what a reader in the
    middle thinks of the comment; |f_n| times the spread of f_u is what a reader of the side that
    likes it adds to that. The share is the first against the sum of both.
    """
    readers, comments = votes.shape
    # There is more than one valley; the starts are fixed, so the answer is too.
    chance = np.random.default_rng(1)
    fits = [
        _fitted(votes, weights, (chance.normal(size=(readers,)), chance.normal(size=(comments,))))
        for _ in range(STARTS)
    ]
    best = min(fits, key=lambda fit: fit.loss)
    neutral = np.clip(best.mean + best.intercepts, _SMALLEST, 1.0)
    return neutral / (neutral + best.partisan)


def _fitted(votes: Matrix, weights: Matrix, factors: tuple[Matrix, Matrix]) -> _Fit:
    """Alternating least squares: each parameter in turn is set to its best value."""
    by_reader, by_comment = factors
    total = max(float(weights.sum()), _SMALLEST)
    of_readers = np.maximum(weights.sum(axis=1), _SMALLEST)
    of_comments = np.maximum(weights.sum(axis=0), _SMALLEST)
    weighted = weights * votes
    reader_i, comment_i = np.zeros(votes.shape[0]), np.zeros(votes.shape[1])
    mean = float(weighted.sum()) / total
    for _ in range(SWEEPS):
        base = weighted - weights * (mean + comment_i) - weights * np.outer(by_reader, by_comment)
        reader_i = base.sum(axis=1) / (of_readers * (1 + LAMBDA_INTERCEPT))
        base = weighted - weights * (mean + reader_i)[:, None]
        crossed = base - weights * np.outer(by_reader, by_comment)
        comment_i = crossed.sum(axis=0) / (of_comments * (1 + LAMBDA_INTERCEPT))
        rest = base - weights * comment_i
        by_reader = (rest @ by_comment) / (weights @ by_comment**2 + LAMBDA_FACTOR * of_readers)
        by_comment = (by_reader @ rest) / (by_reader**2 @ weights + LAMBDA_FACTOR * of_comments)
        fitted = reader_i[:, None] + comment_i + np.outer(by_reader, by_comment)
        mean = float((weighted - weights * fitted).sum()) / (total * (1 + LAMBDA_INTERCEPT))
    error = weights * (votes - mean - fitted) ** 2
    loss = float(error.sum()) + LAMBDA_INTERCEPT * (
        float(of_readers @ reader_i**2) + float(of_comments @ comment_i**2)
    )
    loss += LAMBDA_FACTOR * (float(of_readers @ by_reader**2) + float(of_comments @ by_comment**2))
    spread = float(np.sqrt((of_readers @ by_reader**2) / of_readers.sum()))
    return _Fit(loss, mean, comment_i, np.abs(by_comment) * spread)
