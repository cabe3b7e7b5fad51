"""Read a thread: rendered once for each version, then served as ready bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fruitful.domain.conversation import ThreadSort
from fruitful.services.list_thread import LONGEST_PAGE, PAGE, ThreadView, list_thread
from fruitful.web.api.articles import article_of
from fruitful.web.api.shapes import ThreadOut, thread_out
from fruitful.web.cache import CacheKey, Rendered, RenderedCache, respond
from fruitful.web.requests import base_url, world_of
from fruitful.web.versions import ThreadVersions

PATH = "/api/v1/threads"

router = APIRouter(tags=["threads"])

_QUERIES_REMEMBERED = 5_000
_LONGEST_QUERY = 3_000


@dataclass(frozen=True, slots=True)
class _Asked:
    article_id: UUID
    view: ThreadView

    def key(self, version: int, base: str) -> CacheKey:
        """What the rendering of this question depends on."""
        return CacheKey(
            self.article_id,
            version,
            "json",
            self.view.sort,
            self.view.cursor,
            self.view.limit,
            base_url=base,
        )


class ThreadReader:
    """Answers thread questions from memory while nothing has changed.

    It remembers which article a query string meant, because articles keep their addresses.
    """

    def __init__(self, versions: ThreadVersions, cache: RenderedCache) -> None:
        self.versions = versions
        self.cache = cache
        self._asked: OrderedDict[bytes, _Asked] = OrderedDict()

    def at_hand(self, request: Request) -> Rendered | None:
        """The answer, if it can be given without waiting for anything."""
        query: bytes = request.scope["query_string"]
        asked = self._asked.get(query)
        version = self.versions.at_hand(asked.article_id) if asked else None
        if asked is None or version is None:
            return None
        self._asked.move_to_end(query)
        return self.cache.get(asked.key(version, base_url(request)))

    async def read(self, request: Request, article_id: UUID, view: ThreadView) -> Rendered:
        """The answer, rendered where it is not kept."""
        asked, base = _Asked(article_id, view), base_url(request)

        async def render() -> bytes:
            thread = await list_thread(world_of(request), article_id, view)
            return thread_out(thread, base).model_dump_json().encode()

        version = await self.versions.current(article_id)
        rendered = await self.cache.get_or_render(asked.key(version, base), render)
        self._remember(request.scope["query_string"], asked)
        return rendered

    def _remember(self, query: bytes, asked: _Asked) -> None:
        if len(query) > _LONGEST_QUERY:
            return
        self._asked[query] = asked
        if len(self._asked) > _QUERIES_REMEMBERED:
            self._asked.popitem(last=False)


class ReadyThreads:
    """Serve a thread that is at hand before the framework has to look at the request."""

    def __init__(self, app: ASGIApp, *, reader: ThreadReader) -> None:
        self.app = app
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET":
            request = Request(scope)
            rendered = self._reader.at_hand(request)
            if rendered is not None:
                scope["endpoint"] = get_thread
                answer = respond(request, rendered, "application/json")
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


class ThreadQuery(BaseModel):
    """Which article, and which part of its thread."""

    article_url: Annotated[str | None, Field(max_length=2_000)] = None
    article_id: Annotated[str | None, Field(max_length=500)] = None
    site: Annotated[str | None, Field(max_length=100)] = None
    sort: ThreadSort = ThreadSort.NEWEST
    cursor: Annotated[str | None, Field(max_length=300)] = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = PAGE


@router.get(PATH, response_model=ThreadOut)
async def get_thread(request: Request, asked: Annotated[ThreadQuery, Query()]) -> Response:
    """The published comments as a tree. Nothing personal: a CDN may keep it. Strong `ETag`."""
    _, article = await article_of(
        world_of(request), url=asked.article_url, article_id=asked.article_id, site=asked.site
    )
    reader: ThreadReader = request.app.state.thread_reader
    view = ThreadView(sort=asked.sort, cursor=asked.cursor, limit=asked.limit)
    return respond(request, await reader.read(request, article.id, view), "application/json")
