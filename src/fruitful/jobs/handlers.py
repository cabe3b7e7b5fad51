"""The jobs themselves: from ids to a service's call, and nothing more."""

from __future__ import annotations

from uuid import UUID

from fruitful.jobs.registry import Job
from fruitful.services import digest, link_cards, notify_readers, outgoing_mail, retention
from fruitful.services import purge_cache as purging
from fruitful.services import rank_thread as ranking
from fruitful.services import send_letter as letters
from fruitful.services import send_push as pushes
from fruitful.services import settle_reports as service
from fruitful.services.world import World


async def settle_reports(world: World, comment_id: str) -> None:
    """Tell the reporters of a comment what came of their reports."""
    await service.settle_reports(world, UUID(comment_id))


async def rank_thread(world: World, article_id: str) -> None:
    """Put the most fruitful comments of an article first."""
    await ranking.rank_thread(world, UUID(article_id))


async def purge_cache(world: World, article_id: str) -> None:
    """Tell the publisher's cache that a thread has changed."""
    await purging.purge_cache(world, UUID(article_id))


async def send_mail(world: World, letter_id: str) -> None:
    """Hand a letter to the mail server."""
    await outgoing_mail.send_mail(world, UUID(letter_id))


async def notify_about_comment(world: World, comment_id: str) -> None:
    """Tell whom a comment answers or mentions."""
    await notify_readers.notify_about_comment(world, UUID(comment_id))


async def notify_about_notice(world: World, notice_id: str) -> None:
    """Tell a reader what was decided."""
    await notify_readers.notify_about_notice(world, UUID(notice_id))


async def make_link_cards(world: World, comment_id: str) -> None:
    """Put cards beneath a comment for its links."""
    await link_cards.make_link_cards(world, UUID(comment_id))


async def send_letter(world: World, letter_id: str) -> None:
    """Write a letter with news and hand it to the mail server."""
    await letters.send_letter(world, UUID(letter_id))


async def send_push(world: World, notification_id: str, subscription_id: str) -> None:
    """Hand a push to the service of a browser."""
    await pushes.send_push(world, UUID(notification_id), UUID(subscription_id))


async def send_digests(world: World) -> None:
    """Write to readers who want one letter a day, once it is the hour where they are."""
    await digest.send_digests(world)


async def forget_told(world: World) -> None:
    """Forget what readers were told long ago."""
    await digest.forget_told(world)


async def erase_expired(world: World) -> None:
    """Erase texts that nobody may see, once they have been kept long enough."""
    await retention.erase_expired(world)


async def prune(world: World) -> None:
    """Forget what is of no more use: old windows, keys and sign-ins."""
    await retention.prune(world)


JOBS = (
    Job("settle_reports", settle_reports),
    Job("rank_thread", rank_thread, delay_seconds=5),
    Job("purge_cache", purge_cache),
    Job("send_mail", send_mail),
    Job("notify_about_comment", notify_about_comment),
    Job("notify_about_notice", notify_about_notice),
    Job("make_link_cards", make_link_cards),
    Job("send_letter", send_letter),
    Job("send_push", send_push),
    Job("send_digests", send_digests, cron="3 * * * *"),
    Job("forget_told", forget_told, cron="23 4 * * *"),
    Job("erase_expired", erase_expired, cron="7 * * * *"),
    Job("prune", prune, cron="*/10 * * * *"),
)
"""Every job of the application. Times are UTC."""
