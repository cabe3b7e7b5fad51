"""Readers are told of replies and decisions by letter: who asked for it, and nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fruitful.domain.conversation import ReportReason
from fruitful.domain.errors import (
    InvalidEmail,
    LettersUnavailable,
    NotAllowed,
    TooManyRequests,
    UnknownLink,
)
from fruitful.domain.notifications import Choice, Frequency
from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import delete_comment
from fruitful.services.digest import send_digests
from fruitful.services.notification_links import preferences_token
from fruitful.services.notify_readers import notify_about_comment
from fruitful.services.private_links import Asker
from fruitful.services.send_letter import send_letter
from fruitful.services.subscribe import (
    choose_by_link,
    confirm,
    own_preferences,
    preferences_by_link,
    stop_letters,
)
from fruitful.services.world import Limits, World
from support.clock import AdjustableClock
from support.desk import open_desk, report
from support.newsroom import Person, open_site
from support.postbox import Postbox, open_postbox
from support.scripted import scripted_engine
from support.told import SERVER, do_jobs, has_email, planned_letters, reader_id_of, wants, with_mail

FAIR = "The council should publish what the bridge has cost so far."
HELD = "A comment that has to wait. [discourtesy 0.7]"
AT_ONCE, DAILY, OFF = Frequency.AT_ONCE, Frequency.DAILY, Frequency.OFF


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def mailing(world: World, postbox: Postbox) -> World:
    world = with_mail(world, postbox)
    await open_site(world)
    return world


@pytest.fixture
async def ada(mailing: World) -> Person:
    """A reader with a published comment and an address that is hers."""
    ada = Person(mailing, "Ada Reader")
    await ada.write(FAIR)
    await has_email(ada, "ada@reader.example")
    return ada


@pytest.fixture
def bob(mailing: World) -> Person:
    return Person(mailing, "Bob")


async def test_a_reader_who_asked_is_told_of_a_reply(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs *in the station*.", parent=comment.id)).comment

    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["To"] == "ada@reader.example"
    assert letter["Subject"] == "Bob replied to you: paper.example/2026/bridge"
    for body in (letter.get_body(("plain",)), letter.get_body(("html",))):
        assert body
        said = body.get_content()
        assert "It hangs in the station." in said
        assert f"{SERVER}/comments/{reply.id}" in said


async def test_nobody_is_told_what_they_did_not_ask_for(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)
    await wants(ada, decisions=AT_ONCE)
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    await do_jobs(ada.world)

    assert postbox.letters == []


async def test_nobody_is_told_of_their_own_reply(ada: Person, postbox: Postbox) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await ada.write("I have found it meanwhile.", parent=comment.id)
    await do_jobs(ada.world)

    assert postbox.letters == []


async def test_a_reader_is_told_who_mentions_them(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    await bob.write("I agree with @Ada Reader about the cost.")
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["Subject"] == "Bob mentioned you: paper.example/2026/bridge"


async def test_who_is_answered_and_mentioned_is_told_once(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs in the station, @Ada Reader.", parent=comment.id)).comment
    await do_jobs(ada.world)
    await notify_about_comment(ada.world, reply.id)
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["Subject"].startswith("Bob replied to you")


async def test_a_held_reply_is_told_of_when_a_moderator_lets_it_through(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    held = (await bob.write(HELD, parent=comment.id)).comment
    await do_jobs(ada.world)
    assert postbox.letters == []

    await (await open_desk(ada.world)).approve(held.id)
    await do_jobs(ada.world)

    assert "A comment that has to wait." in postbox.text()


async def test_a_reply_that_is_gone_before_its_letter_is_not_told_of(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs in the station.", parent=comment.id)).comment
    await notify_about_comment(ada.world, reply.id)
    await delete_comment(ada.world, reply.id, bob.token)
    await do_jobs(ada.world)

    assert postbox.letters == []


async def test_a_letter_hides_what_the_page_hides_and_quotes_only_a_part(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    long = "It hangs in the station, beside the clock that nobody has wound. " * 20
    await bob.write(f"<b>Look:</b> {long}", parent=comment.id)
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    body = letter.get_body(("html",))
    assert body
    html = body.get_content()
    assert "&lt;b&gt;Look:&lt;/b&gt;" in html
    quoted = "\n".join(re.findall(r"^> .*$", postbox.text(), re.MULTILINE))
    assert len(quoted) < 320
    assert quoted.endswith("…")


async def test_a_letter_follows_nobody(ada: Person, bob: Person, postbox: Postbox) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    body = letter.get_body(("html",))
    assert body
    html = body.get_content()
    assert not re.search(r"<img|<script|<link|url\(|src=", html)
    links = re.findall(r'href="([^"]+)"', html)
    assert links
    assert all(link.startswith(SERVER) and "?" not in link for link in links)


async def test_letters_about_one_conversation_are_gathered_by_mail_programs(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    await do_jobs(ada.world)

    first, second = postbox.letters
    assert first["References"] == second["References"]
    assert first["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@comments.paper.example>")
    assert first["Auto-Submitted"] == "auto-generated"


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


@pytest.mark.parametrize(
    ("decide", "sentence"),
    [
        ("approve", "A moderator has read your comment"),
        ("reject", "decided not to publish it"),
    ],
)
async def test_a_writer_is_told_what_was_decided_on_their_comment(
    ada: Person, postbox: Postbox, decide: str, sentence: str
) -> None:
    await wants(ada, decisions=AT_ONCE)
    held = (await ada.write(HELD)).comment
    await getattr(await open_desk(ada.world), decide)(held.id)
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["Subject"] == "About your comment: paper.example/2026/bridge"
    assert sentence in postbox.text().replace("\n", " ")
    assert ("A comment that has to wait" in postbox.text()) is (decide == "approve")


async def test_a_writer_whose_comment_was_taken_down_is_told_the_rule_and_how_to_contest(
    ada: Person, postbox: Postbox
) -> None:
    await wants(ada, decisions=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await (await open_desk(ada.world)).reject(comment.id)
    await do_jobs(ada.world)

    assert f"{SERVER}/comments/{comment.id}/decision?key=" in postbox.text()
    assert "timetable" not in postbox.text()


async def test_a_decision_that_was_taken_back_is_not_told(ada: Person, postbox: Postbox) -> None:
    await wants(ada, decisions=AT_ONCE)
    held = (await ada.write(HELD)).comment
    desk = await open_desk(ada.world)
    await desk.approve(held.id)
    await desk.undo(held.id)
    await do_jobs(ada.world)

    assert postbox.letters == []


async def test_a_reporter_is_told_what_came_of_it(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, decisions=AT_ONCE)
    comment = (await bob.write("It hangs in the station.")).comment
    await report(ada, comment.id, ReportReason.SPAM)
    await (await open_desk(ada.world)).reject(comment.id)
    await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["Subject"] == "About your report: paper.example/2026/bridge"
    assert "it has been taken down" in postbox.text()


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


async def test_an_address_that_keeps_refusing_gets_no_more_letters(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    postbox.reply = "550 no such person"
    for number in range(3):
        await bob.write(f"It hangs in station number {number * 7919}.", parent=comment.id)
        await do_jobs(ada.world)
    postbox.reply = None
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    await do_jobs(ada.world)
    assert postbox.letters == []

    await wants(ada, replies=AT_ONCE)
    await bob.write("The baker has one on her door too.", parent=comment.id)
    await do_jobs(ada.world)
    assert len(postbox.letters) == 1


async def test_a_letter_that_cannot_be_taken_now_comes_later_and_once(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    postbox.reply = "451 greylisted"
    await do_jobs(ada.world)
    postbox.reply = None

    (letter_id,) = await planned_letters(ada.world)
    await send_letter(ada.world, letter_id)
    await send_letter(ada.world, letter_id)

    assert len(postbox.letters) == 1


async def test_many_replies_in_an_hour_come_in_few_letters(
    ada: Person, bob: Person, postbox: Postbox, clock: AdjustableClock
) -> None:
    ada.world = replace(ada.world, limits=Limits(letters_per_hour=2, comments_per_minute=60))
    bob.world = ada.world
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    for number in range(5):
        await bob.write(f"It hangs in station number {number * 7919}.", parent=comment.id)
    await do_jobs(ada.world)
    assert len(postbox.letters) == 2

    clock.advance(timedelta(days=1))
    await send_digests(ada.world)
    await do_jobs(ada.world)

    assert postbox.letters[2]["Subject"] == "3 pieces of news from The Paper"
    assert len(postbox.letters) == 3


async def test_a_digest_comes_at_the_sites_hour_and_once(
    ada: Person, bob: Person, postbox: Postbox, clock: AdjustableClock
) -> None:
    await wants(ada, replies=DAILY, decisions=DAILY)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await bob.write("And in the library, behind the desk.", parent=comment.id)
    held = (await ada.write(HELD)).comment
    await (await open_desk(ada.world)).reject(held.id)
    await do_jobs(ada.world)
    clock.advance(timedelta(hours=20))  # 05:30 of the next day; the site's hour is 7
    await send_digests(ada.world)
    await do_jobs(ada.world)
    assert postbox.letters == []

    clock.advance(timedelta(hours=2))
    for _ in range(2):
        await send_digests(ada.world)
        await do_jobs(ada.world)

    (letter,) = postbox.letters
    assert letter["Subject"] == "3 pieces of news from The Paper"
    assert postbox.text().count("Bob replied to your comment") == 2
    assert "decided not to publish it" in postbox.text().replace("\n", " ")


async def test_a_digest_leaves_out_what_is_gone_and_is_not_sent_empty(
    ada: Person, bob: Person, postbox: Postbox, clock: AdjustableClock
) -> None:
    await wants(ada, replies=DAILY)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs in the station.", parent=comment.id)).comment
    await do_jobs(ada.world)
    await delete_comment(ada.world, reply.id, bob.token)
    clock.advance(timedelta(days=1))
    await send_digests(ada.world)
    await do_jobs(ada.world)

    assert postbox.letters == []


async def test_who_stops_before_the_digest_gets_none(
    ada: Person, bob: Person, postbox: Postbox, clock: AdjustableClock
) -> None:
    standing = await wants(ada, replies=DAILY)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)
    await stop_letters(ada.world, standing.link)
    clock.advance(timedelta(days=1))
    await send_digests(ada.world)
    await choose_by_link(
        ada.world, standing.link, Choice(replies=DAILY, decisions=OFF, language="en")
    )
    clock.advance(timedelta(days=1))
    await send_digests(ada.world)
    await do_jobs(ada.world)

    assert postbox.letters == []
