"""The order in which a thread is read: the most fruitful first, and the same from page to page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from fruitful.domain.conversation import ThreadSort
from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import delete_comment
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.rank_thread import rank_thread
from fruitful.services.respect_comment import respect_comment
from fruitful.services.retention import prune
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.newsroom import Person, open_article, open_site
from support.scripted import scripted_engine

REMARKS = [
    "Who sets the tolls, and for how long?",
    "My grandmother remembered when only the two towers stood.",
    "Lorries will go through the village whatever we build.",
    "I shall miss the ferries in summer.",
    "Has anybody counted the lamps along the northern side?",
    "Green paint was a mistake; grey weathers better here.",
]


@pytest.fixture
def engine() -> Engine:
    """Publishes all that these tests write; what it takes to be published is no matter here."""
    return scripted_engine()


@pytest.fixture
async def thread(world: World, clock: AdjustableClock) -> list[UUID]:
    """Six comments by six readers, an hour apart; gives their ids, oldest first."""
    await open_site(world)
    ids = []
    for number, remark in enumerate(REMARKS):
        ids.append((await Person(world, f"Reader {number}").write(remark)).comment.id)
        clock.advance(timedelta(hours=1))
    return ids


async def respect(world: World, clock: AdjustableClock, comment_id: UUID, readers: int) -> None:
    """So many new readers, a day apart, respect the comment."""
    for number in range(readers):
        clock.advance(timedelta(days=1))
        await respect_comment(world, comment_id, None, f"{comment_id} {number}")


async def order(world: World) -> None:
    await rank_thread(world, (await open_article(world)).id)


async def page(world: World, cursor: str | None = None, limit: int = 2) -> tuple[list[UUID], str]:
    """The ids of a page of the most fruitful, and where to go on."""
    article = await open_article(world)
    shown = await list_thread(world, article.id, ThreadView(cursor=cursor, limit=limit))
    return [comment.id for comment in shown.comments], shown.next_cursor or ""


async def rest(world: World, cursor: str) -> list[UUID]:
    """The ids of all the pages that follow."""
    ids: list[UUID] = []
    while cursor:
        more, cursor = await page(world, cursor)
        ids += more
    return ids


async def test_what_different_people_respect_comes_first(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    await respect(world, clock, thread[0], 2)
    await respect(world, clock, thread[3], 4)
    await order(world)
    first, _ = await page(world)
    assert first == [thread[3], thread[0]]


async def test_respect_moves_a_comment_only_once_the_job_has_run(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    before, _ = await page(world)
    await respect(world, clock, thread[0], 3)
    assert (await page(world))[0] == before
    await order(world)
    assert (await page(world))[0] != before


async def test_many_changes_ask_for_one_ranking(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    async def asked() -> int:
        async with world.database.reading() as connection:
            query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'rank_thread'")
            return int(await connection.scalar(query) or 0)

    await order(world)
    before = await asked()
    for number in range(3):
        await respect_comment(world, thread[number], None, f"reader {number}")
    assert await asked() == before + 1


async def test_a_ranking_that_got_lost_is_asked_for_again(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    await respect_comment(world, thread[0], None, "one")
    clock.advance(timedelta(minutes=6))
    await respect_comment(world, thread[1], None, "two")
    async with world.database.reading() as connection:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'rank_thread'")
        assert int(await connection.scalar(query) or 0) >= 2


async def test_who_reads_on_misses_nothing_when_the_order_changes_meanwhile(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    await respect(world, clock, thread[5], 5)
    await order(world)
    first, cursor = await page(world)
    for number in (1, 2):
        await respect(world, clock, thread[number], 6)
        await order(world)
    assert sorted([*first, *await rest(world, cursor)]) == sorted(thread)


async def test_a_former_order_is_forgotten_in_time_and_reading_on_still_works(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    _, cursor = await page(world)
    await respect(world, clock, thread[0], 5)
    await order(world)
    clock.advance(timedelta(hours=3))
    await prune(world)
    ids = await rest(world, cursor)
    assert len(ids) == len(set(ids))


async def test_ranks_that_change_without_changing_the_order_move_no_page(
    world: World, clock: AdjustableClock, thread: list[UUID]
) -> None:
    await respect(world, clock, thread[5], 5)
    await order(world)
    first, cursor = await page(world)
    await respect(world, clock, thread[5], 5)
    await order(world)
    assert sorted([*first, *await rest(world, cursor)]) == sorted(thread)


async def test_the_stub_of_a_comment_that_went_sinks_to_the_end(world: World) -> None:
    await open_site(world)
    ada = Person(world, "Ada")
    first = await ada.write("The towers are the best part of it.")
    await Person(world, "Ben").write("They are not!", parent=first.comment.id)
    await respect_comment(world, first.comment.id, None, "reader")
    other = await Person(world, "Cleo").write("The lamps are.")
    await delete_comment(world, first.comment.id, ada.token)
    await order(world)
    assert (await page(world, limit=5))[0] == [other.comment.id, first.comment.id]


def test_links_to_the_former_order_still_work() -> None:
    assert ThreadSort("respected") is ThreadSort.FRUITFUL
