"""From what was measured to what happens: thresholds, severity, reasons and what is missing."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.moderation import Decision, Findings, Missing, Signal, Span
from fruitful.domain.policy import Category, HouseRules, Outcome, Rule, most_severe
from fruitful.moderation.decide import decide

PUBLISH, HOLD, RETURN, REJECT = Outcome
RULES = HouseRules(
    version="test",
    rules={
        category: Rule(
            category=category,
            title=f"No {category}",
            explanation="",
            hold_at=0.5,
            return_at=0.9,
            reject_at=0.99,
        )
        for category in Category
    },
    canaries={},
)
SCORES = st.floats(0, 1)
SIGNALS = st.builds(
    Signal,
    category=st.sampled_from(Category),
    score=SCORES,
    detector=st.just("any"),
    learned=st.booleans(),
    demands=st.sampled_from([None, *Outcome]),
)
GAPS = st.builds(
    Missing,
    detector=st.just("any"),
    categories=st.frozensets(st.sampled_from(Category)),
    cause=st.just("failed"),
)


def signal(
    score: float,
    *,
    category: Category = Category.VIOLENCE,
    learned: bool = False,
    demands: Outcome | None = None,
    span: Span | None = None,
    redact: bool = False,
) -> Signal:
    return Signal(
        category=category,
        score=score,
        detector="test",
        learned=learned,
        demands=demands,
        span=span,
        redact=redact,
    )


def decided(*signals: Signal, missing: tuple[Missing, ...] = ()) -> Decision:
    findings = Findings(
        signals=signals, missing=missing, attributes={}, scores={}, model="test", milliseconds=1.0
    )
    return decide(findings, RULES)


def gap(*categories: Category, cause: str = "failed") -> Missing:
    return Missing(detector="broken", categories=frozenset(categories), cause=cause)


def test_a_comment_in_which_nothing_was_found_is_published_without_reasons() -> None:
    decision = decided()
    assert decision.outcome is PUBLISH
    assert decision.reasons == ()
    assert decision.verdicts == dict.fromkeys(Category, PUBLISH)
    assert decision.house_rules == "test"


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (0.0, PUBLISH),
        (0.499, PUBLISH),
        (0.5, HOLD),
        (0.899, HOLD),
        (0.9, RETURN),
        (0.989, RETURN),
        (0.99, REJECT),
        (1.0, REJECT),
    ],
)
def test_a_threshold_applies_at_the_score_it_names(score: float, outcome: Outcome) -> None:
    assert decided(signal(score)).outcome is outcome


@pytest.mark.parametrize("score", [0.99, 1.0])
def test_a_model_alone_returns_a_comment_and_never_rejects_it(score: float) -> None:
    assert decided(signal(score, learned=True)).outcome is RETURN
    assert decided(signal(score, learned=True), signal(score)).outcome is REJECT


@pytest.mark.parametrize("demands", [HOLD, RETURN, REJECT])
@pytest.mark.parametrize("score", [0.0, 0.6])
def test_what_a_signal_demands_holds_whatever_its_score(demands: Outcome, score: float) -> None:
    assert decided(signal(score, demands=demands)).outcome is demands


def test_a_demand_never_makes_a_high_score_milder() -> None:
    assert decided(signal(0.95, demands=HOLD)).outcome is RETURN


def test_the_most_severe_rule_wins_and_every_match_stays_a_reason() -> None:
    decision = decided(
        signal(0.6, category=Category.SPAM),
        signal(0.95, category=Category.RACISM),
        signal(0.2, category=Category.PROFANITY),
        signal(0.7, category=Category.SPAM),
    )
    assert decision.outcome is RETURN
    assert [(r.category, r.outcome, r.score) for r in decision.reasons] == [
        (Category.RACISM, RETURN, 0.95),
        (Category.SPAM, HOLD, 0.7),
        (Category.SPAM, HOLD, 0.6),
    ]
    assert decision.verdicts[Category.RACISM] is RETURN
    assert decision.verdicts[Category.SPAM] is HOLD
    assert decision.verdicts[Category.PROFANITY] is PUBLISH


def test_a_reason_names_the_rule_the_words_and_the_evidence() -> None:
    found = dataclasses.replace(signal(0.6, span=Span(3, 9)), evidence="lexicon:strong")
    [reason] = decided(found).reasons
    assert reason.rule == "No violence"
    assert reason.span == Span(3, 9)
    assert reason.evidence == "lexicon:strong"
    assert reason.detector == "test"


def test_of_equal_reasons_the_first_in_the_text_comes_first() -> None:
    decision = decided(signal(0.6, span=Span(8, 9)), signal(0.6, span=Span(1, 2)), signal(0.6))
    assert [r.span for r in decision.reasons] == [None, Span(1, 2), Span(8, 9)]


def test_a_threshold_that_is_switched_off_never_applies() -> None:
    off = dataclasses.replace(
        RULES.rules[Category.VIOLENCE], hold_at=None, return_at=None, reject_at=None
    )
    rules = dataclasses.replace(RULES, rules={**RULES.rules, Category.VIOLENCE: off})
    findings = decided(signal(1.0)).findings
    assert decide(findings, rules).outcome is PUBLISH


@pytest.mark.parametrize("category", Category)
def test_a_missing_measurement_holds_the_categories_it_covers(category: Category) -> None:
    decision = decided(missing=(gap(category, cause="timed_out"),))
    assert decision.outcome is HOLD
    assert {c for c, verdict in decision.verdicts.items() if verdict is HOLD} == {category}
    [reason] = decision.reasons
    assert (reason.category, reason.evidence, reason.score) == (category, "missing:timed_out", None)


def test_a_missing_measurement_of_no_particular_category_holds_the_comment() -> None:
    decision = decided(missing=(gap(),))
    assert decision.outcome is HOLD
    assert [r.category for r in decision.reasons] == [None]


def test_a_missing_measurement_does_not_soften_what_was_found() -> None:
    assert decided(signal(0.95), missing=(gap(Category.VIOLENCE),)).outcome is RETURN


def test_spans_to_be_masked_are_merged_and_do_not_hold_the_comment() -> None:
    spans = [Span(10, 14), Span(0, 4), Span(3, 6), Span(6, 8), Span(11, 12)]
    decision = decided(*(signal(0.1, span=span, redact=True) for span in spans))
    assert decision.redactions == (Span(0, 8), Span(10, 14))
    assert decision.outcome is PUBLISH


def test_only_spans_that_ask_for_it_are_masked() -> None:
    assert decided(signal(0.6, span=Span(0, 4)), signal(0.1, redact=True)).redactions == ()


@given(st.lists(SIGNALS, max_size=6), st.lists(GAPS, max_size=3))
def test_the_outcome_is_the_most_severe_reason(
    signals: list[Signal], missing: list[Missing]
) -> None:
    decision = decided(*signals, missing=tuple(missing))
    assert decision.outcome is most_severe(*(reason.outcome for reason in decision.reasons))
    assert all(decision.outcome.severity >= v.severity for v in decision.verdicts.values())


@given(st.lists(SIGNALS, max_size=5), SIGNALS)
def test_finding_more_never_makes_the_outcome_milder(
    signals: list[Signal], another: Signal
) -> None:
    before = decided(*signals).outcome
    assert decided(*signals, another).outcome.severity >= before.severity


@given(st.lists(SIGNALS, max_size=5), st.lists(GAPS, min_size=1, max_size=3))
def test_nothing_is_published_when_a_measurement_is_missing(
    signals: list[Signal], missing: list[Missing]
) -> None:
    assert decided(*signals, missing=tuple(missing)).outcome is not PUBLISH


@given(st.permutations([signal(s, span=Span(i, i + 1)) for i, s in enumerate((0.6, 0.7, 0.95))]))
def test_the_order_in_which_detectors_answer_does_not_matter(signals: list[Signal]) -> None:
    decision = decided(*signals)
    assert [r.score for r in decision.reasons] == [0.95, 0.7, 0.6]
