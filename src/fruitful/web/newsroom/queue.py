"""The queue, and the decisions that moderators make in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.conversation import Comment, CommentState, Moderator, ModeratorAction
from fruitful.domain.errors import InvalidRequest
from fruitful.domain.newsroom import ActionRecord
from fruitful.domain.policy import Category
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.pick_comment import PICKING, pick_comment
from fruitful.services.review_queue import (
    QueuePage,
    comment_history,
    overview,
    queue_item,
    review_queue,
)
from fruitful.services.world import World
from fruitful.web.newsroom.forms import id_of, number_of, text_of, word_of
from fruitful.web.newsroom.routing import (
    HOME,
    PICKS,
    NewsroomRoute,
    is_swap,
    page,
    see,
    signed_in,
)
from fruitful.web.requests import world_of


@dataclass(frozen=True, slots=True)
class Done:
    """What stands where a comment stood in the queue: who wrote it, and what was done."""

    comment: Comment
    record: ActionRecord | None


router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)

PAGE = 20
"""Comments shown at once: as many as somebody decides on before looking afresh."""


@router.get(HOME, response_model=None)
async def show_queue(request: Request) -> Response:
    """What waits, most urgent first."""
    moderator, world = await signed_in(request), world_of(request)
    offset = number_of(request.query_params, "offset") or 0
    done = id_of(request.query_params, "done")
    return page(
        "queue.html",
        moderator,
        items=await review_queue(world, QueuePage(limit=PAGE, offset=offset)),
        overview=await overview(world),
        now=world.clock(),
        offset=offset,
        size=PAGE,
        done=await _last_action(world, done) if done else None,
    )


@router.get("/newsroom/status", response_model=None)
async def show_status(request: Request) -> Response:
    """The numbers above the queue, for a page that keeps them up to date."""
    moderator, world = await signed_in(request), world_of(request)
    return page("status.html", moderator, overview=await overview(world), now=world.clock())


@router.get("/newsroom/comments/{comment_id}/item", response_model=None)
async def show_item(request: Request, comment_id: UUID) -> Response:
    """One comment as the queue shows it, or what was done about it meanwhile."""
    return await _in_place(request, await signed_in(request), comment_id)


@router.post("/newsroom/comments/{comment_id}/actions", response_model=None)
async def act(request: Request, comment_id: UUID) -> Response:
    """Approve, reject, undo, pick or pin; then the next one, or what stands in its place now."""
    moderator = await signed_in(request)
    form = await request.form()
    order = _order(comment_id, moderator, form)
    act_on = pick_comment if order.action in PICKING else moderate_comment
    await act_on(world_of(request), order)
    if is_swap(request):
        return await _in_place(request, moderator, comment_id)
    if text_of(form, "back") == "picks":
        return see(f"{PICKS}#item-{comment_id}")
    if text_of(form, "back") == "comment":
        return see(f"/newsroom/comments/{comment_id}")
    return see(f"{HOME}?done={comment_id}")


def _order(comment_id: UUID, moderator: Moderator, form: FormData) -> Order:
    action = word_of(form, "action", ModeratorAction)
    if action is None:
        raise InvalidRequest
    return Order(
        comment_id=comment_id,
        action=action,
        moderator_id=moderator.id,
        category=word_of(form, "category", Category),
        note=text_of(form, "note"),
        expected_state=word_of(form, "expected_state", CommentState),
        expected_revision=number_of(form, "expected_revision"),
    )


async def _in_place(request: Request, moderator: Moderator, comment_id: UUID) -> Response:
    world = world_of(request)
    item = await queue_item(world, comment_id)
    numbers = await overview(world)
    if item is not None:
        return page("item_swap.html", moderator, item=item, overview=numbers, now=world.clock())
    done = await _last_action(world, comment_id)
    return page("done_swap.html", moderator, done=done, overview=numbers, now=world.clock())


async def _last_action(world: World, comment_id: UUID) -> Done:
    history = await comment_history(world, comment_id)
    return Done(comment=history.comment, record=history.actions[-1] if history.actions else None)
