"""How thresholds follow moderators, and how far they may go."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.calibration import Audited, Learnt, learnt_from, stored_learnt
from fruitful.domain.moderation import Signal
from fruitful.domain.operating_points import Measure, OperatingPoint, ResolvedPoint
from fruitful.domain.policy import Category, Outcome, Rule, Thresholds
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.learning import (
    FEWEST_RETURNS,
    HIGHEST_HOLD,
    HIGHEST_RETURN,
    LOWEST_HOLD,
    MOST_MOVE,
    fit,
    propose,
    with_learnt,
)


def rule(hold_at: float | None = 0.4, return_at: float | None = 0.9, **more: object) -> Rule:
    fields = {"hold_at": hold_at, "return_at": return_at, **more}
    return Rule(category=Category.RACISM, title="No hate", explanation="Be kind.", **fields)  # type: ignore[arg-type]


def audited(score: float, broke: int, kept: int, outcome: Outcome = Outcome.HOLD) -> list[Audited]:
    """Decisions on comments of one score."""
    verdicts = [True] * broke + [False] * kept
    return [
        Audited(category=Category.RACISM, score=score, breaks=breaks, outcome=outcome)
        for breaks in verdicts
    ]


def test_a_newsroom_that_agrees_with_the_model_moves_nothing_much() -> None:
    agreed = audited(0.4, 40, 60) + audited(0.6, 60, 40) + audited(0.8, 80, 20)
    fitted = fit(agreed)
    assert fitted.slope == pytest.approx(1, abs=0.1)
    assert fitted.offset == pytest.approx(0, abs=0.1)
    assert propose(rule(), agreed).new.hold_at == pytest.approx(0.4, abs=0.03)


def test_a_newsroom_that_lets_more_pass_holds_less() -> None:
    lenient = audited(0.4, 5, 95) + audited(0.5, 30, 70) + audited(0.8, 80, 20)
    found = propose(rule(), lenient)
    assert found.new.hold_at is not None
    assert 0.45 < found.new.hold_at <= 0.55
    assert found.moves


def test_a_newsroom_that_rejects_more_holds_more_but_only_where_it_has_looked() -> None:
    strict = audited(0.4, 90, 10) + audited(0.6, 95, 5)
    assert propose(rule(), strict).new.hold_at == 0.4
    looked_lower = strict + audited(0.3, 70, 30)
    assert propose(rule(), looked_lower).new.hold_at == pytest.approx(0.3)


def test_returning_falls_only_after_a_hundred_audited_returns() -> None:
    held = audited(0.5, 90, 30)
    few = held + audited(0.91, FEWEST_RETURNS - 1, 0, Outcome.RETURN)
    many = held + audited(0.8, FEWEST_RETURNS, 0, Outcome.RETURN)
    assert propose(rule(), few).new.return_at == 0.9
    found = propose(rule(), many).new.return_at
    assert found is not None
    assert 0.75 <= found < 0.9


def test_returning_rises_where_moderators_let_pass_what_scores_high() -> None:
    lenient = audited(0.5, 10, 60) + audited(0.85, 20, 60)
    found = propose(rule(), lenient).new.return_at
    assert found is not None
    assert found > 0.9


@pytest.mark.parametrize(
    ("decided", "why"),
    [
        (audited(0.5, 20, 20), "40 decisions of moderators, and 50 are needed"),
        (audited(0.5, 60, 9), "only 9 of one kind among 69 decisions; 10 are needed"),
        (
            audited(0.4, 190, 10) + audited(0.95, 10, 190),
            "moderators decide without regard to the score",
        ),
    ],
)
def test_what_cannot_be_learnt_moves_nothing_and_says_why(decided: list[Audited], why: str) -> None:
    found = propose(rule(), decided)
    assert not found.moves
    assert found.why == why


def test_a_rule_that_never_holds_learns_nothing() -> None:
    assert propose(rule(hold_at=None, return_at=None), audited(0.5, 60, 60)).moves is False


def test_an_asked_precision_is_sought_among_the_sites_own_decisions() -> None:
    asked = ResolvedPoint(
        point=OperatingPoint(Measure.PRECISION, 0.6), threshold=0.4, mixture="tried"
    )
    decided = audited(0.4, 10, 90) + audited(0.5, 40, 60) + audited(0.8, 80, 20)
    found = propose(rule(hold_point=asked), decided).new.hold_at
    assert found is not None
    assert 0.4 < found <= 0.55


def test_recall_and_clean_comments_stay_as_measured_elsewhere() -> None:
    asked = ResolvedPoint(point=OperatingPoint(Measure.RECALL, 0.8), threshold=0.4, mixture="tried")
    decided = audited(0.4, 5, 95) + audited(0.8, 80, 20)
    assert propose(rule(hold_point=asked), decided).new.hold_at == 0.4


def test_what_was_learnt_moves_the_model_alone_and_shows_in_the_version() -> None:
    written = load_default()
    at = Thresholds(hold_at=0.44, return_at=0.95)
    learnt = Learnt(
        version=3, model="m", house_rules=written.version, thresholds={Category.RACISM: at}
    )
    bent = with_learnt(written, learnt)
    assert bent.version == f"{written.version}.site3"
    sure = Signal(category=Category.RACISM, score=0.35, detector="profanity")
    guessed = Signal(category=Category.RACISM, score=0.35, detector="classifier", learned=True)
    assert outcome_of(sure, bent.rules[Category.RACISM]) is Outcome.HOLD
    assert outcome_of(guessed, bent.rules[Category.RACISM]) is Outcome.PUBLISH
    assert bent.rules[Category.SPAM] == written.rules[Category.SPAM]
    assert learnt_from(stored_learnt(learnt)) == learnt


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 1, "thresholds": {"courtesy": [0.3, 0.9]}},
        {"version": 1, "thresholds": {"racism": [0.3]}},
        {"version": 1, "thresholds": {"racism": [True, 2]}},
        {"version": 1, "thresholds": []},
    ],
)
def test_what_another_version_stored_is_left_alone(stored: dict[str, object]) -> None:
    assert learnt_from(stored) is None


decisions = st.lists(
    st.builds(
        Audited,
        category=st.just(Category.RACISM),
        score=st.floats(0.05, 1),
        breaks=st.booleans(),
        outcome=st.sampled_from([Outcome.HOLD, Outcome.RETURN]),
    ),
    max_size=150,
)


@given(st.floats(0.02, 0.98), st.floats(0, 0.5), decisions)
def test_thresholds_stay_within_their_bounds_whatever_moderators_do(
    hold_at: float, gap: float, decided: list[Audited]
) -> None:
    return_at = min(1.0, hold_at + gap)
    new = propose(rule(hold_at, return_at), decided).new
    assert new.hold_at is not None
    assert new.return_at is not None
    assert abs(new.hold_at - hold_at) <= MOST_MOVE + 1e-9
    assert min(hold_at, LOWEST_HOLD) <= new.hold_at <= max(hold_at, HIGHEST_HOLD)
    assert new.hold_at <= new.return_at <= max(return_at, HIGHEST_RETURN)
    if sum(each.outcome is Outcome.RETURN for each in decided) < FEWEST_RETURNS:
        assert new.return_at >= return_at
    if new.hold_at < hold_at:
        assert new.hold_at >= min(each.score for each in decided) - 1e-9


@given(decisions)
def test_a_fit_always_comes_to_numbers(decided: list[Audited]) -> None:
    fitted = fit(decided)
    assert math.isfinite(fitted.slope)
    assert math.isfinite(fitted.offset)
