"""Counts of what was done in a window of time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import RateRow


async def count(connection: AsyncConnection, subject: str, window_start: datetime) -> int:
    """Count one more for the subject in the window; gives the count with this one."""
    row = insert(RateRow).values(subject=subject, window_start=window_start, count=1)
    counted = row.on_conflict_do_update(
        index_elements=[RateRow.subject, RateRow.window_start],
        set_={"count": RateRow.count + 1},
    ).returning(RateRow.count)
    return (await connection.execute(counted)).scalar_one()


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    """Drop the windows that began before the moment."""
    await connection.execute(delete(RateRow).where(RateRow.window_start < moment))
