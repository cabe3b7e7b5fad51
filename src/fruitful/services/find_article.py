"""From an address or a publisher's key to the article, which is made on first use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article, Site
from fruitful.domain.errors import UnknownArticle
from fruitful.services.world import World
from fruitful.storage import articles, sites

_TRACKING = re.compile(
    r"utm_.*|mc_[ce]id|_ga|_gl|[a-z]*clid|[gw]braid|igshid|srsltid|cmp(?:id)?|amp|outputtype",
    re.IGNORECASE,
)
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """How a page names its article: by its address, by the publisher's key, or by both.

    A key belongs to a site, so it needs ``site_slug`` or an address that tells the site.
    """

    url: str | None = None
    key: str | None = None
    site_slug: str | None = None


async def find_article(world: World, ref: ArticleRef) -> tuple[Site, Article]:
    """The article and its site. Raises :class:`UnknownArticle` where no site serves the address."""
    async with world.database.reading() as connection:
        site = await _site(connection, ref)
        url = _canonical(ref.url, site.origins) if ref.url else None
        article = await _existing(connection, site, url, ref.key)
    if article is not None:
        return site, article
    if url is None:
        raise UnknownArticle
    new = Article(
        id=world.new_id(),
        site_id=site.id,
        url=url,
        key=ref.key,
        title=None,
        is_closed=False,
        thread_version=0,
    )
    async with world.database.transaction() as connection:
        await articles.ensure(connection, new)
        article = await _existing(connection, site, url, ref.key)
    if article is None:
        raise UnknownArticle
    return site, article


async def article_by_id(world: World, article_id: UUID) -> tuple[Site, Article]:
    """The article with this id and its site. Raises :class:`UnknownArticle`."""
    async with world.database.reading() as connection:
        article = await articles.by_id(connection, article_id)
        site = await sites.by_id(connection, article.site_id) if article else None
    if article is None or site is None:
        raise UnknownArticle
    return site, article


def canonical_url(url: str, origin: str) -> str:
    """The one address that stands for all addresses of a page.

    Scheme, ``www``, AMP variants, tracking parameters, fragment, trailing slash and the order of
    parameters make no difference; the result begins with ``origin``.
    """
    parts = urlsplit(url)
    path = re.sub(r"/amp/?$|^/amp(?=/)", "", parts.path)
    path = path.replace(".amp.html", ".html").rstrip("/") or "/"
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    return urlunsplit((*_scheme_and_host(origin), path, urlencode(kept), ""))


def canonical_addresses(url: str) -> dict[str, str]:
    """The address that stands for the page, by each origin under which a site may list its host.

    Raises :class:`UnknownArticle` for what no page can have as its address.
    """
    return {origin: canonical_url(url, origin) for origin in sorted(_origins_of(_split(url)))}


def _canonical(url: str, origins: tuple[str, ...]) -> str:
    candidates = _origins_of(_split(url))
    return canonical_url(url, next(o for o in origins if o in candidates))


async def _site(connection: AsyncConnection, ref: ArticleRef) -> Site:
    if ref.url is not None:
        candidates = _origins_of(_split(ref.url))
        site = await sites.by_any_origin(connection, sorted(candidates))
        if site is None or ref.site_slug not in (None, site.slug):
            raise UnknownArticle
        return site
    if ref.site_slug is not None and ref.key is not None:
        site = await sites.by_slug(connection, ref.site_slug)
        if site is not None:
            return site
    raise UnknownArticle


async def _existing(
    connection: AsyncConnection, site: Site, url: str | None, key: str | None
) -> Article | None:
    if key is not None:
        found = await articles.by_key(connection, site.id, key)
        if found is not None:
            return found
    return await articles.by_url(connection, site.id, url) if url is not None else None


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnknownArticle from None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _LONGEST:
        raise UnknownArticle
    if parts.username is not None or port == 0 or not _is_storable(url):
        raise UnknownArticle
    return parts


def _is_storable(text: str) -> bool:
    return text.isprintable()


def _origins_of(parts: SplitResult) -> set[str]:
    """Every origin under which a site may list the host of this address."""
    host = re.sub(r"^(?:www|amp)\.", "", (parts.hostname or "").lower())
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return {
        f"{scheme}://{prefix}{host}{port}"
        for scheme in ("https", "http")
        for prefix in ("", "www.", "amp.")
    }


def _scheme_and_host(origin: str) -> tuple[str, str]:
    parts = urlsplit(origin)
    return parts.scheme, parts.netloc
