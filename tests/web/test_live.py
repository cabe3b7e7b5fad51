"""Live updates, over real sockets from real processes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient
from starlette.types import Message

from fruitful.domain.errors import StorageUnavailable, TooManyRequests
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from fruitful.storage.listen import LiveHub
from fruitful.web.live import EventStream, LiveStreams, TooManyStreams, event
from fruitful.web.versions import ThreadVersions
from support.newsroom import Person, open_article, open_site
from support.served import OpenPage, Server, open_page, serving, until
from support.visitors import MORE_FAIR


@pytest.fixture
async def ada(world: World) -> Person:
    """Writes from a process of her own, past an engine that looks for nothing but canaries."""
    lenient = replace(world, engine=Engine([CanaryDetector()], model="none"))
    await open_site(lenient)
    return Person(lenient, "Ada Reader")


async def test_live_updates_with_two_server_workers(
    ada: Person, database_url: str, tmp_path: Path
) -> None:
    article = await open_article(ada.world)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(database_url, tmp_path, workers=2))
        pages: list[OpenPage] = []
        streams: dict[str, float] = {}

        async def both_workers_have_a_page() -> bool:
            if len(pages) < 12:
                page = await stack.enter_async_context(open_page(server.url, article.id))
                pages.append(page)
            streams.update(await server.workers())
            return len(streams) == 2 and min(streams.values()) >= 1

        await until(both_workers_have_a_page)
        assert [page.events[0] for page in pages] == [("ready", {"version": 0})] * len(pages)

        # By another process, as a moderator's decision or a job would be.
        posted = await ada.write(MORE_FAIR[0])
        await until(lambda: all(page.kinds == ["published"] for page in pages))
        told = {"version": 1, "kind": "published", "comment_id": str(posted.comment.id)}
        assert all(page.events[-1] == ("thread", told) for page in pages)

        # By one of the two workers.
        path = f"/api/v1/comments/{posted.comment.id}/respect"
        async with AsyncClient(base_url=server.url, verify=False) as client:
            assert (await client.post(path)).status_code == 200
        await until(lambda: all(page.kinds[-1] == "respect" for page in pages))

        # Every page that looks again finds what it was told of, whichever worker answers.
        for _ in range(8):
            async with AsyncClient(base_url=server.url, verify=False) as client:
                query = {"article_id": str(article.id)}
                thread = (await client.get("/api/v1/threads", params=query)).json()
            assert (thread["version"], thread["comments"][0]["respect_count"]) == (2, 1)

        # A page that closes makes room.
        async with open_page(server.url, article.id):
            streams.clear()
            await until(partial(_are_open, server, streams, len(pages) + 1))
        streams.clear()
        await until(partial(_are_open, server, streams, len(pages)))

        assert await server.stop() == 0
        await until(lambda: all(page.has_ended for page in pages))


async def _are_open(server: Server, streams: dict[str, float], count: int) -> bool:
    streams.update(await server.workers())
    return len(streams) == 2 and sum(streams.values()) == count


async def test_one_address_cannot_take_all_the_room(database_url: str) -> None:
    streams = LiveStreams(LiveHub(database_url), most=3, most_per_address=2)
    article_id = uuid4()
    with streams.listening("10.0.0.1", article_id), streams.listening("10.0.0.1", article_id):
        with pytest.raises(TooManyRequests) as own_share, streams.listening("10.0.0.1", article_id):
            pass
        assert own_share.value.details["retry_after"] == 60
        with streams.listening("10.0.0.2", article_id):
            assert streams.count == 3
            with pytest.raises(TooManyStreams), streams.listening("10.0.0.3", article_id):
                pass
    assert streams.count == 0
    with streams.listening("10.0.0.1", article_id):
        assert streams.count == 1


async def test_a_closing_hub_ends_every_stream(database_url: str) -> None:
    streams = LiveStreams(LiveHub(database_url))
    with streams.listening("10.0.0.1", uuid4()) as news:
        streams.hub.close()
        assert [change async for change in news] == []
    with streams.listening("10.0.0.1", uuid4()) as late:
        assert await asyncio.wait_for(anext(aiter(late), None), 1) is None


async def test_a_stream_that_cannot_tell_the_version_ends_and_the_page_comes_back(
    database_url: str,
) -> None:
    streams, answers = LiveStreams(LiveHub(database_url)), iter([7])

    async def ask(_: UUID) -> int:
        version = next(answers, None)
        if version is None:
            raise StorageUnavailable
        return version

    article_id, sent = uuid4(), asyncio.Queue[Message]()
    versions = ThreadVersions(ask, is_listening=lambda: False)
    stream = EventStream(streams, versions, article_id)
    scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": []}
    running = asyncio.create_task(stream(scope, asyncio.Queue[Message]().get, sent.put))
    while b"ready" not in (await sent.get()).get("body", b""):
        pass
    # A hub that has just connected tells everybody that they may have missed something.
    await streams.hub.start()
    await asyncio.wait_for(running, 5)
    await streams.hub.stop()
    assert sent.get_nowait() == {"type": "http.response.body", "body": b"", "more_body": False}


def test_an_event_is_one_line_of_json() -> None:
    sent = event("thread", {"version": 7, "comment_id": None})
    assert sent == b'event: thread\ndata: {"version":7,"comment_id":null}\n\n'
