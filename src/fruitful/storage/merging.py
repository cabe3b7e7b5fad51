"""Make what one reader did another reader's: they have turned out to be one person."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    Column,
    PrimaryKeyConstraint,
    ScalarSelect,
    Table,
    UniqueConstraint,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.references import references_to_readers
from fruitful.storage.tables import CommentRow, ReaderRow, RespectRow


async def merge(connection: AsyncConnection, guest_id: UUID, reader_id: UUID) -> None:
    """Give the reader all that refers to the guest, and drop the guest.

    Every table that refers to readers is covered, those that come later too. What both did, such
    as respect for one comment, counts once.
    """
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id.in_(_respected_by_both(guest_id, reader_id)))
        .values(respect_count=func.greatest(CommentRow.respect_count - 1, 0))
    )
    for table, column in references_to_readers():
        await _hand_over(connection, (table, column), guest_id, reader_id)
    await connection.execute(delete(ReaderRow).where(ReaderRow.id == guest_id))


def _respected_by_both(guest_id: UUID, reader_id: UUID) -> ScalarSelect[UUID]:
    return (
        select(RespectRow.comment_id)
        .where(RespectRow.reader_id.in_([guest_id, reader_id]))
        .group_by(RespectRow.comment_id)
        .having(func.count() == 2)
        .scalar_subquery()
    )


async def _hand_over(
    connection: AsyncConnection,
    place: tuple[Table, Column[UUID]],
    guest_id: UUID,
    reader_id: UUID,
) -> None:
    table, column = place
    for constraint in table.constraints:
        if not isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            continue
        if column.name in constraint.columns:
            theirs = table.alias()
            same = and_(
                theirs.c[column.name] == reader_id,
                *(
                    theirs.c[other.name] == table.c[other.name]
                    for other in constraint.columns
                    if other.name != column.name
                ),
            )
            both = select(theirs.c[column.name]).where(same).exists()
            await connection.execute(delete(table).where(column == guest_id, both))
    await connection.execute(
        update(table).where(column == guest_id).values({column.name: reader_id})
    )
