"""The comments that the newsroom may point readers to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fruitful.services.pick_comment import candidates
from fruitful.web.newsroom.routing import PICKS, NewsroomRoute, page, signed_in
from fruitful.web.requests import world_of

router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)


@router.get(PICKS, response_model=None)
async def show_picks(request: Request) -> Response:
    """The most fruitful of the newest comments, each with the means to pick or pin it."""
    moderator, world = await signed_in(request), world_of(request)
    return page("picks.html", moderator, candidates=await candidates(world))
