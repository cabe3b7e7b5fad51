"""How one process hears of what another has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from fruitful.storage.database import Database, libpq_url
from fruitful.storage.listen import Change, LiveHub, Missed, Subscription

ARTICLE = UUID(int=1)
ELSEWHERE = UUID(int=2)
COMMENT = UUID(int=3)


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[LiveHub]:
    hub = LiveHub(database_url)
    listening = asyncio.Event()
    hub.on_missed(lambda: listening.set() if hub.is_connected else listening.clear())
    await hub.start()
    try:
        await asyncio.wait_for(listening.wait(), 10)
        yield hub
    finally:
        await hub.stop()


async def say(database: Database, article_id: UUID, version: int) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text("SELECT pg_notify('fruitful', :payload)"),
            {"payload": f"{article_id}:{version}:published:{COMMENT}"},
        )


async def take(subscription: Subscription, count: int) -> list[Change | Missed]:
    heard: list[Change | Missed] = []
    async with asyncio.timeout(10):
        async for event in subscription:
            heard.append(event)
            if len(heard) == count:
                break
    return heard


async def test_a_listener_hears_of_its_own_article_only(hub: LiveHub, database: Database) -> None:
    with hub.subscribe(ARTICLE) as subscription:
        await say(database, ELSEWHERE, 1)
        await say(database, ARTICLE, 2)

        assert await take(subscription, 1) == [Change(ARTICLE, 2, "published", COMMENT)]


async def test_a_slow_listener_is_told_once_that_it_missed_something() -> None:
    subscription = Subscription()
    for version in range(200):
        subscription.put(Change(ARTICLE, version, "published", COMMENT))
    subscription.close()

    heard = [event async for event in subscription]

    assert heard[0] == Missed()
    assert heard[-1] == Change(ARTICLE, 199, "published", COMMENT)
    assert len(heard) < 100


async def test_listeners_look_again_after_the_connection_was_lost(
    hub: LiveHub, database: Database, database_url: str
) -> None:
    states: list[bool] = []
    hub.on_missed(lambda: states.append(hub.is_connected))
    with hub.subscribe(ARTICLE) as subscription:
        with psycopg.connect(libpq_url(database_url)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'fruitful-live' AND datname = current_database()"
            )

        assert await take(subscription, 1) == [Missed()]
        assert states == [False, True]

        await say(database, ARTICLE, 5)
        assert await take(subscription, 1) == [Change(ARTICLE, 5, "published", COMMENT)]


async def test_streams_end_when_the_hub_closes(hub: LiveHub) -> None:
    with hub.subscribe(ARTICLE) as subscription:
        hub.close()
        assert [event async for event in subscription] == []
    with hub.subscribe(ARTICLE) as late:
        assert [event async for event in late] == []
    assert hub.listener_count == 0
