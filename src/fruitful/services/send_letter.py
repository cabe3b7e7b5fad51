"""Write a planned letter from what still holds, and hand it to the mail server. A job."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.language import language_for
from fruitful.domain.letters import Letter, LetterDelayed, LetterRefused
from fruitful.domain.notifications import (
    Frequency,
    PlannedLetter,
    Preferences,
    topic_of,
)
from fruitful.notifications.letter_writing import LetterContents, news_letter
from fruitful.services.notification_links import links_for
from fruitful.services.world import World
from fruitful.storage import notifications, preferences, sites

log = structlog.get_logger(__name__)


async def send_letter(world: World, letter_id: UUID) -> None:
    """Send the letter, unless it was sent, or nothing in it is worth telling any more.

    It is marked as handed over before the mail server is spoken to: after a crash in between it
    is lost, because it must not come twice; all that it tells stands in the page too. A server
    that refuses it for good counts against the address, one that takes it makes good for that.

    Raises `LetterDelayed`, so that the queue tries again later.
    """
    if world.mailer is None:
        raise LetterDelayed("no mail server is set")
    async with world.database.transaction() as connection:
        planned = await notifications.claim_letter(connection, letter_id, moment=world.clock())
        if planned is None:
            return
        chosen = await preferences.of(connection, planned.reader_id)
        letter = await _write(connection, world, planned, chosen)
    if letter is None or chosen is None:
        return
    try:
        await world.mailer.send(letter)
    except LetterDelayed:
        async with world.database.transaction() as connection:
            await notifications.return_letter(connection, letter_id)
        raise
    except LetterRefused as refused:
        log.warning("letter.refused", letter_id=str(letter_id), reply=str(refused))
        failures = chosen.failures + 1
    else:
        failures = 0
    if failures != chosen.failures:
        async with world.database.transaction() as connection:
            await preferences.set_failures(connection, chosen.reader_id, failures)


async def _write(
    connection: AsyncConnection,
    world: World,
    planned: PlannedLetter,
    chosen: Preferences | None,
) -> Letter | None:
    if chosen is None or chosen.email is None or world.public_url is None:
        return None
    news = tuple(
        item
        for item in await notifications.in_letter(connection, planned.id)
        if item.is_current and chosen.frequency(topic_of(item.kind)) is not Frequency.OFF
    )
    site = await sites.by_id(connection, chosen.site_id)
    if not news or site is None:
        return None
    contents = LetterContents(
        letter=planned,
        news=news,
        site_name=site.name,
        language=language_for(chosen.language),
        links=links_for(world, chosen.reader_id, news),
    )
    return news_letter(contents, chosen.email)
