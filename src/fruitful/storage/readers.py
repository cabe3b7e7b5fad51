"""Queries on readers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState, Reader, ReportState
from fruitful.storage.tables import CommentRow, ReaderRow, ReportRow


async def add(
    connection: AsyncConnection, reader: Reader, *, token_hash: bytes, created_at: datetime
) -> None:
    """Insert a reader."""
    await connection.execute(
        insert(ReaderRow).values(
            id=reader.id,
            site_id=reader.site_id,
            token_hash=token_hash,
            name=reader.name,
            created_at=created_at,
        )
    )


async def by_token(
    connection: AsyncConnection, site_id: UUID | None, token_hash: bytes
) -> Reader | None:
    """Who holds the token, with the counts that standing rests on. ``None``: any site."""
    published = (
        select(func.count())
        .where(
            CommentRow.reader_id == ReaderRow.id,
            CommentRow.state == CommentState.PUBLISHED,
        )
        .scalar_subquery()
    )
    query = select(
        ReaderRow.id,
        ReaderRow.site_id,
        ReaderRow.name,
        published.label("published_count"),
        _reports(ReportState.UPHELD).label("reports_upheld"),
        _reports(ReportState.DISMISSED).label("reports_dismissed"),
    ).where(ReaderRow.token_hash == token_hash)
    if site_id is not None:
        query = query.where(ReaderRow.site_id == site_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Reader(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        published_count=row.published_count,
        reports_upheld=row.reports_upheld,
        reports_dismissed=row.reports_dismissed,
    )


async def rename(connection: AsyncConnection, reader_id: UUID, name: str) -> None:
    """Remember the name that the reader last gave."""
    await connection.execute(update(ReaderRow).where(ReaderRow.id == reader_id).values(name=name))


def _reports(state: ReportState) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(ReportRow.reader_id == ReaderRow.id, ReportRow.state == state)
        .scalar_subquery()
    )
