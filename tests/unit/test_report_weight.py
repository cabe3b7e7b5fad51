"""How much one report counts, and how reports add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.report_weight import (
    HIDE_AT,
    LEAST,
    MOST,
    Weighed,
    independent_weight,
    report_weight,
)

counts = st.integers(min_value=0, max_value=100_000)


@pytest.mark.parametrize(
    ("published", "upheld", "dismissed", "weight"),
    [
        (0, 0, 0, 0.25),
        (5, 0, 0, 0.5),
        (15, 0, 0, 0.625),
        (0, 2, 0, 1 / 3),
        (5, 6, 0, 0.8),
        (0, 0, 6, 0.1),
        (1_000, 50, 0, MOST),
        (0, 0, 1_000, LEAST),
    ],
)
def test_a_report_weighs_as_its_reporter_has_earned(
    published: int, upheld: int, dismissed: int, weight: float
) -> None:
    counted = report_weight(published=published, upheld=upheld, dismissed=dismissed)
    assert counted == pytest.approx(weight, abs=0.001)


@given(counts, counts, counts)
def test_no_report_is_worthless_and_none_decides_more_than_alone(
    published: int, upheld: int, dismissed: int
) -> None:
    weight = report_weight(published=published, upheld=upheld, dismissed=dismissed)
    assert LEAST <= weight <= MOST


@given(counts, counts, counts)
def test_being_right_never_costs_weight_and_being_wrong_never_earns_any(
    published: int, upheld: int, dismissed: int
) -> None:
    now = report_weight(published=published, upheld=upheld, dismissed=dismissed)
    assert report_weight(published=published, upheld=upheld + 1, dismissed=dismissed) >= now
    assert report_weight(published=published, upheld=upheld, dismissed=dismissed + 1) <= now
    assert report_weight(published=published + 1, upheld=upheld, dismissed=dismissed) >= now


@pytest.mark.parametrize(
    ("reports", "suffices"),
    [
        ([(0.25, "a"), (0.25, "b"), (0.25, "c")], False),
        ([(0.25, "a"), (0.25, "b"), (0.25, "c"), (0.25, "d")], True),
        ([(0.25, "a")] * 50, False),
        ([(0.5, "a"), (0.5, "b")], True),
        ([(0.5, "a"), (0.25, "a"), (0.25, "b")], False),
        ([(0.25, "")] * 4, False),
        ([], False),
    ],
    ids=[
        "three strangers",
        "four strangers",
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
