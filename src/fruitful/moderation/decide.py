"""Turn findings into a decision under the house rules. Pure: no clock, no I/O, no randomness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fruitful.domain.moderation import (
    WRITER_IN_DANGER,
    Decision,
    Findings,
    Missing,
    Reason,
    Signal,
    Span,
)
from fruitful.domain.policy import Category, HouseRules, Outcome, Rule, most_severe


def decide(findings: Findings, house_rules: HouseRules) -> Decision:
    """Apply every rule to every signal; the most severe outcome wins, every match stays a reason.

    A missing measurement holds the categories it covers, or the whole comment when it covers
    none in particular: nothing is ever published because a check failed to run.
    """
    found = [*_from_signals(findings.signals, house_rules), *_from_missing(findings.missing)]
    reasons = sorted(_for_a_person(found), key=_most_telling_first)
    verdicts = {
        category: most_severe(*(r.outcome for r in reasons if r.category is category))
        for category in Category
    }
    return Decision(
        outcome=most_severe(*(reason.outcome for reason in reasons)),
        verdicts=verdicts,
        reasons=tuple(reasons),
        redactions=_merged(s.span for s in findings.signals if s.redact and s.span),
        findings=findings,
        house_rules=house_rules.version,
    )


def outcome_of(signal: Signal, rule: Rule) -> Outcome:
    """The outcome that one signal earns under its category's rule alone."""
    earned = signal.demands or Outcome.PUBLISH
    at = rule.thresholds(learned=signal.learned)
    for threshold, outcome in ((at.hold_at, Outcome.HOLD), (at.return_at, Outcome.RETURN)):
        if threshold is not None and signal.score >= threshold:
            earned = most_severe(earned, outcome)
    # A model alone may send a comment back to its writer, never throw it away.
    if not signal.learned and rule.reject_at is not None and signal.score >= rule.reject_at:
        earned = most_severe(earned, Outcome.REJECT)
    return earned


def _for_a_person(reasons: Sequence[Reason]) -> Sequence[Reason]:
    """The reasons, where a writer in danger is held by all of them and returned by none.

    Floods are left: a program that posts such words is no person.
    """
    if not any(reason.evidence == WRITER_IN_DANGER for reason in reasons):
        return reasons
    if any(
        r.category is Category.SPAM and r.outcome.severity > Outcome.HOLD.severity for r in reasons
    ):
        return reasons
    return [replace(reason, outcome=Outcome.HOLD) for reason in reasons]


def _from_signals(signals: Iterable[Signal], house_rules: HouseRules) -> Iterable[Reason]:
    for signal in signals:
        rule = house_rules.rules[signal.category]
        outcome = outcome_of(signal, rule)
        if outcome is not Outcome.PUBLISH:
            yield Reason(
                category=signal.category,
                rule=rule.title,
                outcome=outcome,
                detector=signal.detector,
                score=signal.score,
                span=signal.span,
                evidence=signal.evidence,
            )


def _from_missing(missing: Iterable[Missing]) -> Iterable[Reason]:
    for gap in missing:
        covered: list[Category | None] = [c for c in Category if c in gap.categories]
        for category in covered or [None]:
            yield Reason(
                category=category,
                rule="",
                outcome=Outcome.HOLD,
                detector=gap.detector,
                evidence=f"missing:{gap.cause}",
            )


def _most_telling_first(reason: Reason) -> tuple[int, float, int]:
    place = reason.span.start if reason.span else -1
    return (-reason.outcome.severity, -(reason.score or 0.0), place)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
