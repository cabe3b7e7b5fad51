"""Thresholds that a site learns from its moderators: seen with their effect, then applied."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fruitful.services.calibrate_site import (
    apply_calibration,
    propose_calibration,
    take_back_calibration,
)
from fruitful.web.newsroom.forms import text_of
from fruitful.web.newsroom.routing import NewsroomRoute, page, see, signed_in
from fruitful.web.requests import world_of

router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)

_PAGE = "/newsroom/house-rules/{slug}/calibration"


@router.get(_PAGE, response_model=None)
async def show_calibration(request: Request, slug: str) -> Response:
    """Where moderators draw the line beside where the rules do, and what moving would change."""
    moderator = await signed_in(request)
    proposed = await propose_calibration(world_of(request), slug)
    return page("calibration.html", moderator, proposed=proposed)


@router.post(_PAGE, response_model=None)
async def change_calibration(request: Request, slug: str) -> Response:
    """Apply what was seen, or take the latest calibration back."""
    moderator, world = await signed_in(request), world_of(request)
    form = await request.form()
    if text_of(form, "do") == "take-back":
        await take_back_calibration(world, slug, by=moderator.id)
    else:
        await apply_calibration(world, slug, by=moderator.id, seal=text_of(form, "seal"))
    return see(_PAGE.format(slug=slug))
