"""The jobs themselves: from ids to a service's call, and nothing more."""

from __future__ import annotations

from uuid import UUID

from fruitful.jobs.registry import Job
from fruitful.services import outgoing_mail, retention
from fruitful.services import rank_thread as ranking
from fruitful.services import settle_reports as service
from fruitful.services.world import World


async def settle_reports(world: World, comment_id: str) -> None:
    """Tell the reporters of a comment what came of their reports."""
    await service.settle_reports(world, UUID(comment_id))


async def rank_thread(world: World, article_id: str) -> None:
    """Put the most fruitful comments of an article first."""
    await ranking.rank_thread(world, UUID(article_id))


async def send_mail(world: World, letter_id: str) -> None:
    """Hand a letter to the mail server."""
    await outgoing_mail.send_mail(world, UUID(letter_id))


async def erase_expired(world: World) -> None:
    """Erase texts that nobody may see, once they have been kept long enough."""
    await retention.erase_expired(world)


async def prune(world: World) -> None:
    """Forget what is of no more use: old windows, keys and sign-ins."""
    await retention.prune(world)


JOBS = (
    Job("settle_reports", settle_reports),
    Job("rank_thread", rank_thread, delay_seconds=5),
    Job("send_mail", send_mail),
    Job("erase_expired", erase_expired, cron="7 * * * *"),
    Job("prune", prune, cron="*/10 * * * *"),
)
"""Every job of the application. Times are UTC."""
