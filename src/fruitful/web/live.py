"""Live updates: one event stream for each open page, told by the process's hub."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fruitful.domain.errors import DomainError, StorageUnavailable, TooManyRequests
from fruitful.storage.listen import Change, LiveHub, Missed, Subscription
from fruitful.web.requests import sender_address
from fruitful.web.versions import ThreadVersions

router = APIRouter(tags=["live"])

_KEEP_ALIVE_SECONDS = 15.0
"""Shorter than the idle timeouts of common proxies, of which nginx's 60 s is the shortest."""
_RECONNECT_MS = 3_000
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/event-stream; charset=utf-8",
    # nginx would otherwise collect events until its buffer is full.
    "X-Accel-Buffering": "no",
}


class TooManyStreams(DomainError):
    """This server has no room for more live updates: ask for the thread now and then instead."""

    code = "live_updates_full"
    status = 503


class LiveStreams:
    """The open event streams of one process, and how many there may be."""

    def __init__(self, hub: LiveHub, *, most: int = 2_000, most_per_address: int = 20) -> None:
        self.hub = hub
        self._most = most
        self._most_per_address = most_per_address
        self._open: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """Streams open now."""
        return self._open.total()

    def check(self, address: str) -> None:
        """Raise :class:`TooManyStreams` when all room is taken and
        :class:`~fruitful.domain.errors.TooManyRequests` when this address has its share."""
        if self.count >= self._most:
            raise TooManyStreams(retry_after=60)
        if self._open[address] >= self._most_per_address:
            raise TooManyRequests(retry_after=60)

    @contextmanager
    def listening(self, address: str, article_id: UUID) -> Iterator[Subscription]:
        """Count a stream for as long as the block lasts. Raises as :meth:`check` does."""
        self.check(address)
        self._open[address] += 1
        try:
            with self.hub.subscribe(article_id) as subscription:
                yield subscription
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]


class EventStream(Response):
    """Sends events until the client leaves or the hub closes."""

    def __init__(self, streams: LiveStreams, versions: ThreadVersions, article_id: UUID) -> None:
        super().__init__(status_code=200, headers=_HEADERS)
        del self.headers["content-length"]
        self._streams = streams
        self._versions = versions
        self._article_id = article_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream. The first event tells the version, so that a page knows what it has missed."""
        with self._streams.listening(sender_address(Request(scope)), self._article_id) as news:
            version = await self._versions.current(self._article_id)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _send_chunk(send, f"retry: {_RECONNECT_MS}\n\n".encode())
            await _send_chunk(send, event("ready", {"version": version}))
            # A page whose stream ends comes back by itself and is told the version then.
            with suppress(StorageUnavailable):
                await self._relay(news, receive, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _relay(self, news: Subscription, receive: Receive, send: Send) -> None:
        events = aiter(news)
        upcoming = asyncio.ensure_future(_next(events))
        gone = asyncio.ensure_future(_until_disconnect(receive))
        try:
            while True:
                await asyncio.wait(
                    {upcoming, gone},
                    timeout=_KEEP_ALIVE_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if gone.done():
                    return
                if not upcoming.done():
                    await _send_chunk(send, b": alive\n\n")
                    continue
                change = upcoming.result()
                if change is None:
                    return
                await _send_chunk(send, await self._event(change))
                upcoming = asyncio.ensure_future(_next(events))
        finally:
            for task in (upcoming, gone):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _event(self, change: Change | Missed) -> bytes:
        if isinstance(change, Missed):
            version = await self._versions.current(self._article_id)
            return event("thread", {"version": version, "kind": "missed", "comment_id": None})
        about = {
            "version": change.version,
            "kind": change.kind,
            "comment_id": str(change.comment_id),
        }
        if change.respect_count is not None:
            about["respect_count"] = change.respect_count
        return event("thread", about)


@router.get(
    "/api/v1/events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def get_events(request: Request, article_id: UUID) -> Response:
    """Server-sent events: `thread` for every change beneath the article. 429 or 503 when there is
    no room; poll the thread then."""
    streams: LiveStreams = request.app.state.streams
    versions: ThreadVersions = request.app.state.versions
    streams.check(sender_address(request))
    # An article that does not exist is refused before the stream begins.
    await versions.current(article_id)
    return EventStream(streams, versions, article_id)


def event(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event (WHATWG HTML, section 9.2)."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


@contextmanager
def closed_by_signals(hub: LiveHub) -> Iterator[None]:
    """Close the hub at the first SIGINT or SIGTERM, then do what was done before.

    uvicorn waits for open streams before it runs the application's own shutdown, so a stream that
    only the shutdown ends would keep the server for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def close_then(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        before = former[signal.Signals(number)]
        if callable(before):
            before(number, frame)

    for number in former:
        signal.signal(number, close_then)
    try:
        yield
    finally:
        for number, before in former.items():
            # `None` stands for a handler that was not set from Python and cannot be put back.
            signal.signal(number, before or signal.SIG_DFL)


async def _next(events: AsyncIterator[Change | Missed]) -> Change | Missed | None:
    return await anext(events, None)


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_chunk(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})
