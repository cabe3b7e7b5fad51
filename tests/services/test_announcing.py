"""Whoever shows a thread hears of every change: open pages, a publisher's cache, the newsroom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from fruitful.domain.conversation import Badge, ModeratorAction, OwnComment
from fruitful.domain.newsroom import Marks
from fruitful.moderation.pipeline import Engine
from fruitful.services.accounts import erase_account, rename_reader, set_badge
from fruitful.services.moderate_comment import Order
from fruitful.services.own_data import erase_own_data
from fruitful.services.pick_comment import marks_of, pick_comment
from fruitful.services.private_links import Asker
from fruitful.services.publish_sites import close_article, reopen_article, set_site_options
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage.listen import Change, LiveHub, Subscription
from support.desk import open_desk
from support.newsroom import BRIDGE, Person, open_article, open_site
from support.scripted import scripted_engine
from support.told import reader_id_of

PICKED = Marks(is_pick=True, is_pinned=False)
NEITHER = Marks(is_pick=False, is_pinned=False)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def ada(world: World) -> Person:
    """Writes for a paper that keeps its comments in a cache."""
    await open_site(world)
    told = {"purge_url": "https://cache.example/purge", "purge_secret": "a secret of two servers"}
    await set_site_options(world, "paper", told)
    return Person(world, "Ada")


@pytest.fixture
async def picked(ada: Person) -> OwnComment:
    """A comment of hers that the newsroom picked, after which the cache was told all there was."""
    comment = (await ada.write("The towers are the best part of it.")).comment
    desk = await open_desk(ada.world)
    order = Order(
        comment_id=comment.id, action=ModeratorAction.PICK, moderator_id=desk.moderator.id
    )
    await pick_comment(ada.world, order)
    await forget_purges(ada.world)
    return comment


@pytest.fixture
async def page(ada: Person, picked: OwnComment, database_url: str) -> AsyncIterator[Subscription]:
    """A page that is open beneath the article."""
    hub = LiveHub(database_url)
    listening = asyncio.Event()
    hub.on_missed(lambda: listening.set() if hub.is_connected else listening.clear())
    await hub.start()
    try:
        await asyncio.wait_for(listening.wait(), 10)
        with hub.subscribe((await open_article(ada.world)).id) as subscription:
            yield subscription
    finally:
        await hub.stop()


async def forget_purges(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("DELETE FROM procrastinate_jobs"))
        await connection.execute(text("UPDATE articles SET purge_asked_at = NULL"))


async def purges(world: World) -> int:
    async with world.database.reading() as connection:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'purge_cache'")
        return int(await connection.scalar(query) or 0)


async def heard(page: Subscription, count: int) -> list[tuple[str, UUID]]:
    """The next so many changes that the page hears of."""
    news: list[tuple[str, UUID]] = []
    async with asyncio.timeout(10):
        async for change in page:
            assert isinstance(change, Change)
            news.append((change.kind, change.comment_id))
            if len(news) == count:
                break
    return news


async def change_account(ada: Person, what: str) -> None:
    world = ada.world
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, ada.token)
        assert reader
        if what == "renamed":
            await rename_reader(connection, world, reader, "Ada King")
        elif what == "badge":
            await set_badge(connection, world, reader, Badge.AUTHOR)
        else:
            await erase_account(connection, world, await reader_id_of(ada))


@pytest.mark.parametrize("what", ["renamed", "badge", "erased"])
async def test_who_wrote_a_comment_is_news_but_no_reason_to_unpick_what_it_says(
    ada: Person, picked: OwnComment, page: Subscription, what: str
) -> None:
    await change_account(ada, what)

    assert await heard(page, 1) == [("changed", picked.id)]
    assert await purges(ada.world) == 1
    assert await marks_of(ada.world, picked.id) == PICKED


async def test_a_new_name_has_nobody_notified_again_and_no_link_looked_at(
    ada: Person, picked: OwnComment
) -> None:
    await change_account(ada, "renamed")

    async with ada.world.database.reading() as connection:
        query = text("SELECT DISTINCT task_name FROM procrastinate_jobs ORDER BY 1")
        queued = list((await connection.execute(query)).scalars())
    assert queued == ["purge_cache"]


async def test_a_closed_article_is_shown_afresh_and_so_is_one_that_opens_again(
    ada: Person, picked: OwnComment, page: Subscription
) -> None:
    article = await open_article(ada.world)
    for change in (close_article, reopen_article):
        await change(ada.world, BRIDGE)
        assert await heard(page, 1) == [("changed", article.id)]
        assert await purges(ada.world) == 1
        await forget_purges(ada.world)
    assert await marks_of(ada.world, picked.id) == PICKED


async def test_what_an_erased_reader_wrote_leaves_open_pages_and_the_newsrooms_picks(
    ada: Person, picked: OwnComment, page: Subscription
) -> None:
    other = (await ada.write("The lamps are, if you ask me.")).comment
    await ada.write("This one waits, so nobody has seen it. [discourtesy 0.7]")
    assert await heard(page, 1) == [("published", other.id)]
    await forget_purges(ada.world)
    await set_site_options(ada.world, "paper", {"erasure": "remove"})
    await erase_own_data(ada.world, Asker(token=ada.token))

    assert await heard(page, 2) == [("removed", picked.id), ("removed", other.id)]
    assert await marks_of(ada.world, picked.id) == NEITHER
    assert await purges(ada.world) == 1
    bo = Person(ada.world, "Bo")
    last = (await bo.write("So it is.")).comment
    assert await heard(page, 1) == [("published", last.id)], "nothing more was said of hers"


async def test_an_erased_readers_pick_stays_where_the_comment_does(
    ada: Person, picked: OwnComment, page: Subscription
) -> None:
    await erase_own_data(ada.world, Asker(token=ada.token))

    assert await heard(page, 1) == [("changed", picked.id)]
    assert await marks_of(ada.world, picked.id) == PICKED
