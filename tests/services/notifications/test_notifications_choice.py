"""A reader chooses what letters they get, shows that an address is theirs, and stops it all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from fruitful.domain.errors import (
    InvalidEmail,
    LettersUnavailable,
    NotAllowed,
    TooManyRequests,
    UnknownLink,
)
from fruitful.services.notification_links import preferences_token
from fruitful.services.private_links import Asker
from fruitful.services.subscribe import (
    confirm,
    own_preferences,
    preferences_by_link,
    stop_letters,
)
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.newsroom import Person
from support.postbox import Postbox
from support.told import (
    AT_ONCE,
    DAILY,
    OFF,
    SERVER,
    do_jobs,
    reader_id_of,
    wants,
)


async def test_one_click_in_the_mail_program_stops_all_letters(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE, decisions=DAILY)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)
    (letter,) = postbox.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(rf"<{SERVER}/notifications/(\S+)/stop>", letter["List-Unsubscribe"])
    assert address

    stopped = await stop_letters(ada.world, address[1])
    await stop_letters(ada.world, address[1])
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    await do_jobs(ada.world)

    assert (stopped.preferences.replies, stopped.preferences.decisions) == (OFF, OFF)
    assert len(postbox.letters) == 1


async def test_a_link_that_was_made_up_changes_nobodys_choice(ada: Person, bob: Person) -> None:
    await bob.write("It hangs in the station.")
    link = preferences_token(ada.world, await reader_id_of(ada))
    other = preferences_token(ada.world, await reader_id_of(bob))
    half = len(link) // 2
    for made_up in (link[:half] + other[half:], link[:-2] + "AA", "", "🙂", link + "A"):
        with pytest.raises(UnknownLink):
            await stop_letters(ada.world, made_up)

    assert (await preferences_by_link(ada.world, link)).preferences.email == "ada@reader.example"


async def test_a_guest_shows_first_that_the_address_is_theirs(
    mailing: World, bob: Person, postbox: Postbox
) -> None:
    guest = Person(mailing, "Cy Guest")
    comment = (await guest.write("Who has seen the new timetable?")).comment
    asked = await wants(guest, replies=AT_ONCE, email="cy@reader.example")
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(mailing)

    assert asked.is_unconfirmed
    (question,) = postbox.letters
    assert question["To"] == "cy@reader.example"
    link = re.search(rf"{SERVER}/notifications/confirm/(\S+)", postbox.text())
    assert link

    await confirm(mailing, link[1])
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    await do_jobs(mailing)

    assert postbox.letters[-1]["Subject"].startswith("Bob replied to you")
    with pytest.raises(UnknownLink):
        await confirm(mailing, link[1])


async def test_a_question_carries_nothing_that_its_asker_wrote(
    mailing: World, postbox: Postbox
) -> None:
    guest = Person(mailing, "Buy Cheap Rugs")
    await guest.write("Who has seen the new timetable?")
    await wants(guest, replies=AT_ONCE, email="victim@reader.example")
    await do_jobs(mailing)

    (question,) = postbox.letters
    assert "Rugs" not in question.as_string()
    assert "timetable" not in question.as_string()


async def test_a_question_that_nobody_answers_runs_out(
    mailing: World, postbox: Postbox, clock: AdjustableClock
) -> None:
    guest = Person(mailing, "Cy Guest")
    await guest.write("Who has seen the new timetable?")
    await wants(guest, replies=AT_ONCE, email="cy@reader.example")
    await do_jobs(mailing)
    link = re.search(rf"{SERVER}/notifications/confirm/(\S+)", postbox.text())
    assert link
    clock.advance(timedelta(days=2, seconds=1))

    with pytest.raises(UnknownLink):
        await confirm(mailing, link[1])
    assert (await own_preferences(mailing, Asker(token=guest.token))).preferences.email is None


async def test_nobodys_mailbox_is_filled_with_questions(mailing: World) -> None:
    for number in range(3):
        guest = Person(mailing, "Cy Guest")
        await guest.write(f"Who has seen timetable number {number}?")
        await wants(guest, replies=AT_ONCE, email="Victim@reader.example")
    guest = Person(mailing, "Cy Guest")
    await guest.write("Who has seen the last of all timetables?")

    with pytest.raises(TooManyRequests):
        await wants(guest, replies=AT_ONCE, email="victim@reader.example")


async def test_a_stranger_and_a_server_without_mail_are_told_so(
    mailing: World, world: World, bob: Person
) -> None:
    with pytest.raises(NotAllowed):
        await wants(bob, replies=AT_ONCE, email="bob@reader.example")
    await bob.write("It hangs in the station.")
    with pytest.raises(InvalidEmail):
        await wants(bob, replies=AT_ONCE)
    bob.world = world
    with pytest.raises(LettersUnavailable):
        await wants(bob, replies=AT_ONCE, email="bob@reader.example")
