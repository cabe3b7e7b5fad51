"""Which article a request means."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.conversation import Article, Site
from fruitful.domain.errors import InvalidRequest, UnknownArticle
from fruitful.domain.readable import is_readable
from fruitful.services.find_article import ArticleRef, article_by_id, find_article
from fruitful.services.world import World


async def article_of(
    world: World, *, url: str | None, article_id: str | None, site: str | None
) -> tuple[Site, Article]:
    """The article by its address, by this server's id, or by the publisher's id and a site.

    Raises :class:`InvalidRequest` where none is given and :class:`UnknownArticle`.
    """
    if not url and not article_id:
        raise InvalidRequest("Name the article by article_url or article_id.")
    if not all(is_readable(name) for name in (url, article_id, site) if name):
        raise UnknownArticle
    ours = _uuid(article_id)
    if ours is not None:
        try:
            return await article_by_id(world, ours)
        except UnknownArticle:
            # A publisher's own ids may be UUIDs too.
            if url is None and site is None:
                raise
    return await find_article(world, ArticleRef(url=url, key=article_id, site_slug=site))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
