"""A publisher's cache hears of every change, so that it need not ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from httpx2 import AsyncClient
from sqlalchemy import text

from fruitful.moderation.pipeline import Engine
from fruitful.notifications.purging import PurgeRefused, signature
from fruitful.services.publish_sites import set_site_options
from fruitful.services.purge_cache import purge_cache
from fruitful.services.world import World
from support.newsroom import BRIDGE, Person, open_article, open_site
from support.scripted import scripted_engine

SECRET = "a secret of cache and server"


@pytest.fixture
def engine() -> Engine:
    """Publishes all that these tests write; what it takes to be published is no matter here."""
    return scripted_engine()


@dataclass
class Cache:
    """A publisher's cache: keeps what it is told, and answers as it is bidden."""

    status: int = 204
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        self.told.append((headers, body))
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def cache(world: World) -> AsyncIterator[Cache]:
    """The cache of the paper, which has comments already."""
    cache = Cache()
    server = await asyncio.start_server(cache.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    cache.address = f"http://{host}:{port}/purge"
    await open_site(world)
    options = {"purge_url": cache.address, "purge_secret": SECRET, "shared_seconds": "600"}
    await set_site_options(world, "paper", options)
    try:
        yield cache
    finally:
        server.close()
        await server.wait_closed()


async def queued(world: World) -> int:
    async with world.database.reading() as connection:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'purge_cache'")
        return int(await connection.scalar(query) or 0)


async def test_the_cache_is_told_which_article_changed_and_can_check_who_says_so(
    world: World, cache: Cache
) -> None:
    article = await open_article(world)
    await purge_cache(world, article.id)
    [(headers, body)] = cache.told
    assert BRIDGE.encode() in body
    assert headers["surrogate-key"] == f"article-{article.id}"
    assert headers["fruitful-signature"] == signature(body, SECRET)


async def test_a_cache_that_is_down_is_told_again(world: World, cache: Cache) -> None:
    cache.status = 503
    with pytest.raises(PurgeRefused):
        await purge_cache(world, (await open_article(world)).id)


async def test_changes_that_come_together_are_told_together(world: World, cache: Cache) -> None:
    ada = Person(world, "Ada")
    await ada.write("The towers are the best part of it.")
    await ada.write("The lamps are, if you ask me.")
    assert await queued(world) == 1
    await purge_cache(world, (await open_article(world)).id)
    await ada.write("Or the wind.")
    assert await queued(world) == 2


async def test_a_site_without_a_cache_asks_for_nothing(world: World) -> None:
    await open_site(world)
    await Person(world, "Ada").write("The towers are the best part of it.")
    assert await queued(world) == 0


async def test_what_may_be_kept_is_tagged_and_kept_as_long_as_the_site_says(
    world: World, cache: Cache, client: AsyncClient
) -> None:
    article = await open_article(world)
    for path in ("/api/v1/threads", "/embed/thread", "/include/thread"):
        response = await client.get(path, params={"article_url": BRIDGE})
        assert response.headers["surrogate-key"] == f"article-{article.id}"
        assert "s-maxage=600" in response.headers["cache-control"]
