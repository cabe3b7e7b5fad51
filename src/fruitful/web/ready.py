"""Answers about a thread from memory, for as long as nothing beneath its article has changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fruitful.notifications.purging import surrogate_key
from fruitful.services.list_thread import ThreadView
from fruitful.web.cache import (
    SHARED_SECONDS,
    CacheKey,
    Render,
    Rendered,
    RenderedCache,
    respond,
)
from fruitful.web.requests import base_url
from fruitful.web.versions import ThreadVersions

_ADDRESSES_REMEMBERED = 5_000
_LONGEST_QUERY = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants to see of a thread, in which form and language. Nothing personal."""

    article_id: UUID
    view: ThreadView
    form: str
    media_type: str
    language: str = ""
    shared_seconds: int = SHARED_SECONDS
    """How long a shared cache may give the answer without asking."""

    def respond(self, request: Request, rendered: Rendered) -> Response:
        """The answer, tagged so that a cache can be told when it is no more."""
        response = respond(request, rendered, self.media_type, self.shared_seconds)
        response.headers["Surrogate-Key"] = surrogate_key(self.article_id)
        return response

    def key(self, version: int, base: str) -> CacheKey:
        """What the rendering depends on."""
        return CacheKey(
            self.article_id,
            version,
            self.form,
            self.view.sort,
            self.view.cursor,
            self.view.limit,
            self.language,
            base,
        )


class ReadyAnswers:
    """Keeps what was rendered, and what each address asked for: articles keep their addresses."""

    def __init__(self, versions: ThreadVersions, cache: RenderedCache) -> None:
        self.versions = versions
        self.cache = cache
        self._asked: OrderedDict[tuple[str, bytes], Question] = OrderedDict()

    def at_hand(self, request: Request) -> Response | None:
        """The answer, if it can be given without waiting for anything."""
        address = _address(request)
        question = self._asked.get(address)
        version = self.versions.at_hand(question.article_id) if question else None
        if question is None or version is None:
            return None
        self._asked.move_to_end(address)
        rendered = self.cache.get(question.key(version, base_url(request)))
        return question.respond(request, rendered) if rendered else None

    async def answer(self, request: Request, question: Question, render: Render) -> Response:
        """The answer to what the request's address asks, rendered where it is not kept.

        Raises what ``render`` raises, and ``UnknownArticle``.
        """
        version = await self.versions.current(question.article_id)
        key = question.key(version, base_url(request))
        rendered = await self.cache.get_or_render(key, render)
        self._remember(_address(request), question)
        return question.respond(request, rendered)

    def _remember(self, address: tuple[str, bytes], question: Question) -> None:
        if len(address[1]) > _LONGEST_QUERY:
            return
        self._asked[address] = question
        if len(self._asked) > _ADDRESSES_REMEMBERED:
            self._asked.popitem(last=False)


class ReadyMiddleware:
    """Send an answer that is at hand before the framework has to look at the request."""

    def __init__(self, app: ASGIApp, *, answers: ReadyAnswers) -> None:
        self.app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "http" and scope["method"] == "GET":
            answer = self._answers.at_hand(Request(scope))
            if answer is not None:
                scope["fruitful.route"] = scope["path"]
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def answers_of(request: Request) -> ReadyAnswers:
    """The answers of this application."""
    answers: ReadyAnswers = request.app.state.answers
    return answers


def _address(request: Request) -> tuple[str, bytes]:
    return request.scope["path"], request.scope["query_string"]
