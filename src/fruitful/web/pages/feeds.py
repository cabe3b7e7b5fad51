"""Atom and JSON feeds: of an article, of a site, and of the replies to one reader."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.feeds import Feed, FeedComment, FeedDocument, FeedItem
from fruitful.notifications.feed_formats import ATOM, JSON_FEED, atom, json_feed
from fruitful.services.feeds import article_feed, reader_feed, site_feed
from fruitful.web.cache import SHARED_SECONDS, Rendered, respond
from fruitful.web.pages.language import Language
from fruitful.web.pages.routing import asked_language
from fruitful.web.requests import base_url, world_of

router = APIRouter(include_in_schema=False)

_FOR_EVERYBODY = f"public, max-age=0, s-maxage={SHARED_SECONDS}"
_FOR_ONE_READER = "private, no-cache"
_SETTLED = timedelta(seconds=1)
"""``Last-Modified`` counts whole seconds, so a second that may still change is not told."""
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Seen:
    etag: str
    since: datetime


class FeedChanges:
    """Since when this process has seen each feed say what it says now.

    A feed also changes when a comment goes, which leaves no trace in what is left; so the moment
    is that at which the change was first seen. It is never earlier than the change, which is all
    that ``If-Modified-Since`` asks for.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def since(self, address: str, etag: str, moment: datetime) -> datetime:
        """When the feed at the address first said what has this validator."""
        seen = self._seen.get(address)
        if seen is None or seen.etag != etag:
            seen = self._seen[address] = _Seen(etag, moment)
        self._seen.move_to_end(address)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return seen.since


@router.get("/feeds/articles/{article_id:uuid}.atom")
@router.get("/feeds/articles/{article_id:uuid}.json")
async def get_article_feed(request: Request, article_id: UUID) -> Response:
    """The newest comments beneath an article."""
    return _newest(request, await article_feed(world_of(request), article_id))


@router.get("/feeds/sites/{slug}.atom")
@router.get("/feeds/sites/{slug}.json")
async def get_site_feed(request: Request, slug: str) -> Response:
    """The newest comments of a whole site."""
    return _newest(request, await site_feed(world_of(request), slug))


@router.get("/feeds/me/{token}.atom")
@router.get("/feeds/me/{token}.json")
async def get_reader_feed(request: Request, token: str) -> Response:
    """What others replied to one reader, at an address that only they know."""
    feed = await reader_feed(world_of(request), token)
    language = asked_language(request)
    title = language.text("Replies to you on %(site)s", site=feed.source.name)
    return _answer(request, _document(request, feed, title), _FOR_ONE_READER)


def _newest(request: Request, feed: Feed) -> Response:
    title = asked_language(request).text("Comments: %(title)s", title=feed.source.name)
    return _answer(request, _document(request, feed, title), _FOR_EVERYBODY)


def _document(request: Request, feed: Feed, title: str) -> FeedDocument:
    language, base = asked_language(request), base_url(request)
    return FeedDocument(
        id=feed.source.id.urn,
        title=title,
        language=language.code,
        home_url=feed.source.home_url,
        self_url=f"{base}{_path(request)}",
        updated_at=feed.updated_at,
        items=tuple(_item(comment, language, base) for comment in feed.comments),
    )


def _item(comment: FeedComment, language: Language, base: str) -> FeedItem:
    author = comment.author_name or language.plain("A former reader")
    article = comment.article_title or comment.article_url.partition("://")[2]
    return FeedItem(
        id=comment.id.urn,
        url=f"{base}/comments/{comment.id}",
        title=language.text("%(name)s on “%(article)s”", name=author, article=article),
        author=author,
        html=comment.html,
        published_at=comment.created_at,
        updated_at=comment.updated_at,
    )


def _path(request: Request) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    return request.url.path + (f"?{query}" if query else "")


def _answer(request: Request, document: FeedDocument, kept_by: str) -> Response:
    is_atom = request.url.path.endswith(".atom")
    rendered = Rendered.of(atom(document) if is_atom else json_feed(document))
    response = respond(request, rendered, ATOM if is_atom else JSON_FEED)
    moment = world_of(request).clock()
    changes: FeedChanges = request.app.state.feed_changes
    since = changes.since(document.self_url, rendered.etag, moment)
    if _is_unchanged(request, since, moment):
        response = Response(status_code=304, headers=_validators(response))
    response.headers["Cache-Control"] = kept_by
    if moment - since >= _SETTLED:
        response.headers["Last-Modified"] = format_datetime(since.astimezone(UTC), usegmt=True)
    return response


def _is_unchanged(request: Request, since: datetime, moment: datetime) -> bool:
    """Whether the client has it by the date that it names. A validator counts for more
    (RFC 9110, section 13.1.3)."""
    if "if-none-match" in request.headers or moment - since < _SETTLED:
        return False
    try:
        known = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return known.tzinfo is not None and since.replace(microsecond=0) <= known


def _validators(response: Response) -> dict[str, str]:
    return {name: response.headers[name] for name in ("ETag", "Vary")}
