"""Queries on what readers are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Notice
from fruitful.storage.tables import NoticeRow

UNREAD_SHOWN = 50
"""How many unread notices a reader is shown at once."""


async def add(
    connection: AsyncConnection, notice: Notice, *, reader_id: UUID, subject_id: UUID
) -> None:
    """Tell the reader something, unless they were told the same of the same subject before."""
    await connection.execute(
        insert(NoticeRow)
        .values(
            id=notice.id,
            reader_id=reader_id,
            kind=notice.kind,
            comment_id=notice.comment_id,
            subject_id=subject_id,
            details=dict(notice.details),
            created_at=notice.created_at,
        )
        .on_conflict_do_nothing()
    )


async def unread(connection: AsyncConnection, reader_id: UUID) -> tuple[Notice, ...]:
    """What the reader has not read yet, oldest first."""
    query = (
        select(
            NoticeRow.id,
            NoticeRow.kind,
            NoticeRow.comment_id,
            NoticeRow.created_at,
            NoticeRow.details,
        )
        .where(NoticeRow.reader_id == reader_id, NoticeRow.read_at.is_(None))
        .order_by(NoticeRow.created_at, NoticeRow.id)
        .limit(UNREAD_SHOWN)
    )
    rows = (await connection.execute(query)).all()
    return tuple(
        Notice(
            id=row.id,
            kind=row.kind,
            comment_id=row.comment_id,
            created_at=row.created_at,
            details=row.details,
        )
        for row in rows
    )


async def mark_read(
    connection: AsyncConnection, reader_id: UUID, ids: Collection[UUID], *, moment: datetime
) -> None:
    """Note that the reader has read these; those of others are left alone."""
    await connection.execute(
        update(NoticeRow)
        .where(
            NoticeRow.reader_id == reader_id,
            NoticeRow.id.in_(list(ids)),
            NoticeRow.read_at.is_(None),
        )
        .values(read_at=moment)
    )


async def withdraw(connection: AsyncConnection, subject_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Take back what nobody has read yet about these reports and actions; gives those subjects."""
    withdrawn = await connection.execute(
        delete(NoticeRow)
        .where(NoticeRow.subject_id.in_(list(subject_ids)), NoticeRow.read_at.is_(None))
        .returning(NoticeRow.subject_id)
    )
    return frozenset(withdrawn.scalars())
