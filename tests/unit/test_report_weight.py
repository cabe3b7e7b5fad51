"""How much one report counts, and how reports add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.report_weight import (
    HIDE_AT,
    LEAST,
    MOST,
    NEWCOMERS_TOGETHER,
    PastReport,
    Weighed,
    acting_together,
    independent_weight,
    report_weight,
)
from fruitful.domain.standing import Record

amounts = st.floats(min_value=0, max_value=10_000)
records = st.builds(Record, published=amounts, rejected=amounts, upheld=amounts, dismissed=amounts)
START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "weight"),
    [
        (Record(), 0.25),
        (Record(published=5), 0.538),
        (Record(published=16), 0.75),
        (Record(upheld=2), 0.533),
        (Record(published=5, upheld=6), 1.0),
        (Record(dismissed=2), 0.167),
        (Record(dismissed=6), 0.05),
        (Record(published=1_000, upheld=50), MOST),
        (Record(dismissed=1_000), LEAST),
    ],
)
def test_a_report_weighs_as_its_reporter_has_earned(record: Record, weight: float) -> None:
    assert report_weight(record) == pytest.approx(weight, abs=0.001)


def test_a_newcomers_report_weighs_half_a_guests() -> None:
    assert report_weight(Record(), is_newcomer=True) == report_weight(Record()) / 2


@given(records, st.booleans())
def test_no_report_is_worthless_and_none_decides_more_than_alone(
    record: Record, is_newcomer: bool
) -> None:
    assert LEAST <= report_weight(record, is_newcomer=is_newcomer) <= MOST


@pytest.mark.parametrize(
    ("reports", "suffices"),
    [
        ([(0.25, "a"), (0.25, "b"), (0.25, "c")], False),
        ([(0.25, "a"), (0.25, "b"), (0.25, "c"), (0.25, "d")], True),
        ([(0.25, "a")] * 50, False),
        ([(0.54, "a"), (0.54, "b")], True),
        ([(0.54, "a"), (0.25, "a"), (0.25, "b")], False),
        ([(0.25, "")] * 4, False),
        ([], False),
    ],
    ids=[
        "three guests",
        "four guests",
        "fifty from one address",
        "two regulars",
        "of one address the heaviest counts",
        "four of unknown address",
        "nobody",
    ],
)
def test_only_independent_reporters_add_up(
    reports: list[tuple[float, str]], suffices: bool
) -> None:
    weight = independent_weight(Weighed(w, address) for w, address in reports)
    assert (weight >= HIDE_AT) is suffices


def test_newcomers_need_somebody_who_was_here_before() -> None:
    newcomers = [Weighed(0.125, f"address {n}", UUID(int=n), True) for n in range(1, 101)]
    assert independent_weight(newcomers) == NEWCOMERS_TOGETHER < HIDE_AT
    assert independent_weight([*newcomers, Weighed(0.25, "home")]) >= HIDE_AT


def past(reader: int, comment: int, minute: float) -> PastReport:
    return PastReport(UUID(int=reader), UUID(int=comment), START + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("reports", "are_together"),
    [
        ([past(1, 7, 0), past(2, 7, 3), past(1, 8, 60), past(2, 8, 66)], True),
        ([past(1, 7, 0), past(2, 7, 3)], False),
        ([past(1, 7, 0), past(2, 7, 11), past(1, 8, 60), past(2, 8, 75)], False),
        (
            [past(r, c, 60 * c) for r in (1, 2) for c in (7, 8)]
            + [past(r, 10 * r + c, c) for r in (1, 2) for c in range(9)],
            False,
        ),
        (
            [past(r, c, 60 * c) for r in (1, 2) for c in (7, 8)]
            + [past(1, 10 + c, c) for c in range(9)],
            True,
        ),
        ([past(1, 7, 0), past(1, 8, 0)], False),
    ],
    ids=[
        "the same two comments within minutes",
        "only one",
        "never within ten minutes",
        "little of what either reported",
        "all that one of them reported",
        "one alone",
    ],
)
def test_who_acts_together_by_habit(reports: list[PastReport], are_together: bool) -> None:
    pair = (UUID(int=1), UUID(int=2))
    assert acting_together(reports) == (frozenset({pair}) if are_together else frozenset())


def test_twenty_brigaders_of_one_bloc_weigh_less_than_four_independent_readers() -> None:
    """Each is at an address of their own, with a record; they strike the same comments in turn."""
    attacks = [past(r, c, 600 * c + r / 4) for c in range(100, 103) for r in range(1, 21)]
    own_lives = [past(r, 1_000 + 10 * r + n, 50 * r + n) for r in range(1, 21) for n in range(2)]
    brigade = [Weighed(0.25, f"address {r}", UUID(int=r)) for r in range(1, 21)]
    independent = [Weighed(0.25, f"elsewhere {r}", UUID(int=r)) for r in range(21, 25)]

    together = acting_together([*attacks, *own_lives])

    assert independent_weight(brigade) == 5.0
    assert independent_weight(brigade, together) == 0.25
    assert independent_weight(independent, together) == 1.0
    assert independent_weight([*brigade, *independent], together) == 1.25
