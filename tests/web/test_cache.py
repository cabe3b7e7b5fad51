"""What is kept of rendered threads, and when it is believed."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from fruitful.domain.errors import StorageUnavailable
from fruitful.web.cache import CacheKey, RenderedCache
from fruitful.web.versions import ThreadVersions


def key(version: int = 1) -> CacheKey:
    return CacheKey(UUID(int=1), version, "json", "newest")


class Rendering:
    """A slow rendering that counts how often it was done."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.body = body
        self.count = 0
        self.may_finish = asyncio.Event()

    async def __call__(self) -> bytes:
        self.count += 1
        await self.may_finish.wait()
        return self.body


async def test_what_everybody_opens_at_once_is_rendered_once() -> None:
    cache, rendering = RenderedCache(), Rendering()
    asking = [asyncio.create_task(cache.get_or_render(key(), rendering)) for _ in range(10)]
    await asyncio.sleep(0)
    rendering.may_finish.set()
    assert {rendered.body for rendered in await asyncio.gather(*asking)} == {b"{}"}
    assert (await cache.get_or_render(key(), rendering)).body == b"{}"
    assert rendering.count == 1


async def test_a_reader_who_hangs_up_leaves_the_rendering_to_the_others() -> None:
    cache, rendering = RenderedCache(), Rendering()
    first = asyncio.create_task(cache.get_or_render(key(), rendering))
    second = asyncio.create_task(cache.get_or_render(key(), rendering))
    await asyncio.sleep(0)
    first.cancel()
    rendering.may_finish.set()
    assert (await second).body == b"{}"
    assert rendering.count == 1


async def test_a_failed_rendering_is_not_kept() -> None:
    cache = RenderedCache()

    async def fail() -> bytes:
        raise StorageUnavailable

    async def succeed() -> bytes:
        return b"now"

    with pytest.raises(StorageUnavailable):
        await cache.get_or_render(key(), fail)
    assert (await cache.get_or_render(key(), succeed)).body == b"now"


async def test_the_cache_stays_within_its_bounds_and_keeps_what_is_used() -> None:
    cache = RenderedCache(capacity=10_000)

    async def render() -> bytes:
        return bytes(900)

    often = key(0)
    for version in range(1, 30):
        await cache.get_or_render(often, render)
        await cache.get_or_render(key(version), render)
        assert cache.size <= 10_000
    assert cache.get(often) is not None
    assert cache.get(key(1)) is None


async def test_equal_bytes_have_equal_validators_and_others_have_others() -> None:
    cache = RenderedCache()

    async def render() -> bytes:
        return b"a"

    async def render_other() -> bytes:
        return b"b"

    one = await cache.get_or_render(key(1), render)
    same = await cache.get_or_render(key(2), render)
    other = await cache.get_or_render(key(3), render_other)
    assert one.etag == same.etag != other.etag


class Database:
    """Knows the version, counts who asks, and answers when it may."""

    def __init__(self) -> None:
        self.version = 1
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, _: UUID) -> int:
        self.asked += 1
        read = self.version
        await self.may_answer.wait()
        return read


ARTICLE = uuid4()


async def test_while_notifications_arrive_the_database_is_asked_once() -> None:
    database = Database()
    versions = ThreadVersions(database, is_listening=lambda: True)
    assert [await versions.current(ARTICLE) for _ in range(3)] == [1, 1, 1]
    versions.heard(ARTICLE, 2)
    assert await versions.current(ARTICLE) == 2
    versions.heard(ARTICLE, 1)
    assert await versions.current(ARTICLE) == 2
    assert database.asked == 1


async def test_without_notifications_the_database_is_asked_each_time() -> None:
    database = Database()
    versions = ThreadVersions(database, is_listening=lambda: False)
    assert await versions.current(ARTICLE) == 1
    database.version = 2
    assert await versions.current(ARTICLE) == 2


async def test_a_change_through_this_process_is_seen_before_its_notification_comes() -> None:
    database = Database()
    versions = ThreadVersions(database, is_listening=lambda: True)
    await versions.current(ARTICLE)
    database.version = 3
    versions.distrust()
    # An older change of somebody else's is announced late, and must not be taken for the newest.
    versions.heard(ARTICLE, 2)
    assert versions.at_hand(ARTICLE) is None
    assert await versions.current(ARTICLE) == 3


async def test_a_change_while_the_database_is_being_asked_is_not_missed() -> None:
    database = Database()
    versions = ThreadVersions(database, is_listening=lambda: True)
    database.may_answer.clear()
    asking = asyncio.create_task(versions.current(ARTICLE))
    await asyncio.sleep(0)
    versions.heard(ARTICLE, 2)
    database.may_answer.set()
    assert await asking == 2
    assert await versions.current(ARTICLE) == 2


async def test_an_answer_from_before_a_change_is_not_believed_after_it() -> None:
    database = Database()
    versions = ThreadVersions(database, is_listening=lambda: True)
    database.may_answer.clear()
    asking = asyncio.create_task(versions.current(ARTICLE))
    await asyncio.sleep(0)
    database.version = 2
    versions.distrust()
    database.may_answer.set()
    await asking
    assert await versions.current(ARTICLE) == 2
