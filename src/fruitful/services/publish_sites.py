"""What a publisher sets up: the sites that are served, and which articles still take comments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fruitful.domain.conversation import Article, Site
from fruitful.domain.errors import DomainError
from fruitful.domain.site_options import SiteOptions
from fruitful.moderation.house_rules import parse_house_rules
from fruitful.moderation.operating_points import Curves
from fruitful.services.announcing import News, announce
from fruitful.services.find_article import ArticleRef, find_article
from fruitful.services.world import World
from fruitful.storage import articles, sites

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")


class InvalidSite(DomainError):
    """A site needs a short name of small letters, digits and hyphens, and at least one origin."""

    code = "invalid_site"
    status = 422


class InvalidOrigin(DomainError):
    """An origin is a scheme and a host, such as https://paper.example, and nothing after it."""

    code = "invalid_origin"
    status = 422


class UnknownSite(DomainError):
    """There is no site with this short name."""

    code = "unknown_site"
    status = 404


class SiteTaken(DomainError):
    """There is a site with this short name, or with one of these origins, already."""

    code = "site_taken"
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite:
    """A website to be served. ``house_rules`` is a TOML file; ``None`` for the default rules."""

    slug: str
    name: str
    origins: Sequence[str]
    guests_allowed: bool = True
    edit_window_seconds: int = 900
    house_rules: Path | None = None


async def add_site(world: World, new: NewSite) -> Site:
    """Serve a website. Its pages may embed comments from then on.

    Raises :class:`InvalidSite`, :class:`InvalidOrigin`, :class:`SiteTaken`, and
    :class:`~fruitful.domain.errors.HouseRulesInvalid` naming the line.
    """
    if not _SLUG.fullmatch(new.slug) or not new.name.strip() or not new.origins:
        raise InvalidSite
    site = Site(
        id=world.new_id(),
        slug=new.slug,
        name=new.name.strip(),
        origins=tuple(dict.fromkeys(_origin(origin) for origin in new.origins)),
        guests_allowed=new.guests_allowed,
        edit_window_seconds=new.edit_window_seconds,
        house_rules=_rules(new.house_rules, world.curves),
    )
    async with world.database.transaction() as connection:
        if await sites.by_slug(connection, site.slug) or await sites.by_any_origin(
            connection, list(site.origins)
        ):
            raise SiteTaken
        await sites.add(connection, site)
    return site


async def every_site(world: World) -> tuple[Site, ...]:
    """The sites served here, by short name."""
    async with world.database.reading() as connection:
        return tuple(await sites.every_site(connection))


async def set_site_options(world: World, slug: str, wanted: Mapping[str, str]) -> SiteOptions:
    """Set options of a site from text, all or none of them; returns what is in force then.

    Raises :class:`UnknownSite` and :class:`~fruitful.domain.errors.InvalidOption`.
    """
    async with world.database.transaction() as connection:
        site = await sites.by_slug(connection, slug)
        if site is None:
            raise UnknownSite
        options = site.options
        for name, value in wanted.items():
            options = options.with_text(name, value)
        await sites.set_options(connection, site.id, options)
    return options


async def close_article(world: World, url: str) -> Article:
    """Take no more comments on the article; what is there stays. Raises ``UnknownArticle``."""
    return await _set_closed(world, url, is_closed=True)


async def reopen_article(world: World, url: str) -> Article:
    """Take comments on the article again. Raises ``UnknownArticle``."""
    return await _set_closed(world, url, is_closed=False)


async def _set_closed(world: World, url: str, *, is_closed: bool) -> Article:
    _, article = await find_article(world, ArticleRef(url=url))
    closed_at = world.clock() if is_closed else None
    async with world.database.transaction() as connection:
        await articles.set_closed(connection, article.id, closed_at)
        # No comment changed, so none is named; what matters is that kept renderings go.
        news = News(article.id, "changed", article.id, says_the_same=True)
        await announce(world, connection, news)
    return article


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text.strip().rstrip("/").lower())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise InvalidOrigin from None
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_bare:
        raise InvalidOrigin
    if (parts.scheme, parts.port) in (("http", 80), ("https", 443)):
        port = ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def _rules(file: Path | None, curves: Curves) -> str | None:
    if file is None:
        return None
    text = file.read_text(encoding="utf-8")
    parse_house_rules(text, source=str(file), curves=curves)
    return text
