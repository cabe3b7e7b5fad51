"""What moderators do to a comment."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from fruitful.domain.conversation import Action, CommentState, Moderator, ModeratorAction
from fruitful.domain.errors import DomainError
from fruitful.domain.policy import Category
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.moderators import moderator_of
from fruitful.services.pick_comment import PICKING, pick_comment
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.requests import MODERATOR_COOKIE, require_same_origin, world_of

router = APIRouter(prefix="/api/v1/moderation", tags=["moderation"], route_class=StrictRoute)


class ModeratorSignInRequired(DomainError):
    """Sign in to the newsroom first."""

    code = "moderator_sign_in_required"
    status = 401


class ActionIn(BaseModel):
    """What to do. `category` names the rule that a rejected comment breaks; `expected_state` is
    the state that the moderator saw: where it has changed since, nothing is done."""

    action: ModeratorAction
    category: Category | None = None
    note: str = ""
    expected_state: CommentState | None = None


class ActionOut(BaseModel):
    """The line in the log."""

    id: UUID
    comment_id: UUID
    action: str
    category: str | None
    old_state: str
    new_state: str
    moderator: str


@router.post("/comments/{comment_id}/actions")
async def post_action(request: Request, comment_id: UUID, body: ActionIn) -> ActionOut:
    """Approve or reject a comment, undo what was done last, pick or pin what is published, or take
    that back. Needs a newsroom session."""
    moderator = await _moderator(request)
    order = Order(
        comment_id=comment_id,
        action=body.action,
        moderator_id=moderator.id,
        category=body.category,
        note=body.note,
        expected_state=body.expected_state,
    )
    act = pick_comment if body.action in PICKING else moderate_comment
    return _action_out(await act(world_of(request), order))


async def _moderator(request: Request) -> Moderator:
    require_same_origin(request)
    token = request.cookies.get(MODERATOR_COOKIE)
    moderator = await moderator_of(world_of(request), token)
    if moderator is None:
        raise ModeratorSignInRequired
    return moderator


def _action_out(action: Action) -> ActionOut:
    return ActionOut(
        id=action.id,
        comment_id=action.comment_id,
        action=action.action.value,
        category=action.category.value if action.category else None,
        old_state=action.old_state.value,
        new_state=action.new_state.value,
        moderator=action.moderator_name,
    )
