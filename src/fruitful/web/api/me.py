"""What a page shows to one reader only."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from fruitful.services.list_thread import own_comments
from fruitful.services.notices import mark_notices_read, unread_notices
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.shapes import MeOut, NoticesReadIn, me_out
from fruitful.web.requests import reader_token, world_of

router = APIRouter(prefix="/api/v1/me", tags=["me"], route_class=StrictRoute)


@router.get("")
async def get_me(request: Request, response: Response, article_id: UUID) -> MeOut:
    """The reader's own held and returned comments beneath the article, and unread notices."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization, Cookie"
    world, token = world_of(request), reader_token(request)
    own = await own_comments(world, article_id, token)
    return me_out(own, await unread_notices(world, token))


@router.post("/notices/read", status_code=204)
async def post_notices_read(request: Request, body: NoticesReadIn) -> Response:
    """Note that the reader has seen these notices."""
    await mark_notices_read(world_of(request), reader_token(request), body.ids)
    return Response(status_code=204)
