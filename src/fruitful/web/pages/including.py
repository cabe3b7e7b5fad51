"""The first comments for a publisher's server to include in its page: the path to search engines.

Everybody who can read the page can read them, without script and without asking this server.
"""

from __future__ import annotations

import html
import json
from enum import StrEnum
from typing import Annotated, Any

import nh3
from fastapi import APIRouter, Query
from markupsafe import Markup
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.conversation import Thread, ThreadComment
from fruitful.domain.moments import iso
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.web.api.articles import article_of
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.templates import render
from fruitful.web.ready import Question, answers_of
from fruitful.web.requests import base_url, world_of

router = APIRouter(include_in_schema=False)

_SCRIPT_SAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
"""So that no text can end the element it stands in; JSON reads them back as they were."""


class Vocabulary(StrEnum):
    """How search engines are told what is a comment. A page should use the one that it uses for
    its own NewsArticle."""

    MICRODATA = "microdata"
    JSON_LD = "json-ld"


class InclusionQuery(BaseModel):
    """Which article, in which language, and in which vocabulary."""

    article_url: Annotated[str | None, Field(max_length=2_000)] = None
    article_id: Annotated[str | None, Field(max_length=500)] = None
    site: Annotated[str | None, Field(max_length=100)] = None
    lang: Annotated[str | None, Field(max_length=35)] = None
    markup: Vocabulary = Vocabulary.MICRODATA


@router.get("/include/thread")
async def get_inclusion(request: Request, asked: Annotated[InclusionQuery, Query()]) -> Response:
    """The first page of the most fruitful comments, as HTML to be put into another page.

    Nothing personal, and no form: it is cached for everybody, with a strong `ETag`.
    """
    world, base = world_of(request), base_url(request)
    site, article = await article_of(
        world, url=asked.article_url, article_id=asked.article_id, site=asked.site
    )
    language = language_for(asked.lang)
    view = ThreadView()

    async def make() -> bytes:
        thread = await list_thread(world, article.id, view)
        return included(thread, language, base, asked.markup).encode()

    question = Question(
        article_id=article.id,
        view=view,
        form=f"included {asked.markup}",
        media_type="text/html",
        language=language.code,
        shared_seconds=site.options.shared_seconds,
    )
    return await answers_of(request).answer(request, question, make)


def included(thread: Thread, language: Language, base: str, vocabulary: Vocabulary) -> str:
    """The fragment. ``base`` is where this server's pages are, without a slash at the end."""
    page_url = f"{base}/threads/{thread.article.id}"
    return render(
        "included.html",
        language,
        thread=thread,
        base_url=base,
        page_url=page_url,
        is_microdata=vocabulary is Vocabulary.MICRODATA,
        linked_data=linked_data(thread, base),
        count_text=language.plural("%(count)s comment", "%(count)s comments", thread.total),
    )


def linked_data(thread: Thread, base: str) -> Markup:
    """The comments as JSON-LD. Its ``@id`` is the article's canonical address: a NewsArticle of the
    page with the same ``@id`` is the same thing, and its publisher need not merge anything."""
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": thread.article.url,
        "commentCount": thread.total,
        "discussionUrl": f"{base}/threads/{thread.article.id}",
        "comment": _comments(thread.comments, base),
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_SCRIPT_SAFE))  # noqa: S704 - nothing in it can end the element


def _comments(comments: tuple[ThreadComment, ...], base: str) -> list[dict[str, Any]]:
    """Answers stand beneath what they answer; those of a comment that went, in its place."""
    told: list[dict[str, Any]] = []
    for comment in comments:
        answers = _comments(comment.replies, base)
        if comment.is_stub:
            told += answers
            continue
        one: dict[str, Any] = {
            "@type": "Comment",
            "url": f"{base}/comments/{comment.id}",
            "author": {"@type": "Person", "name": comment.author_name},
            "dateCreated": iso(comment.created_at),
            "text": html.unescape(nh3.clean(comment.html, tags=set())).strip(),
            "upvoteCount": comment.respect_count,
        }
        told.append({**one, "comment": answers} if answers else one)
    return told
