"""Threads served from memory while notifications arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import Limits, World
from fruitful.web.app import create_app
from support.lifespan import started
from support.newsroom import BRIDGE, Person, open_site
from support.served import until
from support.visitors import MORE_FAIR, Visitor


@pytest.fixture
async def lenient(world: World) -> World:
    await open_site(world)
    limits = Limits(comments_per_minute=1_000, comments_per_hour=1_000)
    return replace(world, engine=Engine([CanaryDetector()], model="none"), limits=limits)


@pytest.fixture
async def app(lenient: World) -> AsyncIterator[ASGIApp]:
    """An application that hears of changes."""
    app = create_app(lenient)
    async with started(app):

        async def is_listening() -> bool:
            ready = (await Visitor(app).get("/readyz")).json()
            return bool(ready["checks"]["live_updates"] == "ok")

        await until(is_listening)
        yield app


async def test_writers_always_find_their_own_comment_when_they_look_again(app: ASGIApp) -> None:
    ada = Visitor(app)
    for number, text in enumerate(MORE_FAIR, start=1):
        assert (await ada.write(text)).status_code == 201
        for _ in range(3):
            assert (await ada.thread())["total"] == number


async def test_what_another_process_changes_appears(app: ASGIApp, lenient: World) -> None:
    reader, writer = Visitor(app), Person(lenient, "Ben Walker")
    assert (await reader.thread())["total"] == 0

    async def shows(total: int) -> bool:
        return bool((await reader.thread())["total"] == total)

    for number, text in enumerate(MORE_FAIR[:3], start=1):
        await writer.write(text)
        await until(lambda number=number: shows(number))  # type: ignore[misc]


async def test_an_unchanged_thread_is_served_without_the_database(
    app: ASGIApp, lenient: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Visitor(app)
    for path in ("/api/v1/threads", "/embed/thread"):
        first = await reader.get(path, params={"article_url": BRIDGE})
        with monkeypatch.context() as broken:
            broken.setattr(lenient.database, "reading", None)
            again = await reader.get(path, params={"article_url": BRIDGE})
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["content-type"] == first.headers["content-type"]
        assert again.headers["access-control-allow-origin"] == reader.origin
