"""Counts of the notes that writers were shown before they posted."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.nudges import NudgeCounts
from fruitful.storage.tables import NudgeRow

NudgeKind = Literal["shown", "mended", "posted_anyway"]


async def count(connection: AsyncConnection, site_id: UUID, day: date, kind: NudgeKind) -> None:
    """Count one more of the kind among the notes shown on that day."""
    column = getattr(NudgeRow, kind)
    await connection.execute(
        insert(NudgeRow)
        .values(site_id=site_id, day=day, **{kind: 1})
        .on_conflict_do_update(
            index_elements=[NudgeRow.site_id, NudgeRow.day], set_={kind: column + 1}
        )
    )


async def counted(
    connection: AsyncConnection, *, since: date, site_id: UUID | None = None
) -> NudgeCounts:
    """What came of the notes shown from that day on, at one site or at all."""
    query = select(
        func.coalesce(func.sum(NudgeRow.shown), 0),
        func.coalesce(func.sum(NudgeRow.mended), 0),
        func.coalesce(func.sum(NudgeRow.posted_anyway), 0),
    ).where(NudgeRow.day >= since)
    if site_id is not None:
        query = query.where(NudgeRow.site_id == site_id)
    shown, mended, posted_anyway = (await connection.execute(query)).one()
    return NudgeCounts(shown=int(shown), mended=int(mended), posted_anyway=int(posted_anyway))
