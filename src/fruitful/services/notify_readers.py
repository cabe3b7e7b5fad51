"""Readers hear of what concerns them outside the page, if they asked to. Jobs.

What is stored with the comment or notice is only that there is something to tell. Whether somebody
wants to know is found out here, so that nobody who writes waits for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.notifications import (
    Frequency,
    Notification,
    PlannedLetter,
    PushSubscription,
    topic_of,
)
from fruitful.services.world import World
from fruitful.storage import notifications, preferences, push

_AN_HOUR = timedelta(hours=1)


async def notify_about_comment(world: World, comment_id: UUID) -> None:
    """Tell whom a published comment answers or mentions. Running it twice tells nobody twice."""
    async with world.database.transaction() as connection:
        addressed = await notifications.addressed_by(connection, comment_id)
        # In one order everywhere, so that two jobs cannot wait for each other.
        for reader_id, kind in sorted(addressed.items()):
            news = Notification(
                id=world.new_id(),
                reader_id=reader_id,
                kind=kind,
                subject_id=comment_id,
                comment_id=comment_id,
                created_at=world.clock(),
            )
            await _tell(connection, world, news)


async def notify_about_notice(world: World, notice_id: UUID) -> None:
    """Tell a reader of a decision on their comment, report or appeal, unless it was taken back."""
    async with world.database.transaction() as connection:
        notice = await notifications.notice(connection, notice_id)
        if notice is None:
            return
        reader_id, kind, comment_id = notice
        news = Notification(
            id=world.new_id(),
            reader_id=reader_id,
            kind=kind,
            subject_id=notice_id,
            comment_id=comment_id,
            notice_id=notice_id,
            created_at=world.clock(),
        )
        await _tell(connection, world, news)


async def _tell(connection: AsyncConnection, world: World, news: Notification) -> None:
    frequency = await _frequency(connection, world, news)
    browsers = await _browsers(connection, world, news)
    if frequency is Frequency.OFF and not browsers:
        return
    wanted = replace(news, by_mail=frequency is not Frequency.OFF)
    if not await notifications.add(connection, wanted):
        return
    if frequency is Frequency.AT_ONCE and await _has_room(connection, world, news.reader_id):
        letter = PlannedLetter(
            id=world.new_id(),
            reader_id=news.reader_id,
            is_digest=False,
            created_at=news.created_at,
        )
        await notifications.plan_letter(connection, letter, [news.id])
        await world.jobs.enqueue(connection, "send_letter", letter_id=str(letter.id))
    for browser in browsers:
        await world.jobs.enqueue(
            connection,
            "send_push",
            notification_id=str(news.id),
            subscription_id=str(browser.id),
        )


async def _frequency(connection: AsyncConnection, world: World, news: Notification) -> Frequency:
    if not world.sends_letters:
        return Frequency.OFF
    chosen = await preferences.of_those_who_chose(connection, [news.reader_id])
    return chosen[0].frequency(topic_of(news.kind)) if chosen else Frequency.OFF


async def _browsers(
    connection: AsyncConnection, world: World, news: Notification
) -> list[PushSubscription]:
    if world.pusher is None:
        return []
    browsers = await push.of_reader(connection, news.reader_id)
    return [browser for browser in browsers if topic_of(news.kind) in browser.topics]


async def _has_room(connection: AsyncConnection, world: World, reader_id: UUID) -> bool:
    """Whether one more letter now is bearable; what is not waits for the next digest."""
    since = world.clock() - _AN_HOUR
    written = await notifications.count_letters(connection, reader_id, since=since)
    return written < world.limits.letters_per_hour
