"""Write a push from what still holds, and hand it to the browser's push service. A job."""

from __future__ import annotations

import base64
from uuid import UUID

import structlog

from fruitful.domain.language import language_for
from fruitful.domain.notifications import PushGone, PushRefused, topic_of
from fruitful.notifications.push_writing import push_message
from fruitful.services.notification_links import links_for
from fruitful.services.world import World
from fruitful.storage import notifications, preferences, push, sites

log = structlog.get_logger(__name__)


async def send_push(world: World, notification_id: UUID, subscription_id: UUID) -> None:
    """Send the push, unless there is nothing to tell any more. A browser that has gone is
    forgotten. One that is sent a push twice, after a crash, shows it once.

    Raises `PushDelayed`, so that the queue tries again later.
    """
    if world.pusher is None:
        return
    async with world.database.reading() as connection:
        news = await notifications.news(connection, notification_id)
        browser = await push.by_id(connection, subscription_id)
        chosen = await preferences.of(connection, browser.reader_id) if browser else None
        site = await sites.by_id(connection, chosen.site_id) if chosen else None
    if news is None or browser is None or site is None:
        return
    if not news.is_current or topic_of(news.kind) not in browser.topics:
        return
    message = push_message(
        news,
        site_name=site.name,
        language=language_for(browser.language),
        links=links_for(world, browser.reader_id, [news]),
    )
    try:
        await world.pusher.push(browser, message, topic=_topic(notification_id))
    except PushGone:
        async with world.database.transaction() as connection:
            await push.remove(connection, subscription_id)
    except PushRefused as refused:
        log.warning("push.refused", subscription_id=str(subscription_id), reply=str(refused))


def _topic(notification_id: UUID) -> str:
    """At most 32 characters (RFC 8030, section 5.4)."""
    return base64.urlsafe_b64encode(notification_id.bytes).decode().rstrip("=")
