"""What is on record: a comment's history, the engine's decisions, the log, the house rules."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.newsroom import DecisionFilter, LogFilter
from fruitful.domain.policy import Category, Outcome
from fruitful.services.audit_decisions import (
    audit_decisions,
    decision_on_record,
    moderation_log,
    rules_in_force,
)
from fruitful.services.moderators import every_moderator
from fruitful.services.pick_comment import marks_of
from fruitful.services.review_appeals import appeals_on
from fruitful.services.review_queue import comment_history
from fruitful.web.newsroom.forms import day_of, id_of, text_of, word_of
from fruitful.web.newsroom.routing import NewsroomRoute, page, signed_in
from fruitful.web.requests import world_of

router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)

LOG_PAGE = 100
DECISIONS_PAGE = 25


@router.get("/newsroom/comments/{comment_id}", response_model=None)
async def show_comment(request: Request, comment_id: UUID) -> Response:
    """Everything on record about one comment, and what can be done about it."""
    moderator, world = await signed_in(request), world_of(request)
    history = await comment_history(world, comment_id)
    return page(
        "comment.html",
        moderator,
        history=history,
        marks=await marks_of(world, comment_id),
        appeals=await appeals_on(world, comment_id),
        now=world.clock(),
    )


@router.get("/newsroom/decisions", response_model=None)
async def show_decisions(request: Request) -> Response:
    """Decisions of every outcome, newest first, to look over the engine's shoulder."""
    moderator, world, asked = await signed_in(request), world_of(request), request.query_params
    wanted = DecisionFilter(
        outcome=word_of(asked, "outcome", Outcome),
        category=word_of(asked, "category", Category),
        model=text_of(asked, "model").strip(),
        since=day_of(asked, "since"),
        until=day_of(asked, "until", days_later=1),
        before=id_of(asked, "before"),
        limit=DECISIONS_PAGE,
    )
    found = await audit_decisions(world, wanted)
    return page(
        "decisions.html",
        moderator,
        found=found,
        asked=asked,
        older=_older(request, found[-1].stored.id) if len(found) == wanted.limit else None,
    )


@router.get("/newsroom/decisions/{decision_id}", response_model=None)
async def show_decision(request: Request, decision_id: UUID) -> Response:
    """One decision, the whole record."""
    moderator = await signed_in(request)
    found, house_rules = await decision_on_record(world_of(request), decision_id)
    return page("decision.html", moderator, found=found, house_rules=house_rules)


@router.get("/newsroom/log", response_model=None)
async def show_log(request: Request) -> Response:
    """What moderators did, newest first."""
    moderator, world, asked = await signed_in(request), world_of(request), request.query_params
    wanted = LogFilter(
        moderator_id=id_of(asked, "moderator"),
        comment_id=id_of(asked, "comment"),
        before=id_of(asked, "before"),
        limit=LOG_PAGE,
    )
    records = await moderation_log(world, wanted)
    return page(
        "log.html",
        moderator,
        records=records,
        moderators=await every_moderator(world),
        asked=asked,
        older=_older(request, records[-1].action.id) if len(records) == wanted.limit else None,
    )


@router.get("/newsroom/house-rules", response_model=None)
async def show_house_rules(request: Request) -> Response:
    """The house rules of every site with their thresholds. They are changed in their file."""
    moderator, world = await signed_in(request), world_of(request)
    return page(
        "house_rules.html",
        moderator,
        sites=await rules_in_force(world),
        default=world.house_rules,
    )


def _older(request: Request, last: UUID) -> str:
    """The same page from after the last line on it."""
    asked = {name: value for name, value in request.query_params.items() if value}
    return f"{request.url.path}?{urlencode({**asked, 'before': str(last)})}"
