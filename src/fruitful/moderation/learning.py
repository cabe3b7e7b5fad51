"""Move a site's thresholds to where its moderators draw the line, within bounds.

A threshold of 0.3 says: hold what breaks the rule with a chance of 30 % or more. On the site's own
comments that chance is estimated anew, after J. Platt, "Probabilistic outputs for support vector
machines" (1999), as ``sigmoid(a * logit(score) + b)``, with normal priors at a = 1 and b = 0, which
is the model's own calibration, so that few decisions move little. The new threshold is the least
score whose chance is what the rule asks for: costs stay as the publisher set them and only the
chances are corrected, as C. Elkan has it in "The foundations of cost-sensitive learning" (2001).

Only comments that were held or returned are ever seen by a moderator, so nothing is known about
scores below: a threshold for holding falls no lower than the lowest score that was audited.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fruitful.domain.calibration import Audited, Learnt, Proposal
from fruitful.domain.operating_points import Measure, ResolvedPoint
from fruitful.domain.policy import HouseRules, Outcome, Rule, Thresholds

FEWEST_AUDITED = 50
FEWEST_OF_EITHER = 10
"""Decisions of moderators on a category, and of those that went one way, before anything moves."""
FEWEST_RETURNS = 100
"""Audited returns before a threshold for returning may fall; until then it may only rise."""
MOST_MOVE = 0.15
"""How far a threshold for holding, or a falling one for returning, may move from the rules'."""
LOWEST_HOLD, HIGHEST_HOLD = 0.1, 0.9
LOWEST_RETURN, HIGHEST_RETURN = 0.65, 0.99

_PRIOR_SLOPE_SPREAD, _PRIOR_OFFSET_SPREAD = 0.5, 1.0
_LEAST_SLOPE = 0.1
_STEPS = 60
_GRID = 100
_NEAREST = 1e-3  # Scores are kept away from 0 and 1, whose logits are infinite.


@dataclass(frozen=True, slots=True)
class Fit:
    """The chance that a comment breaks the rule: ``sigmoid(slope * logit(score) + offset)``."""

    slope: float
    offset: float

    def chance(self, score: float) -> float:
        """In 0..1, for a score in 0..1."""
        return 1 / (1 + math.exp(-(self.slope * _logit(score) + self.offset)))


def propose(rule: Rule, audited: Sequence[Audited]) -> Proposal:
    """New thresholds for a rule from what moderators decided on its category.

    ``rule`` is as written, without anything learnt before. The category is never switched off:
    thresholds stay numbers, and holding stays between 0.1 and 0.9 unless the rules go further.
    """
    old = Thresholds(hold_at=rule.hold_at, return_at=rule.return_at)
    broke = sum(each.breaks for each in audited)
    returns = sum(each.outcome is Outcome.RETURN for each in audited)
    unmoved = Proposal(
        category=rule.category,
        old=old,
        new=old,
        audited=len(audited),
        broke=broke,
        returns_audited=returns,
    )
    if why := _too_little(len(audited), broke):
        return replace(unmoved, why=why)
    fitted = fit(audited)
    if fitted.slope < _LEAST_SLOPE:
        return replace(unmoved, why="moderators decide without regard to the score")
    return_at = _new_return(rule, audited, fitted)
    hold_at = _new_hold(rule, audited, fitted, return_at)
    if hold_at is not None and return_at is not None:
        return_at = max(return_at, hold_at)
    return replace(unmoved, new=Thresholds(hold_at=hold_at, return_at=return_at))


def with_learnt(rules: HouseRules, learnt: Learnt | None) -> HouseRules:
    """The rules with what was learnt in place of their thresholds for the model's scores; what the
    other detectors find is compared with the rules as written. The version tells."""
    if learnt is None:
        return rules
    bent = dict(rules.rules)
    for category, at in learnt.thresholds.items():
        rule = rules.rules[category]
        bent[category] = replace(
            rule,
            hold_at=at.hold_at,
            return_at=at.return_at,
            certain=rule.thresholds(learned=False),
        )
    return replace(rules, version=f"{rules.version}.site{learnt.version}", rules=bent)


def fit(audited: Sequence[Audited]) -> Fit:
    """The most probable slope and offset under the priors, by Newton's method: the logarithm of
    the posterior is concave, so there is one."""
    x = np.array([_logit(each.score) for each in audited])
    y = np.array([float(each.breaks) for each in audited])
    design = np.column_stack([x, np.ones_like(x)])
    centre = np.array([1.0, 0.0])
    precision = np.diag([_PRIOR_SLOPE_SPREAD**-2, _PRIOR_OFFSET_SPREAD**-2])
    at = centre.copy()
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(design @ at, -60, 60)))
        gradient = design.T @ (y - chances) - precision @ (at - centre)
        weights = chances * (1 - chances)
        step = np.linalg.solve(design.T @ (design * weights[:, None]) + precision, gradient)
        # A long step from the flat part of a sigmoid may overshoot; a shorter one goes uphill too.
        at = at + step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        if float(np.abs(step).max()) < 1e-9:
            break
    return Fit(slope=float(at[0]), offset=float(at[1]))


def _too_little(audited: int, broke: int) -> str:
    if audited < FEWEST_AUDITED:
        return f"{audited} decisions of moderators, and {FEWEST_AUDITED} are needed"
    if (few := min(broke, audited - broke)) < FEWEST_OF_EITHER:
        return f"only {few} of one kind among {audited} decisions; {FEWEST_OF_EITHER} are needed"
    return ""


def _new_hold(
    rule: Rule, audited: Sequence[Audited], fitted: Fit, return_at: float | None
) -> float | None:
    old = rule.hold_at
    if old is None or not _can_learn(rule.hold_point):
        return old
    lowest = min(each.score for each in audited)
    low = min(old, max(LOWEST_HOLD, old - MOST_MOVE, lowest))
    high = max(old, min(HIGHEST_HOLD, old + MOST_MOVE))
    if return_at is not None:
        high = max(old, min(high, return_at))
    return _least(_wanted(rule.hold_point, old, audited, fitted), low, high, old)


def _new_return(rule: Rule, audited: Sequence[Audited], fitted: Fit) -> float | None:
    old = rule.return_at
    if old is None or not _can_learn(rule.return_point):
        return old
    returned = [each for each in audited if each.outcome is Outcome.RETURN]
    low = old
    if len(returned) >= FEWEST_RETURNS:
        audited_from = min(each.score for each in returned)
        low = min(old, max(LOWEST_RETURN, old - MOST_MOVE, audited_from, rule.hold_at or 0.0))
    return _least(
        _wanted(rule.return_point, old, audited, fitted), low, max(old, HIGHEST_RETURN), old
    )


def _can_learn(point: ResolvedPoint | None) -> bool:
    """Recall and clean comments cannot be told from what was held alone."""
    return point is None or (
        point.point.measure is Measure.PRECISION and point.threshold is not None
    )


def _wanted(
    point: ResolvedPoint | None, old: float, audited: Sequence[Audited], fitted: Fit
) -> Callable[[float], bool]:
    """Whether a threshold gives what the rule asks: a chance at it, or precision from it on."""
    if point is None:
        return lambda threshold: fitted.chance(threshold) >= old
    scores = sorted(each.score for each in audited)

    def is_precise(threshold: float) -> bool:
        above = [fitted.chance(score) for score in scores if score >= threshold]
        mean = sum(above) / len(above) if above else fitted.chance(threshold)
        return mean >= point.point.bound

    return is_precise


def _least(is_wanted: Callable[[float], bool], low: float, high: float, old: float) -> float:
    """The least hundredth from ``low`` to ``high``, or ``old``, that is wanted; or the highest."""
    between = range(math.ceil(low * _GRID - 1e-9), math.floor(high * _GRID + 1e-9) + 1)
    candidates = sorted({old, *(step / _GRID for step in between)})
    return next((each for each in candidates if is_wanted(each)), candidates[-1])


def _logit(score: float) -> float:
    kept = min(1 - _NEAREST, max(_NEAREST, score))
    return math.log(kept / (1 - kept))
