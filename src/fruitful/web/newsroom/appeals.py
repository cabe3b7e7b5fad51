"""The appeals that wait, and how a moderator answers them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.conversation import Moderator
from fruitful.domain.errors import InvalidRequest
from fruitful.domain.policy import Category
from fruitful.services.decide_appeal import Answer, decide_appeal
from fruitful.services.review_appeals import appeal_numbers, review_appeals
from fruitful.services.review_queue import QueuePage, comment_history
from fruitful.web.newsroom.forms import id_of, number_of, text_of, word_of
from fruitful.web.newsroom.queue import Done
from fruitful.web.newsroom.routing import NewsroomRoute, page, see, signed_in
from fruitful.web.requests import world_of

router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)

APPEALS = "/newsroom/appeals"
PAGE = 20


@router.get(APPEALS, response_model=None)
async def show_appeals(request: Request) -> Response:
    """What writers contest, the longest waiting first, and how often they were right."""
    moderator, world = await signed_in(request), world_of(request)
    offset = number_of(request.query_params, "offset") or 0
    done = id_of(request.query_params, "done")
    return page(
        "appeals.html",
        moderator,
        items=await review_appeals(world, moderator, QueuePage(limit=PAGE, offset=offset)),
        numbers=await appeal_numbers(world),
        now=world.clock(),
        offset=offset,
        size=PAGE,
        done=await _last_done(request, done) if done else None,
    )


@router.post("/newsroom/appeals/{appeal_id}", response_model=None)
async def answer(request: Request, appeal_id: UUID) -> Response:
    """Overturn or confirm the contested decision; then the next appeal."""
    moderator = await signed_in(request)
    given = _answer(appeal_id, moderator, await request.form())
    action = await decide_appeal(world_of(request), given)
    return see(f"{APPEALS}?done={action.comment_id}")


def _answer(appeal_id: UUID, moderator: Moderator, form: FormData) -> Answer:
    ruling = text_of(form, "ruling")
    if ruling not in ("overturn", "confirm"):
        raise InvalidRequest
    return Answer(
        appeal_id=appeal_id,
        moderator_id=moderator.id,
        is_overturned=ruling == "overturn",
        answer=text_of(form, "answer"),
        category=word_of(form, "category", Category),
    )


async def _last_done(request: Request, comment_id: UUID) -> Done:
    history = await comment_history(world_of(request), comment_id)
    return Done(comment=history.comment, record=history.actions[-1] if history.actions else None)
