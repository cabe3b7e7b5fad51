"""Run an application's start and end around a test, as a server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Scope


@asynccontextmanager
async def started(app: ASGIApp) -> AsyncIterator[None]:
    """The application is started within the block, and has ended after it."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}

    async def live() -> None:
        await app(scope, to_app.get, from_app.put)

    running = asyncio.create_task(live())
    try:
        await to_app.put({"type": "lifespan.startup"})
        answer = await from_app.get()
        assert answer["type"] == "lifespan.startup.complete", answer
        yield
    finally:
        await to_app.put({"type": "lifespan.shutdown"})
        await running
