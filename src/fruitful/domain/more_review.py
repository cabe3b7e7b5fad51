"""What waits for a person though the house rules would have let it pass. Pure.

It can only add a hold: there is no standing with which a comment is treated more mildly than the
house rules have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fruitful.domain.moderation import Decision, Reason, Signal
from fruitful.domain.policy import HouseRules, Outcome, most_severe
from fruitful.domain.standing import LOW, NEARLY

BY_STANDING = "standing"
FIRST_COMMENT = "standing:first"
"""Evidence on the reason why one of a reader's first comments waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """What is known of who wrote: their standing in 0..1, and how much of theirs is published."""

    standing: float
    published: int


def with_more_review(
    decision: Decision, rules: HouseRules, writer: Writer, *, first_held: int
) -> Decision:
    """The decision, held where it would publish but a person should read it first.

    That is one of the writer's first ``first_held`` comments, or, for a writer of low standing, one
    with a learned signal at 85 % of its rule's hold threshold or above. Signals that are not
    learned are what they are, for everybody.
    """
    if decision.outcome is not Outcome.PUBLISH:
        return decision
    reasons = list(_nearly(decision.findings.signals, rules)) if writer.standing < LOW else []
    if writer.published < first_held:
        reasons.append(
            Reason(
                category=None,
                rule="",
                outcome=Outcome.HOLD,
                detector=BY_STANDING,
                evidence=FIRST_COMMENT,
            )
        )
    if not reasons:
        return decision
    held = {reason.category for reason in reasons}
    verdicts = {
        category: most_severe(outcome, Outcome.HOLD) if category in held else outcome
        for category, outcome in decision.verdicts.items()
    }
    return replace(
        decision,
        outcome=Outcome.HOLD,
        verdicts=verdicts,
        reasons=(*reasons, *decision.reasons),
    )


def _nearly(signals: Iterable[Signal], rules: HouseRules) -> Iterable[Reason]:
    for signal in signals:
        rule = rules.rules[signal.category]
        if not signal.learned or rule.hold_at is None or signal.score < NEARLY * rule.hold_at:
            continue
        yield Reason(
            category=signal.category,
            rule=rule.title,
            outcome=Outcome.HOLD,
            detector=signal.detector,
            score=signal.score,
            span=signal.span,
            evidence=signal.evidence,
        )
