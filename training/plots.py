"""Three small pictures for the documentation: calibration, thresholds, distributions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from training.calibrate import clean_natural
from training.development import Scored
from training.heads import CATEGORY_HEADS

_INK = {
    "violence": "#b3261e",
    "racism": "#7a4d9f",
    "vulgarity": "#b26a00",
    "discourtesy": "#1f6f8b",
}


def draw_all(scored: Scored, curves: dict[str, list[dict[str, float]]], folder: Path) -> None:
    """Write ``calibration.png``, ``precision-recall.png`` and ``scores.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    _calibration(scored, folder / "calibration.png")
    _precision_recall(curves, folder / "precision-recall.png")
    _distributions(scored, folder / "scores.png")


def draw_settling(curve: list[dict[str, float]], margin: float, folder: Path) -> None:
    """Write ``fast-stage.png``: what the fast stage takes off the encoder, and what that costs."""
    figure, axis = plt.subplots(figsize=(6, 4), dpi=80, constrained_layout=True)
    shares = [100 * p["settled"] for p in curve]
    for key, label, ink in (
        ("missed", "all sources", "#b3261e"),
        ("missed_natural", "comments as people write them", "#1f6f8b"),
    ):
        axis.plot(shares, [100 * p[key] for p in curve], "-", color=ink, label=label)
    chosen = min(curve, key=lambda point: abs(point["margin"] - margin))
    axis.axvline(100 * chosen["settled"], ls=":", color="#444", label="chosen")
    axis.axhline(0.5, ls="--", lw=0.8, color="#999", label="promised at most")
    axis.set(
        title="What the fast stage settles, and what it should not have",
        xlabel="% of publishable natural comments settled",
        ylabel="% of held texts settled (reporting part)",
        ylim=(0, 3),
    )
    axis.legend(fontsize=7)
    figure.savefig(folder / "fast-stage.png")
    plt.close(figure)


def _axes(title: str) -> tuple[Any, Any]:
    figure, axes = plt.subplots(2, 2, figsize=(7.5, 6), dpi=80, constrained_layout=True)
    figure.suptitle(title)
    return figure, axes.flat


def _calibration(scored: Scored, path: Path) -> None:
    figure, axes = _axes("Share that people call abusive, by score (reporting part)")
    for axis, head in zip(axes, CATEGORY_HEADS, strict=True):
        column = scored.column(head)
        known = ~scored.for_calibration & ~np.isnan(scored.labels[:, column])
        natural = known & (scored.sources == "jigsaw_natural")
        for rows, label, style in ((known, "all sources", "-o"), (natural, "Wikipedia", "--s")):
            places = np.digitize(scored.scores[rows, column], np.linspace(0, 1, 11)[1:-1])
            labels = scored.labels[rows, column]
            filled = [b for b in range(10) if (places == b).sum() >= 10]
            shares = [labels[places == b].mean() for b in filled]
            middles = [(b + 0.5) / 10 for b in filled]
            strength = 1.0 if style == "-o" else 0.5
            axis.plot(middles, shares, style, ms=4, label=label, color=_INK[head], alpha=strength)
        axis.plot([0, 1], [0, 1], ":", color="#999")
        axis.set(title=head, xlabel="score", ylabel="share", xlim=(0, 1), ylim=(0, 1))
        axis.legend(fontsize=7)
    figure.savefig(path)
    plt.close(figure)


def _precision_recall(curves: dict[str, list[dict[str, float]]], path: Path) -> None:
    figure, axes = _axes("Precision, recall and clean comments caught, by threshold")
    for axis, head in zip(axes, CATEGORY_HEADS, strict=True):
        points = curves[head]
        at = [p["threshold"] for p in points]
        axis.plot(at, [p["precision"] for p in points], "-", color=_INK[head], label="precision")
        axis.plot(at, [p["recall"] for p in points], "--", color=_INK[head], label="recall")
        axis.plot(
            at,
            [p["clean_share"] * 10 for p in points],
            ":",
            color="#444",
            label="clean caught × 10",
        )
        axis.set(title=head, xlabel="threshold", xlim=(0, 1), ylim=(0, 1))
        axis.legend(fontsize=7)
    figure.savefig(path)
    plt.close(figure)


def _distributions(scored: Scored, path: Path) -> None:
    figure, axes = _axes("Scores of clean natural comments and of positives")
    clean = clean_natural(scored) & ~scored.for_calibration
    bins = np.linspace(0, 1, 41)
    for axis, head in zip(axes, CATEGORY_HEADS, strict=True):
        column = scored.column(head)
        positive = ~scored.for_calibration & (scored.labels[:, column] >= 0.5)
        for rows, label, ink in ((clean, "clean", "#999"), (positive, "positive", _INK[head])):
            values = scored.scores[rows, column]
            axis.hist(
                values,
                bins,
                weights=np.full(len(values), 1 / max(1, len(values))),
                alpha=0.6,
                color=ink,
                label=label,
            )
        axis.set(title=head, xlabel="score", ylabel="share (log)", yscale="log", xlim=(0, 1))
        axis.legend(fontsize=7)
    figure.savefig(path)
    plt.close(figure)
