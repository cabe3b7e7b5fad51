"""Letters are stored with the change that they tell of, and sent by a job after its commit.

The job carries the letter's id only, because the queue's log shows what jobs carry. A letter is
erased as soon as the mail server has it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.letters import Letter, LetterDelayed, LetterRefused
from fruitful.services.world import World
from fruitful.storage import outgoing_mail

log = structlog.get_logger(__name__)

LETTERS_KEPT = timedelta(days=1)
"""What the queue's own retries, which end after some hours, could not deliver is given up."""


async def post(connection: AsyncConnection, world: World, letter: Letter) -> UUID:
    """Have the letter sent once the caller's transaction has been committed."""
    letter_id = world.new_id()
    await outgoing_mail.add(connection, letter_id, letter, created_at=world.clock())
    await world.jobs.enqueue(connection, "send_mail", letter_id=str(letter_id))
    return letter_id


async def send_mail(world: World, letter_id: UUID) -> None:
    """Send a stored letter and erase it; one that is refused for good is erased too.

    Raises `LetterDelayed`, so that the queue tries again later. A crash between the mail server's
    yes and the erasure sends a letter twice; the other order would lose it.
    """
    async with world.database.reading() as connection:
        letter = await outgoing_mail.by_id(connection, letter_id)
    if letter is None:
        return
    if world.mailer is None:
        raise LetterDelayed("no mail server is set")
    try:
        await world.mailer.send(letter)
    except LetterRefused as refused:
        log.warning("mail.refused", letter=str(letter_id), reply=str(refused))
    async with world.database.transaction() as connection:
        await outgoing_mail.remove(connection, letter_id)
