"""Queries on articles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article
from fruitful.storage.tables import ArticleRow


async def ensure(connection: AsyncConnection, article: Article) -> None:
    """Insert the article unless one with its address or key is there already."""
    await connection.execute(
        insert(ArticleRow)
        .values(
            id=article.id,
            site_id=article.site_id,
            url=article.url,
            key=article.key,
            title=article.title,
        )
        .on_conflict_do_nothing()
    )


async def by_id(connection: AsyncConnection, article_id: UUID) -> Article | None:
    """The article with this id."""
    return await _one(connection, _articles().where(ArticleRow.id == article_id))


async def by_url(connection: AsyncConnection, site_id: UUID, url: str) -> Article | None:
    """The site's article at this canonical address."""
    return await _one(
        connection, _articles().where(ArticleRow.site_id == site_id, ArticleRow.url == url)
    )


async def by_key(connection: AsyncConnection, site_id: UUID, key: str) -> Article | None:
    """The site's article that the publisher knows by this key."""
    return await _one(
        connection, _articles().where(ArticleRow.site_id == site_id, ArticleRow.key == key)
    )


async def set_closed(
    connection: AsyncConnection, article_id: UUID, closed_at: datetime | None
) -> None:
    """Close the article to new comments, or open it again with ``None``."""
    await connection.execute(
        update(ArticleRow).where(ArticleRow.id == article_id).values(closed_at=closed_at)
    )


async def is_closed(connection: AsyncConnection, article_id: UUID) -> bool:
    """Whether comments are closed now; the row stays as it is until the transaction ends."""
    closed_at = await connection.scalar(
        select(ArticleRow.closed_at)
        .where(ArticleRow.id == article_id)
        .with_for_update(read=True, key_share=True)
    )
    return closed_at is not None


async def thread_version(connection: AsyncConnection, article_id: UUID) -> int | None:
    """The version of the article's thread, or ``None`` where there is no such article."""
    return await connection.scalar(
        select(ArticleRow.thread_version).where(ArticleRow.id == article_id)
    )


def _articles() -> Select[UUID, UUID, str, str | None, str | None, datetime | None, int]:
    return select(
        ArticleRow.id,
        ArticleRow.site_id,
        ArticleRow.url,
        ArticleRow.key,
        ArticleRow.title,
        ArticleRow.closed_at,
        ArticleRow.thread_version,
    )


async def _one(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> Article | None:
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Article(
        id=row.id,
        site_id=row.site_id,
        url=row.url,
        key=row.key,
        title=row.title,
        is_closed=row.closed_at is not None,
        thread_version=row.thread_version,
    )
