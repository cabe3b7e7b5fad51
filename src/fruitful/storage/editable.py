"""The query behind what a writer may still change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.storage.tables import CommentRow, RevisionRow


async def published_since(
    connection: AsyncConnection, article_id: UUID, reader_id: UUID, *, since: datetime
) -> dict[UUID, str]:
    """The texts, as typed, of a reader's published comments made since then, by comment."""
    query = (
        select(CommentRow.id, RevisionRow.text)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .where(
            CommentRow.article_id == article_id,
            CommentRow.reader_id == reader_id,
            CommentRow.state == CommentState.PUBLISHED,
            CommentRow.created_at >= since,
            RevisionRow.text.is_not(None),
        )
        .order_by(CommentRow.created_at)
    )
    rows = (await connection.execute(query)).all()
    return {row.id: row.text or "" for row in rows}
