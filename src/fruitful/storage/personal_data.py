"""Everything that is held about one reader: to give it to them, and to erase it.

Both go by the tables themselves: whatever refers to readers is covered, what comes later too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.storage.references import references_to_readers
from fruitful.storage.tables import (
    AppealRow,
    Base,
    CommentRow,
    DecisionRow,
    ReaderRow,
    ReasonRow,
    ReportRow,
    RespectRow,
    RevisionRow,
    SignalRow,
)

Rows = tuple[Mapping[str, Any], ...]

_KEYS = frozenset({"auth", "p256dh", "fingerprint", "name_key"})
"""Keys of a browser, and numbers made from a text or a name that say nothing more than these."""
_KEPT_TABLES = frozenset({"comments", "reports", "respects"})
"""What other people's decisions and counts rest on; see :func:`erase`."""


async def of_reader(connection: AsyncConnection, reader_id: UUID) -> Mapping[str, Rows]:
    """Every row about the reader, by table, without secrets. Moments are ISO 8601 text.

    Beside what refers to the reader that is what their comments said and how it was judged. What
    others did about these comments is others' data.
    """
    found: dict[str, Rows] = {}
    found["readers"] = await _rows(connection, ReaderRow.__table__, ReaderRow.id == reader_id)
    for table, column in references_to_readers():
        found[table.name] = await _rows(connection, table, column == reader_id)
    theirs = select(CommentRow.id).where(CommentRow.reader_id == reader_id).scalar_subquery()
    judged = select(DecisionRow.id).where(DecisionRow.comment_id.in_(theirs)).scalar_subquery()
    about: tuple[tuple[type[Base], ColumnElement[bool]], ...] = (
        (RevisionRow, RevisionRow.comment_id.in_(theirs)),
        (DecisionRow, DecisionRow.comment_id.in_(theirs)),
        (ReasonRow, ReasonRow.decision_id.in_(judged)),
        (SignalRow, SignalRow.decision_id.in_(judged)),
        (AppealRow, AppealRow.comment_id.in_(theirs)),
    )
    for row, which in about:
        found[row.__tablename__] = await _rows(connection, row.__table__, which)
    return {name: rows for name, rows in found.items() if rows}


async def erase(connection: AsyncConnection, reader_id: UUID) -> None:
    """Delete what only concerns the reader, and take their words out of what concerns others.

    Their comments stay for the caller to decide about. Their reports stay without their notes,
    as a decision may rest on them; the respect they gave is taken back. That there was a reader
    stays, without anything to tell who.
    """
    for table, column in references_to_readers():
        if table.name not in _KEPT_TABLES:
            await connection.execute(delete(table).where(column == reader_id))
    given = select(RespectRow.comment_id).where(RespectRow.reader_id == reader_id)
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id.in_(given.scalar_subquery()))
        .values(respect_count=func.greatest(CommentRow.respect_count - 1, 0))
    )
    await connection.execute(delete(RespectRow).where(RespectRow.reader_id == reader_id))
    await connection.execute(
        update(ReportRow).where(ReportRow.reader_id == reader_id).values(note="", address_hash="")
    )
    theirs = select(CommentRow.id).where(CommentRow.reader_id == reader_id).scalar_subquery()
    await connection.execute(
        update(AppealRow).where(AppealRow.comment_id.in_(theirs)).values(text=None)
    )


async def comments_of(connection: AsyncConnection, reader_id: UUID) -> Mapping[UUID, CommentState]:
    """All the reader's comments with where they stand, locked until the transaction ends."""
    query = (
        select(CommentRow.id, CommentRow.state)
        .where(CommentRow.reader_id == reader_id)
        .order_by(CommentRow.id)
        .with_for_update()
    )
    return {row.id: CommentState(row.state) for row in await connection.execute(query)}


async def erase_texts(
    connection: AsyncConnection, reader_id: UUID, *, keep_published: bool
) -> None:
    """Erase what the reader's comments said, or all but what is published now."""
    theirs = RevisionRow.comment_id == CommentRow.id
    which = [theirs, CommentRow.reader_id == reader_id]
    if keep_published:
        is_shown = (CommentRow.state == CommentState.PUBLISHED) & (
            CommentRow.revision == RevisionRow.number
        )
        which.append(~is_shown)
    await connection.execute(
        update(RevisionRow).where(*which).values(text=None, html="", fingerprint=[])
    )


async def forget_addresses(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget from which hashed address a report came, once that no longer tells blocs apart."""
    await connection.execute(
        update(ReportRow)
        .where(ReportRow.created_at < before, ReportRow.address_hash != "")
        .values(address_hash="")
    )


async def _rows(connection: AsyncConnection, table: Any, which: ColumnElement[bool]) -> Rows:
    columns = [
        column
        for column in table.columns
        if column.name not in _KEYS and not isinstance(column.type, LargeBinary)
    ]
    rows = await connection.execute(select(*columns).where(which))
    return tuple({name: _plain(value) for name, value in row._mapping.items()} for row in rows)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
