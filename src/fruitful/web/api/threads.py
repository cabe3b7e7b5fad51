"""Read a thread: rendered once for each version, then served as ready bytes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from fruitful.domain.conversation import ThreadSort
from fruitful.services.list_thread import LONGEST_PAGE, PAGE, ThreadView, list_thread
from fruitful.web.api.articles import article_of
from fruitful.web.api.shapes import ThreadOut, thread_out
from fruitful.web.ready import Question, answers_of
from fruitful.web.requests import base_url, world_of

router = APIRouter(tags=["threads"])


class ThreadQuery(BaseModel):
    """Which article, and which part of its thread."""

    article_url: Annotated[str | None, Field(max_length=2_000)] = None
    article_id: Annotated[str | None, Field(max_length=500)] = None
    site: Annotated[str | None, Field(max_length=100)] = None
    sort: ThreadSort = ThreadSort.FRUITFUL
    cursor: Annotated[str | None, Field(max_length=300)] = None
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = PAGE


@router.get("/api/v1/threads", response_model=ThreadOut)
async def get_thread(request: Request, asked: Annotated[ThreadQuery, Query()]) -> Response:
    """The published comments as a tree. Nothing personal: a CDN may keep it. Strong `ETag`."""
    world, base = world_of(request), base_url(request)
    site, article = await article_of(
        world, url=asked.article_url, article_id=asked.article_id, site=asked.site
    )
    view = ThreadView(sort=asked.sort, cursor=asked.cursor, limit=asked.limit)

    async def render() -> bytes:
        thread = await list_thread(world, article.id, view)
        return thread_out(thread, base).model_dump_json().encode()

    question = Question(
        article_id=article.id,
        view=view,
        form="json",
        media_type="application/json",
        shared_seconds=site.options.shared_seconds,
    )
    return await answers_of(request).answer(request, question, render)
