"""Queries that follow an account into its comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.storage.tables import CommentRow, ReaderRow

Touched = Mapping[UUID, UUID]
"""The articles whose threads look different now, each with one of the comments."""


async def published_in(connection: AsyncConnection, reader_id: UUID) -> Touched:
    """Where the reader has published comments."""
    query = select(CommentRow.article_id, CommentRow.id, CommentRow.state).where(
        CommentRow.reader_id == reader_id
    )
    return _touched(await connection.execute(query))


async def rename_comments(
    connection: AsyncConnection, reader_id: UUID, before: str, after: str
) -> Touched:
    """Put the new name on the reader's comments that carry the former one."""
    renamed = (
        update(CommentRow)
        .where(CommentRow.reader_id == reader_id, CommentRow.author_name == before)
        .values(author_name=after)
        .returning(CommentRow.article_id, CommentRow.id, CommentRow.state)
    )
    return _touched(await connection.execute(renamed))


async def anonymise(connection: AsyncConnection, reader_id: UUID, *, moment: datetime) -> Touched:
    """Take the reader's name from them and from all they wrote."""
    await connection.execute(
        update(ReaderRow)
        .where(ReaderRow.id == reader_id)
        .values(name="", name_key=None, badge=None, email=None, erased_at=moment)
    )
    nameless = (
        update(CommentRow)
        .where(CommentRow.reader_id == reader_id)
        .values(author_name="")
        .returning(CommentRow.article_id, CommentRow.id, CommentRow.state)
    )
    return _touched(await connection.execute(nameless))


def _touched(rows: Iterable[Row[UUID, UUID, str]]) -> Touched:
    return {article: comment for article, comment, state in rows if state == CommentState.PUBLISHED}
