"""Where things are and how much of them is used; one place for every number of the recipe."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "artefacts" / "training"
BUILT = WORK / "artefact"
ARTEFACT = ROOT / "src" / "fruitful" / "moderation" / "classifier" / "artefact"
PLOTS = ROOT / "docs" / "plots"
CARD = ROOT / "docs" / "model-card.md"


class DataAbsent(SystemExit):
    """The training data is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"No training data in {folder}: set FRUITFUL_DATA to the folder that holds it."
        )


def data_folder() -> Path:
    """The folder named by FRUITFUL_DATA, by default ``../shared/data`` beside the project."""
    folder = Path(os.environ.get("FRUITFUL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "jigsaw_toxic" / "train.csv").is_file():
        raise DataAbsent(folder)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One pass over part of the mixture. ``tokens`` caps the length of a text.

    With ``frozen_layers`` the embeddings and so many of the lowest layers stay as they are.
    """

    name: str
    caps: dict[str, int]
    learning_rate: float
    tokens: int = 96
    batch_tokens: int = 3072
    epochs: int = 1
    frozen_layers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The whole training run: public data, mostly our own, both alike, then mostly public again."""

    seed: int = 20261124
    averaged: Mapping[str, int] = field(default_factory=lambda: {"wider": 1, "everyday": 2})
    """The weights after which stages the model is the mean of, and how often each counts: after
    much public data, and after all of our own sentences."""
    stages: tuple[Stage, ...] = field(
        default_factory=lambda: (
            Stage(
                name="public",
                learning_rate=1.2e-4,
                caps={
                    "jigsaw": 13_600,
                    "toxic_spans": 7_400,
                    "paradetox": 4_300,
                    "edos": 5_000,
                    "hatemoji": 2_800,
                    "gab": 5_000,
                    "cad": 3_700,
                    "implicit_hate": 4_300,
                    "reddit_incivility": 1_900,
                    "fox": 800,
                    "trac": 900,
                },
            ),
            Stage(
                name="own",
                learning_rate=1e-4,
                tokens=64,
                frozen_layers=2,
                caps={
                    "grammar": 10_000,
                    "jigsaw": 2_000,
                    "toxic_spans": 2_000,
                    "paradetox": 400,
                    "edos": 500,
                    "hatemoji": 1_000,
                    "gab": 500,
                    "cad": 400,
                    "implicit_hate": 400,
                    "reddit_incivility": 200,
                    "fox": 300,
                },
            ),
            Stage(
                name="both",
                learning_rate=8e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 16_000,
                    "jigsaw": 3_000,
                    "toxic_spans": 4_000,
                    "paradetox": 400,
                    "edos": 600,
                    "hatemoji": 1_200,
                    "gab": 600,
                    "cad": 800,
                    "implicit_hate": 600,
                    "reddit_incivility": 400,
                    "fox": 400,
                },
            ),
            Stage(
                name="settle",
                learning_rate=7e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 6_000,
                    "jigsaw": 7_000,
                    "toxic_spans": 9_000,
                    "paradetox": 1_000,
                    "edos": 1_500,
                    "hatemoji": 1_800,
                    "gab": 1_500,
                    "cad": 1_500,
                    "implicit_hate": 1_500,
                    "reddit_incivility": 900,
                    "fox": 800,
                },
            ),
            Stage(
                name="wider",
                learning_rate=8e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 7_000,
                    "jigsaw": 26_000,
                    "toxic_spans": 11_000,
                    "paradetox": 4_000,
                    "edos": 6_000,
                    "hatemoji": 4_400,
                    "gab": 6_000,
                    "cad": 5_000,
                    "implicit_hate": 5_000,
                    "reddit_incivility": 3_900,
                    "fox": 1_250,
                    "trac": 4_000,
                },
            ),
            Stage(
                name="practice",
                learning_rate=8e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 26_000,
                    "jigsaw": 6_000,
                    "toxic_spans": 6_000,
                    "paradetox": 1_000,
                    "edos": 2_000,
                    "hatemoji": 2_500,
                    "gab": 1_500,
                    "cad": 2_000,
                    "implicit_hate": 1_500,
                    "reddit_incivility": 1_000,
                    "fox": 800,
                    "trac": 1_000,
                },
            ),
            Stage(
                name="balance",
                learning_rate=6e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 16_000,
                    "jigsaw": 12_000,
                    "toxic_spans": 9_000,
                    "paradetox": 1_500,
                    "edos": 2_500,
                    "hatemoji": 3_500,
                    "gab": 2_500,
                    "cad": 2_500,
                    "implicit_hate": 2_500,
                    "reddit_incivility": 1_500,
                    "fox": 1_000,
                    "trac": 1_500,
                },
            ),
            Stage(
                name="finish",
                learning_rate=6e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 26_000,
                    "jigsaw": 8_000,
                    "toxic_spans": 11_000,
                    "paradetox": 1_000,
                    "edos": 2_500,
                    "hatemoji": 4_400,
                    "gab": 2_000,
                    "cad": 2_000,
                    "implicit_hate": 2_000,
                    "reddit_incivility": 1_500,
                    "fox": 1_250,
                    "trac": 1_000,
                },
            ),
            Stage(
                name="everyday",
                learning_rate=7e-5,
                tokens=80,
                frozen_layers=2,
                caps={
                    "grammar": 24_000,
                    "jigsaw": 9_000,
                    "toxic_spans": 7_000,
                    "paradetox": 1_000,
                    "edos": 2_000,
                    "hatemoji": 3_000,
                    "gab": 1_500,
                    "cad": 2_000,
                    "implicit_hate": 1_500,
                    "reddit_incivility": 2_000,
                    "fox": 1_000,
                    "trac": 1_000,
                },
            ),
        )
    )


RECIPE = Recipe()
