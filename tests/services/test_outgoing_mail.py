"""Letters reach a real mail server, and leave nothing behind here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from fruitful.domain.letters import Letter, LetterDelayed, LetterRefused
from fruitful.jobs.worker import JobWorker
from fruitful.notifications.mail import SmtpMailer
from fruitful.services.outgoing_mail import post, send_mail
from fruitful.services.world import World
from fruitful.storage import outgoing_mail
from support.postbox import Postbox, open_postbox

SENDER = "The Paper <comments@paper.example>"
LETTER = Letter(
    recipient="ada@reader.example",
    subject="Your code – für Ada",
    text="Good morning, Ada.\n",
    html="<p>Good morning, Ada.</p>",
    headers={"List-Unsubscribe": "<https://paper.example/stop>"},
)


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


async def stored(world: World, letter: Letter = LETTER) -> UUID:
    async with world.database.transaction() as connection:
        return await post(connection, world, letter)


async def is_kept(world: World, letter_id: UUID) -> bool:
    async with world.database.reading() as connection:
        return await outgoing_mail.by_id(connection, letter_id) is not None


async def test_a_letter_arrives_as_it_was_written_and_is_erased_here(
    world: World, postbox: Postbox
) -> None:
    sending = replace(world, mailer=SmtpMailer(postbox.url, SENDER))
    letter_id = await stored(sending)
    await JobWorker(world.database.url, sending).run_until_idle()

    (letter,) = postbox.letters
    assert letter["To"] == "ada@reader.example"
    assert letter["From"] == SENDER
    assert letter["Subject"] == LETTER.subject
    assert letter["List-Unsubscribe"] == "<https://paper.example/stop>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "@paper.example>" in letter["Message-ID"]
    assert postbox.text() == LETTER.text
    assert not await is_kept(world, letter_id)


async def test_a_letter_that_cannot_be_sent_now_is_kept_for_later(
    world: World, postbox: Postbox
) -> None:
    sending = replace(world, mailer=SmtpMailer(postbox.url, SENDER))
    letter_id = await stored(sending)
    postbox.reply = "451 greylisted"
    with pytest.raises(LetterDelayed):
        await send_mail(sending, letter_id)
    assert await is_kept(world, letter_id)
    postbox.reply = None
    await send_mail(sending, letter_id)

    assert len(postbox.letters) == 1
    assert not await is_kept(world, letter_id)


async def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    world: World, postbox: Postbox
) -> None:
    sending = replace(world, mailer=SmtpMailer(postbox.url, SENDER))
    postbox.reply = "550 no such person"
    letter_id = await stored(sending)
    await send_mail(sending, letter_id)

    assert postbox.letters == []
    assert not await is_kept(world, letter_id)


async def test_a_letter_waits_until_there_is_a_mail_server(world: World) -> None:
    letter_id = await stored(world)
    with pytest.raises(LetterDelayed):
        await send_mail(world, letter_id)

    assert await is_kept(world, letter_id)


async def test_a_server_out_of_reach_delays_a_letter() -> None:
    with pytest.raises(LetterDelayed):
        await SmtpMailer("smtp://127.0.0.1:1", SENDER).send(LETTER)


@pytest.mark.parametrize(("host", "is_told"), [("127.0.0.1", True), ("127.0.0.2", False)])
async def test_a_password_is_told_to_another_machine_only_through_tls(
    host: str, is_told: bool
) -> None:
    async with open_postbox(host) as postbox:
        mailer = SmtpMailer(postbox.url.replace("//", "//paper:secret%21@"), SENDER)
        if is_told:
            await mailer.send(LETTER)
        else:
            with pytest.raises(LetterDelayed):
                await mailer.send(LETTER)

    assert postbox.passwords == ([b"secret!"] if is_told else [])


async def test_an_address_cannot_smuggle_in_another_recipient(postbox: Postbox) -> None:
    smuggler = replace(LETTER, recipient="ada@reader.example\r\nBcc: all@reader.example")
    with pytest.raises(LetterRefused):
        await SmtpMailer(postbox.url, SENDER).send(smuggler)

    assert postbox.letters == []
