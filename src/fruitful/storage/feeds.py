"""Queries behind the feeds: what feeds are about, and the newest comments of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import CommentState
from fruitful.domain.feeds import LONGEST_FEED, FeedComment, FeedSource
from fruitful.storage.tables import ArticleRow, CommentRow, ReaderRow, RevisionRow, SiteRow


async def article(connection: AsyncConnection, article_id: UUID) -> FeedSource | None:
    """The article as what a feed is about."""
    query = select(ArticleRow.id, ArticleRow.title, ArticleRow.url, ArticleRow.created_at).where(
        ArticleRow.id == article_id
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    name = row.title or row.url.partition("://")[2]
    return FeedSource(id=row.id, name=name, home_url=row.url, created_at=row.created_at)


async def site(connection: AsyncConnection, slug: str) -> FeedSource | None:
    """The site with this short name as what a feed is about."""
    query = select(SiteRow.id, SiteRow.name, SiteRow.origins, SiteRow.created_at)
    row = (await connection.execute(query.where(SiteRow.slug == slug))).one_or_none()
    if row is None:
        return None
    return FeedSource(id=row.id, name=row.name, home_url=row.origins[0], created_at=row.created_at)


async def reader(connection: AsyncConnection, reader_id: UUID) -> FeedSource | None:
    """The reader as somebody who is replied to, unless the account has been deleted."""
    query = (
        select(ReaderRow.id, SiteRow.name, SiteRow.origins, ReaderRow.created_at)
        .join(SiteRow, SiteRow.id == ReaderRow.site_id)
        .where(ReaderRow.id == reader_id, ReaderRow.erased_at.is_(None))
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return FeedSource(id=row.id, name=row.name, home_url=row.origins[0], created_at=row.created_at)


async def newest_beneath(connection: AsyncConnection, article_id: UUID) -> tuple[FeedComment, ...]:
    """The newest comments beneath the article, newest first."""
    return await _newest(connection, _published().where(CommentRow.article_id == article_id))


async def newest_on(connection: AsyncConnection, site_id: UUID) -> tuple[FeedComment, ...]:
    """The newest comments on the whole site, newest first."""
    return await _newest(connection, _published().where(ArticleRow.site_id == site_id))


async def newest_replies(connection: AsyncConnection, reader_id: UUID) -> tuple[FeedComment, ...]:
    """The newest replies of others to the reader's comments, newest first."""
    answered = aliased(CommentRow)
    # Article and root are part of the join because they have an index, and parents have none.
    query = _published().join(
        answered,
        and_(
            answered.reader_id == reader_id,
            answered.article_id == CommentRow.article_id,
            answered.root_id == CommentRow.root_id,
            answered.id == CommentRow.parent_id,
        ),
    )
    return await _newest(connection, query.where(CommentRow.reader_id != reader_id))


def _published() -> Select[*tuple[Any, ...]]:
    return (
        select(
            CommentRow.id,
            CommentRow.author_name,
            RevisionRow.html,
            ArticleRow.url,
            ArticleRow.title,
            CommentRow.created_at,
            CommentRow.edited_at,
        )
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .where(CommentRow.state == CommentState.PUBLISHED)
    )


async def _newest(
    connection: AsyncConnection, query: Select[*tuple[Any, ...]]
) -> tuple[FeedComment, ...]:
    newest = query.order_by(CommentRow.created_at.desc(), CommentRow.id.desc()).limit(LONGEST_FEED)
    return tuple(
        FeedComment(
            id=row.id,
            author_name=row.author_name,
            html=row.html,
            article_url=row.url,
            article_title=row.title,
            created_at=row.created_at,
            edited_at=row.edited_at,
        )
        for row in (await connection.execute(newest)).all()
    )
