"""The fast first stage: a small network that settles plainly clean text before the encoder.

A distillation of the encoder by ``training/``. It may only say "plainly clean"; whatever it is not
sure of is the encoder's. Word pieces as the encoder cuts them are looked up in a compressed copy of
the encoder's own table, two convolutions of width three look at their neighbours, and the mean and
the maximum over the text give one estimate for each head.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fruitful.domain.policy import Category, HouseRules

FILE = "fast.npz"

Floats = npt.NDArray[np.float32]


class FastStageUnusable(Exception):
    """The file is damaged, or belongs to another encoder than the one beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What was learned.

    ``pieces`` holds one row of int8 for each word piece; its scale is part of ``first``.
    ``first`` and ``second`` take the rows of the piece before, the piece and the piece after, side
    by side. ``heads`` takes mean and maximum, side by side, to one logit a head.
    """

    pieces: npt.NDArray[np.int8]
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    heads: Floats
    heads_bias: Floats

    def logits(self, ids: Sequence[int]) -> Floats:
        """One estimate for each head of the encoder's calibrated logit; ``ids`` is not empty."""
        rows = self.pieces[np.asarray(ids)].astype(np.float32)
        rows = _relu(_neighbours(rows) @ self.first + self.first_bias)
        rows = _relu(_neighbours(rows) @ self.second + self.second_bias + rows)
        pooled = np.concatenate([rows.mean(axis=0), rows.max(axis=0)])
        logits: Floats = pooled @ self.heads + self.heads_bias
        return logits


@dataclass(frozen=True, slots=True, kw_only=True)
class FastStage:
    """Settles a text whose every category it estimates far below where the encoder would hold.

    ``hold_at`` are the scores by category that it was measured for, and ``margin`` how far below
    them, as a difference of logits, each estimate must lie. The manifest says what share of the
    texts that the encoder would have held is settled all the same. ``slopes`` and ``offsets``, one
    for each head, bring the logits of settled texts to the encoder's (least squares), so that
    ranking by score goes on across both stages.
    """

    weights: Weights
    heads: tuple[str, ...]
    hold_at: Mapping[Category, float]
    columns: Mapping[Category, int]
    margin: float
    slopes: Floats
    offsets: Floats
    fewest_pieces: int
    most_pieces: int
    unknown_piece: int

    def suits(self, house_rules: HouseRules) -> bool:
        """Whether no rule starts below the scores for which the misses were measured."""
        for category, measured_at in self.hold_at.items():
            rule = house_rules.rules.get(category)
            limits = () if rule is None else (rule.hold_at, rule.return_at)
            if any(limit is not None and limit < measured_at for limit in limits):
                return False
        return True

    def settle(self, ids: Sequence[int]) -> Mapping[str, float] | None:
        """A score in 0..1 for each head where the text is plainly clean, else ``None``.

        ``ids`` are the word pieces of the prepared text, without the encoder's special ones.
        """
        if not self.may_settle(ids):
            return None
        logits = self.weights.logits(ids)
        if self.suspicion(logits) >= -self.margin:
            return None
        likened = np.clip(self.slopes * logits + self.offsets, -60.0, 60.0)
        return {
            head: 1.0 / (1.0 + math.exp(-float(logit)))
            for head, logit in zip(self.heads, likened, strict=True)
        }

    def may_settle(self, ids: Sequence[int]) -> bool:
        """Whether the text is neither too short nor too long and has no unknown piece."""
        return self.fewest_pieces <= len(ids) <= self.most_pieces and self.unknown_piece not in ids

    def suspicion(self, logits: Floats) -> float:
        """By how much the worst category exceeds its threshold, as a difference of logits."""
        return max(
            float(logits[self.columns[category]]) - math.log(at / (1.0 - at))
            for category, at in self.hold_at.items()
        )


def load_fast_stage(
    content: bytes, entry: Mapping[str, Any], *, heads: tuple[str, ...], model_digest: str
) -> FastStage:
    """Read the file whose entry stands in the manifest. Its digest has been checked.

    Raises :class:`FastStageUnusable` where it was made for another encoder or is not whole.
    """
    if entry.get("for_model") != model_digest:
        raise FastStageUnusable("it was made for another encoder")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            weights = _weights(arrays)
        categories = entry["categories"]
        stage = FastStage(
            weights=weights,
            heads=heads,
            hold_at={Category(name): float(c["hold_at"]) for name, c in categories.items()},
            columns={Category(name): heads.index(c["head"]) for name, c in categories.items()},
            margin=float(entry["margin"]),
            slopes=_by_head(entry["scores"], heads, "slope"),
            offsets=_by_head(entry["scores"], heads, "offset"),
            fewest_pieces=int(entry["fewest_pieces"]),
            most_pieces=int(entry["most_pieces"]),
            unknown_piece=int(entry["unknown_piece"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise FastStageUnusable("its file or its entry in the manifest is not whole") from error
    if weights.heads_bias.shape != (len(heads),) or not math.isfinite(stage.margin):
        raise FastStageUnusable("its heads are not those of the encoder")
    return stage


def _by_head(scores: Mapping[str, Mapping[str, float]], heads: Sequence[str], what: str) -> Floats:
    values: Floats = np.array([scores[head][what] for head in heads], dtype=np.float32)
    if not np.isfinite(values).all():
        raise ValueError(what)
    return values


def _weights(arrays: Mapping[str, npt.NDArray[Any]]) -> Weights:
    def floats(name: str) -> Floats:
        return np.ascontiguousarray(arrays[name], dtype=np.float32)

    return Weights(
        pieces=arrays["pieces"],
        first=floats("first"),
        first_bias=floats("first_bias"),
        second=floats("second"),
        second_bias=floats("second_bias"),
        heads=floats("heads"),
        heads_bias=floats("heads_bias"),
    )


def _neighbours(rows: Floats) -> Floats:
    """Each row with the one before and the one after it; beyond the edges there are zeros."""
    count, width = rows.shape
    beside = np.zeros((count, 3 * width), dtype=np.float32)
    beside[1:, :width] = rows[:-1]
    beside[:, width : 2 * width] = rows
    beside[:-1, 2 * width :] = rows[1:]
    return beside


def _relu(values: Floats) -> Floats:
    return np.maximum(values, np.float32(0.0))
