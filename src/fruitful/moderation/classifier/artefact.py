"""The files of a trained model and the manifest that vouches for them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fruitful.moderation.classifier.fast import (
    FILE,
    FastStage,
    FastStageUnusable,
    load_fast_stage,
)

SHIPPED = Path(__file__).parent / "artefact"
"""The model that comes with the package."""


class ArtefactUnusable(Exception):
    """The model's files are missing, damaged or not those that the manifest describes."""


@dataclass(frozen=True, slots=True)
class Platt:
    """Calibration of one head: ``sigmoid(slope * logit + offset)``.

    After J. Platt, "Probabilistic outputs for support vector machines", 1999. The slope is
    positive, so that calibration never changes an order.
    """

    slope: float
    offset: float

    def probability(self, logit: float) -> float:
        """The calibrated score in 0..1 for a finite or infinite logit."""
        exponent = self.slope * logit + self.offset
        if exponent < -700:
            return 0.0
        return 1.0 / (1.0 + math.exp(-exponent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a reader of scores must know of the model.

    ``heads`` and ``span_channels`` name the columns of the outputs in order. ``categories`` maps
    a category of the house rules to its head and ``channels`` to the kinds of marked words that
    explain it. ``thresholds`` are the recommended ``(hold_at, return_at)`` on calibrated scores.
    """

    version: str
    heads: tuple[str, ...]
    span_channels: tuple[str, ...]
    calibration: Mapping[str, Platt]
    categories: Mapping[str, str]
    channels: Mapping[str, tuple[str, ...]]
    thresholds: Mapping[str, tuple[float, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """Checked files of one model.

    ``fast`` is its first stage, where there is one that fits; ``fast_problem`` says why one that
    the manifest names is left out. Without it the encoder reads everything.
    """

    manifest: Manifest
    model: bytes
    tokenizer: str
    fast: FastStage | None = None
    fast_problem: str | None = None


def load_artefact(folder: Path = SHIPPED) -> Artefact:
    """Read and check a model. Raises :class:`ArtefactUnusable` with a sentence that says why."""
    try:
        described = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        model = (folder / "model.onnx").read_bytes()
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except OSError as error:
        raise ArtefactUnusable(f"{error.filename} cannot be read") from error
    except ValueError as error:
        raise ArtefactUnusable("manifest.json is not valid JSON") from error
    for name, content in (("model.onnx", model), ("tokenizer.json", tokenizer)):
        if _digest(content) != described.get("sha256", {}).get(name):
            raise ArtefactUnusable(f"{name} is not the file that manifest.json describes")
    try:
        manifest = _parse(described)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtefactUnusable(f"manifest.json lacks or misspells {error}") from error
    fast, problem = _fast_stage(folder, described, manifest.heads)
    return Artefact(
        manifest=manifest,
        model=model,
        tokenizer=tokenizer.decode("utf-8"),
        fast=fast,
        fast_problem=problem,
    )


def _fast_stage(
    folder: Path, described: Mapping[str, Any], heads: tuple[str, ...]
) -> tuple[FastStage | None, str | None]:
    """The first stage that the manifest names, or why it cannot be used."""
    entry = described.get("fast")
    if entry is None:
        return None, None
    try:
        content = (folder / FILE).read_bytes()
        if _digest(content) != entry.get("sha256"):
            raise FastStageUnusable("it is not the file that manifest.json describes")
        digest = described["sha256"]["model.onnx"]
        return load_fast_stage(content, entry, heads=heads, model_digest=digest), None
    except OSError:
        return None, f"{FILE} cannot be read"
    except (FastStageUnusable, AttributeError) as unusable:
        return None, f"{FILE} is left out: {unusable}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parse(described: Mapping[str, object]) -> Manifest:
    def table(key: str) -> Mapping[str, dict[str, object]]:
        value = described[key]
        if not isinstance(value, dict):
            raise TypeError(key)
        return value

    def words(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(str(word) for word in value)

    def number(value: object) -> float:
        if not isinstance(value, int | float):
            raise TypeError(value)
        return float(value)

    categories = table("categories")
    heads = words(described["heads"])
    calibration = {
        head: Platt(number(fit["slope"]), number(fit["offset"]))
        for head, fit in table("calibration").items()
    }
    named = {str(category["head"]) for category in categories.values()}
    unknown = (set(heads) - set(calibration)) | (named - set(heads))
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return Manifest(
        version=str(described["version"]),
        heads=heads,
        span_channels=words(described["span_channels"]),
        calibration=calibration,
        categories={name: str(entry["head"]) for name, entry in categories.items()},
        channels={name: words(entry["channels"]) for name, entry in categories.items()},
        thresholds={
            name: (
                number(entry["hold_at"]),
                None if entry["return_at"] is None else number(entry["return_at"]),
            )
            for name, entry in categories.items()
        },
    )
