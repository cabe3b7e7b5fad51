"""What a page shows to one reader only."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from fruitful.services.list_thread import own_comments
from fruitful.services.notices import mark_notices_read, unread_notices
from fruitful.services.own_data import erase_own_data, own_data
from fruitful.services.private_links import Asker
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.shapes import MeOut, NoticesReadIn, me_out
from fruitful.web.downloads import own_data_response
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


@router.get("/data")
async def get_own_data(request: Request) -> Response:
    """All that is held about the reader, by table, for them to keep."""
    data = await own_data(world_of(request), Asker(token=reader_token(request)))
    return own_data_response(data)


@router.delete("", status_code=204)
async def delete_me(request: Request) -> Response:
    """Erase all that is held about the reader. It cannot be undone; the token is worth nothing
    from then on."""
    await erase_own_data(world_of(request), Asker(token=reader_token(request)))
    return Response(status_code=204)
