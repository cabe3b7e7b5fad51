"""Put the most fruitful comments of a thread first. A job, so that reading costs nothing more."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from fruitful.services.announcing import tell_cache
from fruitful.services.ordering import ranked
from fruitful.services.world import World
from fruitful.storage import changes, ranking

log = structlog.get_logger(__name__)

WINDOW = timedelta(days=60)
"""How far back it is asked who agrees with whom; people change their minds."""


async def rank_thread(world: World, article_id: UUID) -> None:
    """Rank every comment of the article; open pages are told only where the order changes.

    Running it twice changes nothing. What is inferred about readers on the way is not stored.
    """
    async with world.database.transaction() as connection:
        await ranking.take(connection, article_id)
    async with world.database.reading() as connection:
        facts = await ranking.facts(connection, article_id, since=world.clock() - WINDOW)
    scores = await asyncio.to_thread(ranked, facts)
    async with world.database.transaction() as connection:
        is_new = await ranking.store(connection, article_id, scores, moment=world.clock())
        if is_new:
            await changes.announce(connection, article_id, "order", article_id)
            await tell_cache(world, connection, article_id)
    log.info("thread.ranked", article_id=str(article_id), comments=len(scores), reordered=is_new)
