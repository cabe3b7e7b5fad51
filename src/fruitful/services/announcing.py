"""A thread has changed: open pages hear of it, and its order is looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.services.world import World
from fruitful.storage import changes, picks, purging, ranking

LOST_AFTER = timedelta(minutes=5)
"""A job that was asked for so long ago and has not begun is not believed to come any more."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to which comment beneath which article.

    ``respect_count`` is the comment's count now, where the news is respect.
    """

    article_id: UUID
    kind: changes.ChangeKind
    comment_id: UUID
    respect_count: int | None = None
    is_addressed: bool = True
    """Whether the comment may answer or name anybody; a job finds out whom."""
    has_links: bool = True
    """Whether it may have links for which there are cards; a job finds out which."""
    says_the_same: bool = False
    """Whether a change left its words alone, as a new name does. Then it is still what the newsroom
    picked, and there is nothing to tell anybody and no link to look at."""


async def announce(world: World, connection: AsyncConnection, news: News) -> None:
    """Tell everybody at commit, and never when that fails.

    A comment that says something else, or went, is not what the newsroom picked any more. The
    comments are ranked anew soon after by a job, one for however many changes come meanwhile.
    """
    if news.kind in ("changed", "removed") and not news.says_the_same:
        await picks.drop(connection, news.comment_id)
    await changes.announce(
        connection, news.article_id, news.kind, news.comment_id, news.respect_count
    )
    asked = await ranking.ask(
        connection, news.article_id, moment=world.clock(), lost_after=LOST_AFTER
    )
    if asked:
        await world.jobs.enqueue(connection, "rank_thread", article_id=str(news.article_id))
    await tell_cache(world, connection, news.article_id)
    if news.kind not in ("published", "changed") or news.says_the_same:
        return
    comment = str(news.comment_id)
    if news.is_addressed and world.reaches_out:
        await world.jobs.enqueue(connection, "notify_about_comment", comment_id=comment)
    if news.has_links:
        await world.jobs.enqueue(connection, "make_link_cards", comment_id=comment)


async def tell_cache(world: World, connection: AsyncConnection, article_id: UUID) -> None:
    """Have a job tell the site's cache, if it has one, once for however many changes come first."""
    moment = world.clock()
    if await purging.ask(connection, article_id, moment=moment, lost_after=LOST_AFTER):
        await world.jobs.enqueue(connection, "purge_cache", article_id=str(article_id))
