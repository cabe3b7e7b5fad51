"""What a reader is told about their own comments and reports, until they have read it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Notice
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import notices


async def leave_notice(
    connection: AsyncConnection, world: World, notice: Notice, *, reader_id: UUID, subject_id: UUID
) -> None:
    """Tell the reader something of the subject, once: in the page, and outside it if they asked
    to be told there."""
    await notices.add(connection, notice, reader_id=reader_id, subject_id=subject_id)
    if world.reaches_out:
        await world.jobs.enqueue(connection, "notify_about_notice", notice_id=str(notice.id))


async def unread_notices(world: World, reader_token: str | None) -> tuple[Notice, ...]:
    """What the holder of the token has not read yet, oldest first; nothing for a stranger."""
    async with world.database.reading() as connection:
        reader = await recognise(connection, world, None, reader_token)
        return await notices.unread(connection, reader.id) if reader else ()


async def mark_notices_read(world: World, reader_token: str | None, ids: Collection[UUID]) -> None:
    """Note that the holder of the token has read these. Notices of others are left alone."""
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, reader_token)
        if reader is not None and ids:
            await notices.mark_read(connection, reader.id, ids, moment=world.clock())
