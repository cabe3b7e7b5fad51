"""Respect that readers give to comments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import CommentRow, RespectRow


async def give(
    connection: AsyncConnection, comment_id: UUID, reader_id: UUID, moment: datetime
) -> int | None:
    """Give respect, and tell the comment's count; ``None`` when this reader gave it before."""
    given = await connection.execute(
        insert(RespectRow)
        .values(comment_id=comment_id, reader_id=reader_id, created_at=moment)
        .on_conflict_do_nothing()
        .returning(RespectRow.comment_id)
    )
    if given.one_or_none() is None:
        return None
    return await connection.scalar(
        update(CommentRow)
        .where(CommentRow.id == comment_id)
        .values(respect_count=CommentRow.respect_count + 1)
        .returning(CommentRow.respect_count)
    )


async def give_together(
    connection: AsyncConnection, comment_id: UUID, reader_ids: list[UUID], moment: datetime
) -> None:
    """Give the respect of several readers, none of whom has given theirs before, at once."""
    if not reader_ids:
        return
    rows = [
        {"comment_id": comment_id, "reader_id": reader_id, "created_at": moment}
        for reader_id in reader_ids
    ]
    await connection.execute(insert(RespectRow), rows)
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id)
        .values(respect_count=CommentRow.respect_count + len(rows))
    )
