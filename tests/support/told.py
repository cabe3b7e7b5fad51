"""Readers who are told things outside the page, and the jobs that tell them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from fruitful.domain.notifications import Choice, Frequency
from fruitful.jobs.handlers import JOBS
from fruitful.jobs.worker import JobWorker
from fruitful.notifications.mail import SmtpMailer
from fruitful.services.private_links import Asker
from fruitful.services.readers import recognise
from fruitful.services.subscribe import Standing, Wish, choose
from fruitful.services.world import World
from fruitful.storage import readers
from fruitful.storage.tables import LetterRow
from support.newsroom import Person
from support.postbox import Postbox

SERVER = "https://comments.paper.example"
FAIR = "The council should publish what the bridge has cost so far."
HELD = "A comment that has to wait. [discourtesy 0.7]"
AT_ONCE, DAILY, OFF = Frequency.AT_ONCE, Frequency.DAILY, Frequency.OFF


def with_mail(world: World, postbox: Postbox) -> World:
    """The same world with a mail server."""
    mailer = SmtpMailer(postbox.url, "The Paper <comments@paper.example>")
    return replace(world, mailer=mailer, public_url=SERVER)


async def do_jobs(world: World) -> None:
    """Do what was queued with a write; what runs by the clock is left to tests of it."""
    on_demand = [job for job in JOBS if job.cron is None]
    await JobWorker(world.database.url, world, on_demand).run_until_idle()


async def reader_id_of(person: Person) -> UUID:
    """The id behind the person's token."""
    async with person.world.database.reading() as connection:
        reader = await recognise(connection, person.world, None, person.token)
    assert reader
    return reader.id


async def has_email(person: Person, email: str) -> None:
    """The person has shown the address to be theirs, as by signing in."""
    reader_id = await reader_id_of(person)
    async with person.world.database.transaction() as connection:
        await readers.set_email(connection, reader_id, email)


async def wants(
    person: Person,
    *,
    replies: Frequency = Frequency.OFF,
    decisions: Frequency = Frequency.OFF,
    email: str | None = None,
    language: str = "en",
) -> Standing:
    """The person chooses what to be told by letter."""
    choice = Choice(replies=replies, decisions=decisions, language=language)
    wish = Wish(
        asker=Asker(token=person.token), choice=choice, email=email, address_hash=person.address
    )
    return await choose(person.world, wish)


async def planned_letters(world: World) -> list[UUID]:
    """The letters that were ever planned."""
    async with world.database.reading() as connection:
        return list((await connection.execute(select(LetterRow.id))).scalars())
