"""Readers are told of replies and decisions by letter: who asked for it, and nobody else."""

from __future__ import annotations

import re

import pytest

from fruitful.domain.conversation import ReportReason
from fruitful.services.change_comment import delete_comment
from fruitful.services.notify_readers import notify_about_comment
from support.desk import open_desk, report
from support.newsroom import Person
from support.postbox import Postbox
from support.told import AT_ONCE, HELD, SERVER, do_jobs, wants


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
