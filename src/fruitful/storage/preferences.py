"""Queries on what readers want to be told outside the page."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import PreferenceRow


async def feed_number(connection: AsyncConnection, reader_id: UUID) -> int:
    """How often the reader has renewed the address of their feed."""
    query = select(PreferenceRow.feed_number).where(PreferenceRow.reader_id == reader_id)
    return (await connection.execute(query)).scalar_one_or_none() or 0


async def renew_feed(connection: AsyncConnection, reader_id: UUID, *, moment: datetime) -> int:
    """Make the former address of the reader's feed void; gives the new number."""
    row = insert(PreferenceRow).values(reader_id=reader_id, feed_number=1, updated_at=moment)
    renewed = row.on_conflict_do_update(
        index_elements=[PreferenceRow.reader_id],
        set_={"feed_number": PreferenceRow.feed_number + 1, "updated_at": moment},
    ).returning(PreferenceRow.feed_number)
    return (await connection.execute(renewed)).scalar_one()
