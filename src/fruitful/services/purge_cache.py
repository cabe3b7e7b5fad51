"""Tell a site's cache that a thread has changed. A job, tried again until it is heard."""

from __future__ import annotations

from uuid import UUID

import structlog

from fruitful.notifications.purging import Purge, send_purge, surrogate_key
from fruitful.services.world import World
from fruitful.storage import articles, purging, sites

log = structlog.get_logger(__name__)


async def purge_cache(world: World, article_id: UUID) -> None:
    """Tell it, unless the site no longer has one. Raises what :func:`send_purge` raises."""
    async with world.database.transaction() as connection:
        await purging.take(connection, article_id)
        article = await articles.by_id(connection, article_id)
        site = await sites.by_id(connection, article.site_id) if article else None
    if article is None or site is None or not site.options.purge_url:
        return
    purge = Purge(article_url=article.url, keys=(surrogate_key(article_id),))
    await send_purge(site.options.purge_url, site.options.purge_secret, purge)
    log.info("cache.purged", article_id=str(article_id))
