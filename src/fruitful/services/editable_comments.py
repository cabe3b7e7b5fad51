"""What a writer has published and may still change, with the words they typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fruitful.domain.errors import UnknownArticle
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import articles, editable, sites


@dataclass(frozen=True, slots=True, kw_only=True)
class EditableComment:
    """A published comment of the reader who asks. ``text`` is what they typed."""

    id: UUID
    text: str


async def editable_comments(
    world: World, article_id: UUID, reader_token: str | None
) -> tuple[EditableComment, ...]:
    """The published comments beneath the article whose writer holds the token and whose edit
    window is open, oldest first. Raises :class:`UnknownArticle`."""
    async with world.database.reading() as connection:
        article = await articles.by_id(connection, article_id)
        site = await sites.by_id(connection, article.site_id) if article else None
        if site is None:
            raise UnknownArticle
        reader = await recognise(connection, world, site.id, reader_token)
        if reader is None:
            return ()
        since = world.clock() - timedelta(seconds=site.edit_window_seconds)
        texts = await editable.published_since(connection, article_id, reader.id, since=since)
    return tuple(EditableComment(id=key, text=text) for key, text in texts.items())
