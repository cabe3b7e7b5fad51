"""Once a day, at an hour of the site's choice, readers who want it get all their news in one
letter. A job, and so is forgetting what was told long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Site
from fruitful.domain.notifications import Frequency, PlannedLetter, digest_due, topic_of
from fruitful.services.world import World
from fruitful.storage import notifications, preferences, sites

TOLD_KEPT = timedelta(days=30)
"""Long enough that no job comes so late that it could tell something again."""


async def send_digests(world: World) -> None:
    """Plan the letters that have fallen due since the last run, whenever that was.

    What is told is marked in the transaction that queues its letter, so that a crash in between
    neither loses a letter nor writes a second one. What came after the site's hour waits for the
    next day.
    """
    if not world.sends_letters:
        return
    async with world.database.reading() as connection:
        every_site = await sites.every_site(connection)
    for site in every_site:
        due = _due(site, world.clock())
        async with world.database.reading() as connection:
            reader_ids = await notifications.waiting_readers(connection, site.id, before=due)
        for reader_id in reader_ids:
            async with world.database.transaction() as connection:
                await _plan(connection, world, reader_id, due)


async def forget_told(world: World) -> None:
    """Forget what readers were told a month ago, and addresses that nobody confirmed."""
    moment = world.clock()
    async with world.database.transaction() as connection:
        await notifications.forget_before(connection, moment - TOLD_KEPT)
        await preferences.drop_expired(connection, moment=moment)


async def _plan(connection: AsyncConnection, world: World, reader_id: UUID, due: datetime) -> None:
    waiting = await notifications.waiting_for(connection, reader_id, before=due)
    chosen = await preferences.of(connection, reader_id)
    wanted = {
        notification_id
        for notification_id, kind in waiting.items()
        if chosen and chosen.frequency(topic_of(kind)) is not Frequency.OFF
    }
    await notifications.keep_from_letters(connection, waiting.keys() - wanted)
    if not wanted:
        return
    letter = PlannedLetter(
        id=world.new_id(), reader_id=reader_id, is_digest=True, created_at=world.clock()
    )
    await notifications.plan_letter(connection, letter, wanted)
    await world.jobs.enqueue(connection, "send_letter", letter_id=str(letter.id))


def _due(site: Site, moment: datetime) -> datetime:
    try:
        return digest_due(moment, site.options.digest_hour, site.options.time_zone)
    except KeyError:
        # This machine knows no such zone; a letter at another hour is better than none.
        return digest_due(moment, site.options.digest_hour, "UTC")
