"""What standing follows from, how it fades, and that it never softens a rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.moderation import Decision, Findings, Signal
from fruitful.domain.more_review import FIRST_COMMENT, Writer, with_more_review
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.domain.standing import EPOCH, HALF_LIFE, LOW, NEW, Record, Tally, standing
from fruitful.moderation.decide import decide
from fruitful.moderation.house_rules import load_default

amounts = st.floats(min_value=0, max_value=10_000)
records = st.builds(Record, published=amounts, rejected=amounts, upheld=amounts, dismissed=amounts)
scores = st.floats(min_value=0, max_value=1)
writers = st.builds(Writer, standing=scores, published=st.integers(min_value=0, max_value=10_000))


@pytest.fixture(scope="module")
def rules() -> HouseRules:
    return load_default()


def decision(rules: HouseRules, score: float, *, learned: bool) -> Decision:
    signal = Signal(
        category=Category.DISCOURTESY, score=score, detector="scripted", learned=learned
    )
    findings = Findings(
        signals=(signal,), missing=(), attributes={}, scores={}, model="m", milliseconds=0.0
    )
    return decide(findings, rules)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(), NEW),
        (Record(published=8), 0.625),
        (Record(published=5, upheld=3), 0.625),
        (Record(published=72), 0.925),
        (Record(rejected=1), 1 / 6),
        (Record(published=8, rejected=1), 0.625 * 12 / 14),
        (Record(dismissed=2), NEW),
        (Record(dismissed=6), NEW / 2),
        (Record(upheld=4, dismissed=6), standing(Record(upheld=4))),
    ],
    ids=[
        "nobody knows them",
        "eight comments",
        "five comments, three reports that were right",
        "a regular",
        "one rejected comment",
        "one among eight good ones",
        "two honest mistakes",
        "crying wolf",
        "wrong hardly more often than right",
    ],
)
def test_standing_follows_from_what_a_reader_did(record: Record, expected: float) -> None:
    assert standing(record) == pytest.approx(expected)


@given(records)
def test_standing_stays_within_bounds_and_goes_the_way_it_should(record: Record) -> None:
    now = standing(record)
    more = Record(
        published=record.published + 1,
        rejected=record.rejected,
        upheld=record.upheld,
        dismissed=record.dismissed,
    )
    worse = Record(
        published=record.published,
        rejected=record.rejected + 1,
        upheld=record.upheld,
        dismissed=record.dismissed + 1,
    )
    assert 0 <= now <= 1
    assert standing(more) >= now
    assert standing(worse) <= now


@given(st.integers(min_value=-3_000, max_value=3_000), st.integers(min_value=0, max_value=2_000))
def test_a_deed_weighs_half_as_much_after_ninety_days(day: int, age: int) -> None:
    happened = EPOCH + timedelta(days=day)
    tally = Tally(published=2.0 ** ((happened - EPOCH) / HALF_LIFE))
    seen = tally.at(happened + timedelta(days=age)).published
    assert seen == pytest.approx(0.5 ** (age / 90), rel=1e-6)


def test_nobody_starts_low_and_one_rejected_comment_is_forgiven_in_a_season() -> None:
    assert standing(Record()) >= LOW
    assert standing(Record(rejected=1)) < LOW
    assert standing(Record(rejected=0.4)) >= LOW


@given(scores, st.booleans(), writers, st.integers(min_value=0, max_value=5))
def test_no_standing_gets_a_comment_past_a_rule(
    score: float, learned: bool, writer: Writer, first_held: int
) -> None:
    rules = load_default()
    judged = decision(rules, score, learned=learned)
    read = with_more_review(judged, rules, writer, first_held=first_held)
    assert read.outcome.severity >= judged.outcome.severity
    assert read.outcome in (judged.outcome, Outcome.HOLD)
    assert set(judged.reasons) <= set(read.reasons)
    if judged.outcome is not Outcome.PUBLISH:
        assert read == judged


@pytest.mark.parametrize(
    ("standing_", "learned", "part", "outcome"),
    [
        (0.1, True, 0.9, Outcome.HOLD),
        (0.1, True, 0.8, Outcome.PUBLISH),
        (0.1, False, 0.9, Outcome.PUBLISH),
        (0.25, True, 0.9, Outcome.PUBLISH),
        (1.0, True, 0.99, Outcome.PUBLISH),
        (1.0, True, 1.0, Outcome.HOLD),
    ],
)
def test_what_a_model_is_nearly_unsure_about_waits_for_those_of_low_standing_only(
    rules: HouseRules, standing_: float, learned: bool, part: float, outcome: Outcome
) -> None:
    hold_at = rules.rules[Category.DISCOURTESY].hold_at
    assert hold_at is not None
    judged = decision(rules, part * hold_at, learned=learned)
    writer = Writer(standing=standing_, published=9)
    read = with_more_review(judged, rules, writer, first_held=0)
    assert read.outcome is outcome
    assert read.verdicts[Category.DISCOURTESY] is outcome


@pytest.mark.parametrize(("published", "outcome"), [(1, Outcome.HOLD), (2, Outcome.PUBLISH)])
def test_first_comments_wait_where_a_site_wants_that(
    rules: HouseRules, published: int, outcome: Outcome
) -> None:
    judged = decision(rules, 0.0, learned=True)
    writer = Writer(standing=NEW, published=published)
    read = with_more_review(judged, rules, writer, first_held=2)
    assert read.outcome is outcome
    if outcome is Outcome.HOLD:
        assert [reason.evidence for reason in read.reasons] == [FIRST_COMMENT]
