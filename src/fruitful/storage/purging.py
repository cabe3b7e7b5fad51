"""Which articles a publisher's cache has yet to hear of."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import ArticleRow, SiteRow


async def ask(
    connection: AsyncConnection, article_id: UUID, *, moment: datetime, lost_after: timedelta
) -> bool:
    """Ask that the cache be told; true where the site has one and nobody has asked, or whoever did
    was forgotten ``lost_after``."""
    with_cache = select(SiteRow.id).where(SiteRow.options.has_key("purge_url"))
    asked = await connection.execute(
        update(ArticleRow)
        .where(
            ArticleRow.id == article_id,
            ArticleRow.site_id.in_(with_cache),
            or_(
                ArticleRow.purge_asked_at.is_(None),
                ArticleRow.purge_asked_at < moment - lost_after,
            ),
        )
        .values(purge_asked_at=moment)
        .returning(ArticleRow.id)
    )
    return asked.one_or_none() is not None


async def take(connection: AsyncConnection, article_id: UUID) -> None:
    """Begin to tell it: what changes from now on is told again."""
    await connection.execute(
        update(ArticleRow).where(ArticleRow.id == article_id).values(purge_asked_at=None)
    )
