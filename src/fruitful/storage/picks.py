"""The newsroom's picks, and the one comment of an article that it pins."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.domain.newsroom import Candidate, Marks
from fruitful.storage import comments, queue
from fruitful.storage.tables import CommentRow

_LATELY = 2_000
"""So many of the newest comments are looked at."""


async def set_picked(
    connection: AsyncConnection, comment_id: UUID, picked_at: datetime | None
) -> bool:
    """Pick the comment, or with ``None`` take the pick back; false where that changes nothing."""
    wanted = CommentRow.picked_at.is_(None) if picked_at else CommentRow.picked_at.is_not(None)
    changed = await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id, wanted)
        .values(picked_at=picked_at)
        .returning(CommentRow.id)
    )
    return changed.one_or_none() is not None


async def pin(
    connection: AsyncConnection, article_id: UUID, comment_id: UUID, pinned_at: datetime
) -> bool:
    """Pin the comment in place of another one; false where it is pinned already."""
    if await _is_pinned(connection, comment_id):
        return False
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.article_id == article_id, CommentRow.pinned_at.is_not(None))
        .values(pinned_at=None)
    )
    await connection.execute(
        update(CommentRow).where(CommentRow.id == comment_id).values(pinned_at=pinned_at)
    )
    return True


async def unpin(connection: AsyncConnection, comment_id: UUID) -> bool:
    """Take the pin back; false where there is none."""
    changed = await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id, CommentRow.pinned_at.is_not(None))
        .values(pinned_at=None)
        .returning(CommentRow.id)
    )
    return changed.one_or_none() is not None


async def drop(connection: AsyncConnection, comment_id: UUID) -> None:
    """Take back pick and pin of a comment that is not what the newsroom chose any more."""
    await connection.execute(
        update(CommentRow)
        .where(
            CommentRow.id == comment_id,
            or_(CommentRow.picked_at.is_not(None), CommentRow.pinned_at.is_not(None)),
        )
        .values(picked_at=None, pinned_at=None)
    )


async def _is_pinned(connection: AsyncConnection, comment_id: UUID) -> bool:
    pinned_at = await connection.scalar(
        select(CommentRow.pinned_at).where(CommentRow.id == comment_id)
    )
    return pinned_at is not None


async def marks(connection: AsyncConnection, comment_id: UUID) -> Marks | None:
    """Whether the comment is picked or pinned; ``None`` where there is none."""
    query = select(CommentRow.picked_at, CommentRow.pinned_at).where(CommentRow.id == comment_id)
    row = (await connection.execute(query)).one_or_none()
    return _marks(row) if row else None


async def candidates(connection: AsyncConnection, *, limit: int) -> tuple[Candidate, ...]:
    """The most fruitful of what was published last, since nobody picks what nobody reads any more;
    what is marked already is among them."""
    recent = (
        select(CommentRow.id)
        .where(CommentRow.state == CommentState.PUBLISHED)
        # Ids sort by time, and have an index.
        .order_by(CommentRow.id.desc())
        .limit(_LATELY)
    )
    query = (
        select(CommentRow.id, CommentRow.article_id, CommentRow.picked_at, CommentRow.pinned_at)
        .where(CommentRow.id.in_(recent))
        .order_by(
            CommentRow.fruitfulness.desc(), CommentRow.created_at.desc(), CommentRow.id.desc()
        )
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    found = await comments.by_ids(connection, [row.id for row in rows])
    beneath = await queue.articles(connection, {row.article_id for row in rows})
    return tuple(
        Candidate(comment=found[row.id], article=beneath[row.article_id], marks=_marks(row))
        for row in rows
        if row.id in found
    )


def _marks(row: Any) -> Marks:
    return Marks(is_pick=row.picked_at is not None, is_pinned=row.pinned_at is not None)
