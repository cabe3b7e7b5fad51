"""A reader lets a browser of theirs be told of news even when no page is open, or ends that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.errors import InvalidSubscription, NotAllowed, PushUnavailable
from fruitful.domain.language import language_for
from fruitful.domain.notifications import PushSubscription, Topic
from fruitful.domain.safe_urls import is_safe_endpoint
from fruitful.notifications.web_push import are_keys
from fruitful.services.limits import Pace, allow
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import push

MOST_BROWSERS = 10
"""Of one reader; with one more, the one known longest is forgotten."""
_SUBSCRIPTIONS_PER_HOUR = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A subscription as the Push API gives it, and what to tell there."""

    endpoint: str
    p256dh: str
    auth: str
    topics: frozenset[Topic]
    language: str


async def subscribe_browser(
    world: World, reader_token: str | None, browser: Browser, address_hash: str
) -> None:
    """Tell the reader of news in this browser from now on.

    Raises :class:`PushUnavailable`; :class:`InvalidSubscription` for an endpoint or keys that no
    browser gave; :class:`NotAllowed` for a stranger; :class:`TooManyRequests`.
    """
    if world.pusher is None:
        raise PushUnavailable
    if not is_safe_endpoint(browser.endpoint) or not are_keys(browser.p256dh, browser.auth):
        raise InvalidSubscription
    await allow(world, Pace(f"push:{address_hash}", _SUBSCRIPTIONS_PER_HOUR, timedelta(hours=1)))
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, reader_token)
        if reader is None:
            raise NotAllowed("Write a comment first; then there is somebody to tell.")
        subscription = PushSubscription(
            id=world.new_id(),
            reader_id=reader.id,
            endpoint=browser.endpoint,
            p256dh=browser.p256dh,
            auth=browser.auth,
            topics=browser.topics,
            language=language_for(browser.language).code,
        )
        await push.subscribe(connection, subscription, moment=world.clock())
        await _forget_longest_known(connection, subscription)


async def unsubscribe_browser(world: World, reader_token: str | None, endpoint: str) -> None:
    """Tell the reader nothing in this browser any more. That of a stranger is left alone."""
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, reader_token)
        if reader is not None:
            await push.unsubscribe(connection, reader.id, endpoint)


async def _forget_longest_known(connection: AsyncConnection, new: PushSubscription) -> None:
    known = await push.of_reader(connection, new.reader_id)
    others = [browser for browser in known if browser.endpoint != new.endpoint]
    for browser in others[: max(0, len(known) - MOST_BROWSERS)]:
        await push.remove(connection, browser.id)
