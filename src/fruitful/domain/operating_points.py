"""Thresholds said in words: what share of errors a rule accepts, and the score that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FEWEST_POSITIVES = 100
"""Below so many comments that break the rule, a measured share is too unsure to return by."""

WIDEST_SHORTFALL = 0.1
"""How far the interval may reach to the wrong side of what a rule for returning asks."""


class Measure(StrEnum):
    """What an operating point speaks about."""

    PRECISION = "precision"
    """Of what scores at least that much, the share that breaks the rule."""
    RECALL = "recall"
    """Of what breaks the rule, the share that scores at least that much."""
    CLEAN_SHARE = "clean_share"
    """Of what breaks no rule, the share that scores at least that much."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """At least ``bound`` precision or recall, or at most ``bound`` of clean comments; in 0..1."""

    measure: Measure
    bound: float

    def __str__(self) -> str:
        if self.measure is Measure.CLEAN_SHARE:
            return f"at most {self.bound * 100:g} % of clean comments"
        return f"{self.measure} >= {self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share in 0..1 with its 95 % interval. ``rests_on`` counts the comments that break the rule
    in all that was measured, and ``caught`` those of them that score at least the threshold."""

    share: float
    low: float
    high: float
    rests_on: int
    caught: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPoint:
    """An operating point with the score that stands for it.

    ``threshold`` is ``None`` where the point is not in force: ``caution`` then says why, and what
    is done instead. ``estimate`` is what was measured at the threshold, or at the one refused, on
    comments of ``mixture``.
    """

    point: OperatingPoint
    threshold: float | None
    mixture: str
    estimate: Estimate | None = None
    caution: str = ""
