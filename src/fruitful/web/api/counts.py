"""How much is said, for many articles in one request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from fruitful.services.count_comments import count_comments
from fruitful.web.cache import Rendered, respond
from fruitful.web.pages.language import Language, language_for
from fruitful.web.requests import world_of

router = APIRouter(tags=["threads"])

MOST_ARTICLES = 100
COUNTS_SHARED_SECONDS = 30
"""How long a shared cache may answer by itself; an index page is none the worse for that."""


class CountQuery(BaseModel):
    """Which articles, by their addresses; with a language, in words too."""

    article_url: Annotated[
        list[Annotated[str, Field(max_length=2_000)]], Field(min_length=1, max_length=MOST_ARTICLES)
    ]
    lang: Annotated[str | None, Field(max_length=35)] = None


class CountsOut(BaseModel):
    """By each address as it was asked for, in that order. `texts` says the same in words, in the
    language asked for."""

    counts: dict[str, int]
    texts: dict[str, str] | None = None


@router.get("/api/v1/counts", response_model=CountsOut)
async def get_counts(request: Request, asked: Annotated[CountQuery, Query()]) -> Response:
    """How many comments are published beneath up to 100 articles. Addresses that are not known have
    none. Nothing personal: a CDN may keep it."""
    counts = await count_comments(world_of(request), asked.article_url)
    language = language_for(asked.lang) if asked.lang else None
    answer = CountsOut(counts=dict(counts))
    if language is not None:
        answer.texts = {url: _in_words(count, language) for url, count in counts.items()}
    body = answer.model_dump_json(exclude_none=True).encode()
    response = respond(request, Rendered.of(body), "application/json")
    response.headers["Cache-Control"] = (
        f"public, max-age={COUNTS_SHARED_SECONDS}, s-maxage={COUNTS_SHARED_SECONDS}"
    )
    return response


def _in_words(count: int, language: Language) -> str:
    return language.plural("%(count)s comment", "%(count)s comments", count)
