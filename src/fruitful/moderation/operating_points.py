"""Find the score that stands for an operating point, on curves that the classifier brings along.

Shares have 95 % intervals after E. B. Wilson, "Probable inference, the law of succession, and
statistical inference", 1927. Where positives had to be weighted to a stated prevalence, precision
combines the intervals of both rates at their worst, which is wider than needed and never narrower.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fruitful.domain.operating_points import (
    FEWEST_POSITIVES,
    WIDEST_SHORTFALL,
    Estimate,
    Measure,
    OperatingPoint,
    ResolvedPoint,
)
from fruitful.domain.policy import Category, Rule, Thresholds
from fruitful.moderation.classifier.artefact import SHIPPED

LEARNED_CATEGORIES = frozenset(
    {Category.VIOLENCE, Category.RACISM, Category.VULGARITY, Category.DISCOURTESY}
)
"""Those that the trained classifier judges; only their thresholds can be operating points."""

CERTAIN_HOLD, CERTAIN_RETURN = 0.5, 0.9
"""Where the sure and the very sure findings of the other detectors begin. An operating point
speaks about the classifier's scores alone, so theirs are compared with these."""

EXAMPLES = "'precision >= 0.6', 'recall >= 0.8' or 'at most 3 % of clean comments'"

_Z = 1.959964  # The normal quantile of a two-sided 95 % interval.
_SAME_SHARE = 0.005
_NUMBER = r"(\d+(?:\.\d+)?|\.\d+)\s*(%?)"
_AT_LEAST = re.compile(rf"(precision|recall)\s*(?:>=|≥)\s*{_NUMBER}", re.IGNORECASE)
_AT_MOST = re.compile(rf"at\s+most\s+{_NUMBER}\s+of\s+clean\s+comments", re.IGNORECASE)
_LIKELY = re.compile(r"precision|recall|at\s+most|clean", re.IGNORECASE)


class CurvesAbsent(Exception):
    """The classifier's manifest does not say what lies above each threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How many comments of each kind score at least each threshold, out of how many.

    ``thresholds`` ascend; the counts of each kind fall along them. ``prevalence`` is the share of
    positives, in 0..1, that ``mixture`` stands for.
    """

    mixture: str
    prevalence: float
    positives: int
    negatives: int
    clean: int
    thresholds: tuple[float, ...]
    positives_at: tuple[int, ...]
    negatives_at: tuple[int, ...]
    clean_at: tuple[int, ...]
    recommended_hold: float

    @property
    def is_weighted(self) -> bool:
        """Whether positives and negatives stand in another ratio than the mixture's."""
        present = self.positives / max(1, self.positives + self.negatives)
        return abs(present - self.prevalence) > _SAME_SHARE


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One curve for each learned category, of one model. ``problem`` says why there are none."""

    model: str
    by_category: Mapping[Category, Curve]
    problem: str = ""

    def of(self, category: Category) -> Curve:
        """The curve of a category. Raises :class:`CurvesAbsent` with a sentence that says why."""
        if category not in self.by_category:
            raise CurvesAbsent(self.problem or f"model {self.model} has no curve of {category}")
        return self.by_category[category]


def read_curves(folder: Path) -> Curves:
    """The curves in a classifier's manifest. Never raises: what is lacking becomes ``problem``."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        model = str(manifest["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return Curves("unknown", {}, f"the manifest in {folder} cannot be read")
    if "operating_curves" not in manifest:
        problem = f"the manifest of model {model} has no operating curves: write a number instead"
        return Curves(model, {}, problem)
    try:
        return Curves(model, _curves(manifest))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problem = f"the operating curves of model {model} lack or misspell {error}"
        return Curves(model, {}, problem)


@cache
def shipped_curves() -> Curves:
    """The curves of the classifier that comes with the package."""
    return read_curves(SHIPPED)


def parse_operating_point(text: str) -> OperatingPoint | None:
    """The operating point that a text means; ``None`` where it means nothing of the kind.

    Raises :class:`ValueError` with a sentence where it means one and cannot be one.
    """
    text = text.strip()
    if found := _AT_LEAST.fullmatch(text):
        measure, bound = Measure(found[1].lower()), _share(found[2], found[3])
    elif found := _AT_MOST.fullmatch(text):
        if not found[2]:
            raise ValueError("needs a per cent sign: 'at most 3 % of clean comments'")
        measure, bound = Measure.CLEAN_SHARE, _share(found[1], found[2])
    elif _LIKELY.search(text):
        raise ValueError(f"is no operating point: write {EXAMPLES}")
    else:
        return None
    if not 0 < bound < 1:
        raise ValueError("asks for none or for all, which no score gives; stay between 0 and 1")
    return OperatingPoint(measure, bound)


def resolve(point: OperatingPoint, curve: Curve) -> ResolvedPoint:
    """The score at which the curve gives the point: of several, the one that catches most while
    precision or clean comments are what matters, and the one that catches least for recall.

    A point that no score gives has neither threshold nor estimate.
    """
    estimates = [_estimate(curve, point.measure, place) for place in range(len(curve.thresholds))]
    fitting = [
        place for place, found in enumerate(estimates) if found is not None and _fits(point, found)
    ]
    is_of_clean = point.measure is Measure.CLEAN_SHARE
    mixture = f"{curve.clean} clean comments as people write them" if is_of_clean else curve.mixture
    if not fitting:
        return ResolvedPoint(point=point, threshold=None, mixture=mixture)
    place = max(fitting) if point.measure is Measure.RECALL else min(fitting)
    return ResolvedPoint(
        point=point,
        threshold=curve.thresholds[place],
        mixture=mixture,
        estimate=estimates[place],
    )


def hold_point(point: OperatingPoint, curve: Curve) -> ResolvedPoint:
    """The point as a threshold for holding. What no score gives is held from the score that the
    model's makers recommend: unsure means hold."""
    found = resolve(point, curve)
    if found.threshold is None:
        at = curve.recommended_hold
        caution = f"no score gives this; held from {at:g} instead, as the model recommends"
        return _with(found, at, caution)
    estimate = found.estimate
    if point.measure is Measure.CLEAN_SHARE or estimate is None:
        return found
    if estimate.rests_on < FEWEST_POSITIVES:
        return _with(found, found.threshold, f"rests on {_comments(estimate)} the rule")
    return found


def return_point(point: OperatingPoint, curve: Curve) -> ResolvedPoint:
    """The point as a threshold for returning, or none: returning needs a hundred comments that
    break the rule to rest on, and an interval that stays near what is asked. The caution then says
    that comments are held instead."""
    found = resolve(point, curve)
    if found.threshold is None or found.estimate is None:
        return _with(found, None, "no score gives this; held instead of returned")
    instead = f"what scores {found.threshold:g} or more is held instead of returned"
    if found.estimate.rests_on < FEWEST_POSITIVES:
        needed = f"returning needs {FEWEST_POSITIVES}; {instead}"
        return _with(found, None, f"rests on {_comments(found.estimate)} the rule, and {needed}")
    if _shortfall(point, found.estimate) > WIDEST_SHORTFALL:
        return _with(found, None, f"the interval is too wide to return by; {instead}")
    return found


def with_points(
    rule: Rule, hold: OperatingPoint | None, back: OperatingPoint | None, curve: Curve
) -> Rule:
    """The rule with its operating points resolved; thresholds given as numbers stay.

    Where a point for returning is refused, what it would have returned is held. A threshold for
    returning that comes out below the one for holding is raised to it, with a caution.
    """
    held = hold_point(hold, curve) if hold else None
    returned = return_point(back, curve) if back else None
    hold_at = held.threshold if held else rule.hold_at
    return_at = returned.threshold if returned else rule.return_at
    if returned and returned.threshold is None and hold_at is None:
        refused = resolve(returned.point, curve).threshold
        hold_at = curve.recommended_hold if refused is None else refused
    if hold_at is not None and return_at is not None and return_at < hold_at:
        raised = f"{return_at:g} is below the threshold for holding; raised to {hold_at:g}"
        return_at = hold_at
        if returned:
            returned = _with(returned, return_at, raised)
        elif held:
            held = _with(held, held.threshold, f"returning: {raised}")
    return Rule(
        category=rule.category,
        title=rule.title,
        explanation=rule.explanation,
        hold_at=hold_at,
        return_at=return_at,
        reject_at=rule.reject_at,
        certain=_certain(rule, hold, back),
        hold_point=held,
        return_point=returned,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, in 0..1; all of it where nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _certain(rule: Rule, hold: OperatingPoint | None, back: OperatingPoint | None) -> Thresholds:
    hold_at = CERTAIN_HOLD if hold else rule.hold_at
    return_at = CERTAIN_RETURN if back else rule.return_at
    if hold and return_at is not None:
        hold_at = min(CERTAIN_HOLD, return_at)
    elif back and hold_at is not None:
        return_at = max(CERTAIN_RETURN, hold_at)
    return Thresholds(hold_at=hold_at, return_at=return_at)


def _estimate(curve: Curve, measure: Measure, place: int) -> Estimate | None:
    """What was measured at one threshold; ``None`` where nothing scores so much."""
    positives, negatives = curve.positives_at[place], curve.negatives_at[place]
    if measure is Measure.RECALL:
        return _counted(curve, place, positives, curve.positives)
    if measure is Measure.CLEAN_SHARE:
        return _counted(curve, place, curve.clean_at[place], curve.clean)
    if positives + negatives == 0:
        return None
    if not curve.is_weighted:
        return _counted(curve, place, positives, positives + negatives)
    caught, wrong = positives / max(1, curve.positives), negatives / max(1, curve.negatives)
    (caught_low, caught_high), (wrong_low, wrong_high) = (
        wilson(positives, curve.positives),
        wilson(negatives, curve.negatives),
    )
    return Estimate(
        share=_precision(curve.prevalence, caught, wrong),
        low=_precision(curve.prevalence, caught_low, wrong_high),
        high=_precision(curve.prevalence, caught_high, wrong_low),
        rests_on=curve.positives,
        caught=positives,
    )


def _counted(curve: Curve, place: int, some: int, of_all: int) -> Estimate:
    low, high = wilson(some, of_all)
    return Estimate(
        share=some / max(1, of_all),
        low=low,
        high=high,
        rests_on=curve.positives,
        caught=curve.positives_at[place],
    )


def _precision(prevalence: float, caught: float, wrong: float) -> float:
    right = prevalence * caught
    return right / (right + (1 - prevalence) * wrong) if right else 0.0


def _fits(point: OperatingPoint, found: Estimate) -> bool:
    if point.measure is Measure.CLEAN_SHARE:
        return found.share <= point.bound
    return found.share >= point.bound


def _shortfall(point: OperatingPoint, found: Estimate) -> float:
    """How far the interval reaches to the wrong side of the bound."""
    if point.measure is Measure.CLEAN_SHARE:
        return found.high - point.bound
    return point.bound - found.low


def _with(found: ResolvedPoint, threshold: float | None, caution: str) -> ResolvedPoint:
    return ResolvedPoint(
        point=found.point,
        threshold=threshold,
        mixture=found.mixture,
        estimate=found.estimate,
        caution=caution,
    )


def _comments(estimate: Estimate) -> str:
    count = estimate.rests_on
    return f"{count} comments that break" if count != 1 else "1 comment that breaks"


def _share(number: str, percent: str) -> float:
    return float(number) / (100 if percent else 1)


def _curves(manifest: Mapping[str, Any]) -> Mapping[Category, Curve]:
    return {
        Category(name): _curve(entry, float(manifest["categories"][name]["hold_at"]))
        for name, entry in manifest["operating_curves"].items()
    }


def _curve(entry: Mapping[str, Any], recommended_hold: float) -> Curve:
    thresholds = tuple(float(value) for value in entry["thresholds"])
    curve = Curve(
        mixture=str(entry["mixture"]),
        prevalence=float(entry["prevalence"]),
        positives=int(entry["positives"]),
        negatives=int(entry["negatives"]),
        clean=int(entry["clean"]),
        thresholds=thresholds,
        positives_at=_counts(entry["positives_at"]),
        negatives_at=_counts(entry["negatives_at"]),
        clean_at=_counts(entry["clean_at"]),
        recommended_hold=recommended_hold,
    )
    counted = (curve.positives_at, curve.negatives_at, curve.clean_at)
    if not thresholds or any(len(counts) != len(thresholds) for counts in counted):
        raise ValueError("as many counts as thresholds")
    if list(thresholds) != sorted(thresholds) or not 0 <= curve.prevalence <= 1:
        raise ValueError("ascending thresholds")
    return curve


def _counts(values: Iterable[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
