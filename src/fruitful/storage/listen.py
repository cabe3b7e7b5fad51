"""Hear of changes from every process: one LISTEN connection, fanned out to many listeners."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import psycopg
import structlog

from fruitful.storage.changes import CHANNEL
from fruitful.storage.database import libpq_url

log = structlog.get_logger(__name__)

_PROBE_SECONDS = 20.0
"""How long a silent connection is believed to be alive."""
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
_QUEUE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Change:
    """A thread looks different now. ``version`` is the thread's version since the change;
    ``respect_count`` is the comment's, where respect is what changed."""

    article_id: UUID
    version: int
    kind: str
    comment_id: UUID
    respect_count: int | None = None

    @classmethod
    def parse(cls, payload: str) -> Self:
        """Read ``article:version:kind:comment`` with or without ``:count``.

        Raises ``ValueError`` for anything else.
        """
        article_id, version, kind, comment_id, *more = payload.split(":")
        counts = [int(count) for count in more]
        if len(counts) > 1:
            raise ValueError(payload)
        return cls(UUID(article_id), int(version), kind, UUID(comment_id), *counts)


@dataclass(frozen=True, slots=True)
class Missed:
    """Changes may have gone by unheard: look at the thread again."""


class Subscription:
    """The changes of one article, as they come, for one listener. Iterate over it.

    A listener that is too slow gets one `Missed` in place of everything that it has not taken.
    The iteration ends when the hub closes.
    """

    def __init__(self) -> None:
        self._waiting: deque[Change | Missed] = deque()
        self._news = asyncio.Event()
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[Change | Missed]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._is_closed:
                return
            self._news.clear()
            await self._news.wait()

    def put(self, event: Change | Missed) -> None:
        """Hand an event to the listener without waiting for it."""
        if len(self._waiting) >= _QUEUE_LENGTH:
            self._waiting.clear()
            event = Missed()
        self._waiting.append(event)
        self._news.set()

    def close(self) -> None:
        """End the iteration once what waits has been taken."""
        self._is_closed = True
        self._news.set()


class LiveHub:
    """Listens for the whole process. Use it from one event loop.

    While `is_connected` is false, changes by other processes go unheard: whatever relies on
    hearing of them (a cache) must ask the database instead. Callbacks given to `on_missed` run
    when the connection is lost and again when it is back.
    """

    def __init__(self, url: str) -> None:
        self._url = libpq_url(url)
        self._on_change: list[Callable[[Change], None]] = []
        self._on_missed: list[Callable[[], None]] = []
        self._subscriptions: dict[UUID, set[Subscription]] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self.is_connected = False

    def on_change(self, callback: Callable[[Change], None]) -> None:
        """Call back for every change of every article, before subscribers hear of it."""
        self._on_change.append(callback)

    def on_missed(self, callback: Callable[[], None]) -> None:
        """Call back whenever changes may have been missed."""
        self._on_missed.append(callback)

    @contextmanager
    def subscribe(self, article_id: UUID) -> Iterator[Subscription]:
        """Hear of one article's changes for as long as the block lasts."""
        subscription = Subscription()
        if self._is_closed:
            subscription.close()
        listeners = self._subscriptions.setdefault(article_id, set())
        listeners.add(subscription)
        try:
            yield subscription
        finally:
            listeners.discard(subscription)
            if not listeners:
                self._subscriptions.pop(article_id, None)

    @property
    def listener_count(self) -> int:
        """How many subscriptions there are."""
        return sum(map(len, self._subscriptions.values()))

    async def start(self) -> None:
        """Begin to listen, in the background of the running loop."""
        self._task = asyncio.create_task(self._listen_for_ever(), name="live hub")

    def close(self) -> None:
        """End every subscription, now and later. Call it in the hub's loop."""
        self._is_closed = True
        for listeners in self._subscriptions.values():
            for subscription in listeners:
                subscription.close()

    async def stop(self) -> None:
        """Close, and give the connection up."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _listen_for_ever(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url,
                    autocommit=True,
                    connect_timeout=3,
                    application_name="fruitful-live",
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    pause = _FIRST_PAUSE_SECONDS
                    self.is_connected = True
                    self._missed()
                    await self._hear(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("live.interrupted", error=type(error).__name__)
            finally:
                self._lost()
            # Spread out, so that many processes do not all come back in the same moment.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=_PROBE_SECONDS):
                try:
                    self._publish(Change.parse(notice.payload))
                except ValueError:
                    log.warning("live.unreadable")
            # A peer that vanished without a word is noticed only by speaking to it.
            await connection.execute(b"SELECT 1")

    def _publish(self, change: Change) -> None:
        for callback in self._on_change:
            callback(change)
        for subscription in self._subscriptions.get(change.article_id, ()):
            subscription.put(change)

    def _lost(self) -> None:
        if self.is_connected:
            self.is_connected = False
            for callback in self._on_missed:
                callback()

    def _missed(self) -> None:
        for callback in self._on_missed:
            callback()
        for listeners in self._subscriptions.values():
            for subscription in listeners:
                subscription.put(Missed())
