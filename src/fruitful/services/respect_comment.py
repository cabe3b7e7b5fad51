"""A reader shows respect for a comment, which lifts it in the order readers may choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fruitful.domain.conversation import CommentState, Reader
from fruitful.domain.errors import NotAllowed, UnknownComment
from fruitful.services.announcing import News, announce
from fruitful.services.limits import Pace, allow
from fruitful.services.readers import introduce, who_acts
from fruitful.services.world import World
from fruitful.storage import articles, comments, respects


@dataclass(frozen=True, slots=True, kw_only=True)
class Respected:
    """The comment's count now. ``reader_token`` is given when a reader is new, once."""

    count: int
    reader_token: str | None = None


async def respect_comment(
    world: World, comment_id: UUID, reader_token: str | None, address_hash: str
) -> Respected:
    """Give respect once; giving it again changes nothing. Nobody respects their own comment.

    Raises :class:`UnknownComment` for what is not published and :class:`NotAllowed` for one's own.
    """
    hour = timedelta(hours=1)
    await allow(world, Pace(f"respect/hour:{address_hash}", world.limits.respects_per_hour, hour))
    async with world.database.transaction() as connection:
        comment = await comments.by_id(connection, comment_id)
        if comment is None or comment.state is not CommentState.PUBLISHED:
            raise UnknownComment
        article = await articles.by_id(connection, comment.article_id)
        if article is None:
            raise UnknownComment
        reader = await who_acts(connection, world, article.site_id, reader_token)
        token = None
        if reader is None:
            reader = Reader(id=world.new_id(), site_id=article.site_id, name="")
            token = await introduce(connection, world, reader)
        if reader.id == comment.reader_id:
            raise NotAllowed
        count = await respects.give(connection, comment_id, reader.id, world.clock())
        if count is not None:
            news = News(comment.article_id, "respect", comment_id, count)
            await announce(world, connection, news)
    return Respected(count=comment.respect_count if count is None else count, reader_token=token)
