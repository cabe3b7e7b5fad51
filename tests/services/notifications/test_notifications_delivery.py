"""Letters come once, at the right time and not too many; nothing of them is left behind."""

from __future__ import annotations

import gettext
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from fruitful.domain.identity import uuid7
from fruitful.domain.language import Language
from fruitful.domain.notifications import Choice, News, PlannedLetter, digest_due
from fruitful.notifications.letter_writing import LetterContents, LetterLinks, news_letter
from fruitful.services.change_comment import delete_comment
from fruitful.services.digest import send_digests
from fruitful.services.notify_readers import notify_about_comment
from fruitful.services.send_letter import send_letter
from fruitful.services.subscribe import (
    choose_by_link,
    stop_letters,
)
from fruitful.services.world import Limits
from support.clock import AdjustableClock
from support.desk import open_desk
from support.newsroom import Person
from support.postbox import Postbox
from support.told import (
    AT_ONCE,
    DAILY,
    HELD,
    OFF,
    SERVER,
    do_jobs,
    planned_letters,
    wants,
)


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


async def test_a_crash_while_digests_are_planned_neither_loses_one_nor_writes_two(
    ada: Person, bob: Person, postbox: Postbox, clock: AdjustableClock
) -> None:
    class DyingQueue:
        async def enqueue(self, connection: object, name: str, **ids: str) -> None:
            raise ConnectionError

    await wants(ada, replies=DAILY)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    await do_jobs(ada.world)
    clock.advance(timedelta(days=1))
    with pytest.raises(ConnectionError):
        await send_digests(replace(ada.world, jobs=DyingQueue()))
    assert await planned_letters(ada.world) == []

    await send_digests(ada.world)
    await do_jobs(ada.world)
    assert len(postbox.letters) == 1


async def test_a_letter_whose_sender_died_is_not_sent_again(
    ada: Person, bob: Person, postbox: Postbox
) -> None:
    class DyingMailer:
        async def send(self, letter: object) -> None:
            raise KeyboardInterrupt

    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    reply = (await bob.write("It hangs in the station.", parent=comment.id)).comment
    await notify_about_comment(ada.world, reply.id)
    (letter_id,) = await planned_letters(ada.world)
    with pytest.raises(KeyboardInterrupt):
        await send_letter(replace(ada.world, mailer=DyingMailer()), letter_id)

    await do_jobs(ada.world)
    assert postbox.letters == []


@pytest.mark.parametrize("reply", [None, "550 no such person: ada@reader.example", "451 later"])
async def test_logs_and_jobs_hold_neither_text_nor_address(
    ada: Person,
    bob: Person,
    postbox: Postbox,
    reply: str | None,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    await wants(ada, replies=AT_ONCE)
    comment = (await ada.write("Who has seen the new timetable?")).comment
    await bob.write("It hangs in the station.", parent=comment.id)
    async with ada.world.database.reading() as connection:
        jobs = str((await connection.execute(text("SELECT args FROM procrastinate_jobs"))).all())
    postbox.reply = reply
    await do_jobs(ada.world)

    printed = capsys.readouterr()
    # The mail server of the test logs addresses, which is its business. What an exception quotes
    # never reaches our log.
    messages = [r.getMessage() for r in caplog.records if r.name != "mail.log"]
    said = "\n".join([jobs, *messages, printed.out, printed.err])
    assert "send_letter" in said
    for private in ("reader.example", "timetable", "station", "Bob"):
        assert private not in said


def test_letters_in_a_language_from_right_to_left_are_set_so() -> None:
    arabic = Language("ar", gettext.NullTranslations())
    news = News(
        kind="reply",
        comment_id=uuid7(),
        article_id=uuid7(),
        article_url=f"{SERVER}/story",
        article_title="قصة",
        author_name="Bob",
        html="<p>It hangs in the station.</p>",
        is_published=True,
        created_at=datetime(2026, 3, 14, tzinfo=UTC),
    )
    letter = news_letter(
        LetterContents(
            letter=PlannedLetter(
                id=uuid7(), reader_id=uuid7(), is_digest=False, created_at=news.created_at
            ),
            news=(news,),
            site_name="The Paper",
            language=arabic,
            links=LetterLinks(base_url=SERVER, preferences_url="", stop_url="", decisions={}),
        ),
        "ada@reader.example",
    )

    assert letter.html
    assert '<html lang="ar" dir="rtl">' in letter.html
    assert "<bdi>Bob</bdi>" in letter.html
    assert not re.search(r"(margin|padding|border)-(left|right)|text-align", letter.html)
    assert '<blockquote dir="auto"' in letter.html
    assert "\u2068Bob\u2069" in letter.text


@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        ("2026-03-14T09:30+00:00", "UTC", "2026-03-14T07:00+00:00"),
        ("2026-03-14T06:59+00:00", "UTC", "2026-03-13T07:00+00:00"),
        ("2026-03-14T07:00+00:00", "UTC", "2026-03-14T07:00+00:00"),
        ("2026-03-14T23:00+00:00", "Asia/Tokyo", "2026-03-14T22:00+00:00"),
        ("2026-03-29T06:00+00:00", "Europe/Berlin", "2026-03-29T05:00+00:00"),
        ("2026-03-28T06:30+00:00", "Europe/Berlin", "2026-03-28T06:00+00:00"),
    ],
)
def test_a_digest_is_due_by_the_clocks_of_the_site(moment: str, zone: str, due: str) -> None:
    found = digest_due(datetime.fromisoformat(moment), 7, zone)

    assert found == datetime.fromisoformat(due)
