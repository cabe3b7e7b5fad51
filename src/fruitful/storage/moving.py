"""A site that has moved to another address takes its articles along."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import ArticleRow, SiteRow


async def move(
    connection: AsyncConnection, site_id: UUID, *, origins: tuple[str, ...], new: str
) -> None:
    """Let the site be embedded on ``origins``, and find its articles under the origin ``new``."""
    await connection.execute(
        update(SiteRow).where(SiteRow.id == site_id).values(origins=list(origins))
    )
    await connection.execute(
        update(ArticleRow)
        .where(ArticleRow.site_id == site_id)
        .values(url=func.regexp_replace(ArticleRow.url, "^https?://[^/]+", new))
    )
