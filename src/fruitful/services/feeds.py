"""The newest published comments of an article, of a site, or in reply to one reader."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.errors import UnknownFeed
from fruitful.domain.feeds import Feed
from fruitful.services.notification_links import claimed_reader, is_feed_token
from fruitful.services.world import World
from fruitful.storage import feeds, preferences


async def article_feed(world: World, article_id: UUID) -> Feed:
    """What was said beneath the article. Raises :class:`UnknownFeed`."""
    async with world.database.reading() as connection:
        source = await feeds.article(connection, article_id)
        if source is None:
            raise UnknownFeed
        return Feed(source=source, comments=await feeds.newest_beneath(connection, article_id))


async def site_feed(world: World, slug: str) -> Feed:
    """What was said on the whole site. Raises :class:`UnknownFeed`."""
    async with world.database.reading() as connection:
        source = await feeds.site(connection, slug)
        if source is None:
            raise UnknownFeed
        return Feed(source=source, comments=await feeds.newest_on(connection, source.id))


async def reader_feed(world: World, token: str) -> Feed:
    """What others replied to the reader whose secret the token is.

    Raises :class:`UnknownFeed`, for a secret that was renewed since too.
    """
    reader_id = claimed_reader(token)
    if reader_id is None:
        raise UnknownFeed
    async with world.database.reading() as connection:
        number = await preferences.feed_number(connection, reader_id)
        if not is_feed_token(world, token, reader_id, number):
            raise UnknownFeed
        source = await feeds.reader(connection, reader_id)
        if source is None:
            raise UnknownFeed
        return Feed(source=source, comments=await feeds.newest_replies(connection, reader_id))
