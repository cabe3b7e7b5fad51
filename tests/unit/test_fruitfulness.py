"""What lifts a comment, and what cannot lift it far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from benchmarks.ranking.simulation import Town, with_block, with_burst, with_mixed

from fruitful.domain.fruitfulness import (
    Account,
    Evidence,
    RankedComment,
    ThreadFacts,
    account_weights,
    fruitfulness,
    respect_bound,
)
from fruitful.services.ordering import ranked

MORNING = datetime(2026, 3, 14, 9, tzinfo=UTC)


def test_a_share_that_rests_on_more_readers_is_surer() -> None:
    assert respect_bound(20, 40) > respect_bound(5, 10) > respect_bound(1, 2)


def test_a_late_comment_overtakes_an_early_one_that_more_people_passed_by() -> None:
    early = Evidence(respects=12, readers=200)
    late = Evidence(respects=6, readers=20)
    assert fruitfulness(late) > fruitfulness(early)


def test_what_nobody_can_have_read_yet_comes_before_what_everybody_passed_by() -> None:
    assert fruitfulness(Evidence(respects=0, readers=0)) > fruitfulness(
        Evidence(respects=0, readers=50)
    )


@pytest.mark.parametrize(
    ("warmer", "cooler"),
    [
        (Evidence(respects=6, readers=20, heat=0.6), Evidence(respects=6, readers=20, heat=0.1)),
        (Evidence(respects=6, readers=20, reply_heat=0.9), Evidence(respects=6, readers=20)),
    ],
)
def test_heat_sinks_a_comment_but_never_far(warmer: Evidence, cooler: Evidence) -> None:
    assert 0 < fruitfulness(cooler) - fruitfulness(warmer) <= 0.15


def test_a_pick_of_the_newsroom_lifts_a_comment() -> None:
    assert fruitfulness(Evidence(respects=0, readers=30, is_picked=True)) > fruitfulness(
        Evidence(respects=8, readers=30)
    )


def test_respect_that_one_viewpoint_explains_counts_less() -> None:
    one_sided = Evidence(respects=20, readers=60, respect_count=20, shared=0.4)
    shared = Evidence(respects=20, readers=60, respect_count=20, shared=0.9)
    assert fruitfulness(one_sided) < fruitfulness(shared)


def test_a_sixth_respect_never_lowers_a_comment() -> None:
    scores = [
        fruitfulness(Evidence(respects=n, readers=60, respect_count=n, shared=0.5))
        for n in range(4, 20)
    ]
    assert scores == sorted(scores)


def account(number: int, made: timedelta, published: int = 0) -> Account:
    return Account(reader_id=UUID(int=number), created_at=MORNING + made, published_count=published)


def test_forty_accounts_of_one_morning_count_as_fewer_than_five() -> None:
    burst = [account(number, timedelta(seconds=number)) for number in range(40)]
    assert sum(account_weights(burst).values()) < 5


def test_a_reader_with_a_record_counts_in_full_whenever_they_came() -> None:
    burst = [account(number, timedelta(seconds=number)) for number in range(9)]
    weights = account_weights([*burst, account(9, timedelta(), published=5)])
    assert weights[UUID(int=9)] == 1


def test_one_angry_troll_does_not_sink_what_they_answer() -> None:
    def comment(number: int, reader: int, parent: int | None, heat: float) -> RankedComment:
        return RankedComment(
            id=UUID(int=number),
            article_id=UUID(int=1),
            reader_id=UUID(int=reader),
            parent_id=UUID(int=parent) if parent else None,
            created_at=MORNING,
            heat=heat,
        )

    answers = [comment(number, 66, 2, 0.6) for number in range(10, 20)]
    people = [66, 2]
    facts = ThreadFacts(
        article_id=UUID(int=1),
        comments=(comment(2, 2, None, 0.0), *answers),
        elsewhere=(),
        respects=(),
        accounts=tuple(account(number, timedelta(days=number)) for number in people),
    )
    alone = ThreadFacts(
        article_id=UUID(int=1),
        comments=(comment(2, 2, None, 0.0), comment(10, 66, 2, 0.0)),
        elsewhere=(),
        respects=(),
        accounts=facts.accounts,
    )
    assert ranked(facts)[UUID(int=2)] == ranked(alone)[UUID(int=2)]


@cache
def lifted(crowd: str, size: int) -> float:
    """By how much the crowd lifts a comment, on the mean of two towns."""
    moves = {"block": with_block, "mixed": with_mixed, "burst": with_burst}
    total = 0.0
    for seed in (1, 2):
        town = Town(seed)
        before, _ = town.place()
        moves[crowd](town, size)
        total += town.place()[0] - before
    return total / 2


@pytest.mark.parametrize("size", [10, 40])
@pytest.mark.parametrize("crowd", ["block", "burst"])
def test_a_brigade_moves_a_comment_less_than_as_many_mixed_readers(crowd: str, size: int) -> None:
    assert 0 < lifted(crowd, size) < 0.5 * lifted("mixed", size)
