"""A reader's own page: take away all that is held about them, or have it erased."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fruitful.domain.errors import InvalidRequest
from fruitful.domain.site_options import Erasure
from fruitful.services.own_data import erase_own_data, erasure_on, own_data
from fruitful.services.private_links import Asker
from fruitful.web.downloads import own_data_response
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.templates import render
from fruitful.web.requests import READER_COOKIE, reader_token, require_same_origin, world_of

router = APIRouter(prefix="/me", route_class=PageRoute, include_in_schema=False)

# The address of these pages may hold the pass that opens them: no other site may learn it.
_HEADERS = {**PRIVATE, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_LONGEST_PASS = 200


@router.get("/data")
async def show(request: Request) -> Response:
    """Say what can be done with one's own data, and offer it."""
    asker = _asker(request, request.query_params.get("pass"))
    choice = await erasure_on(world_of(request), asker)
    html = render(
        "own_data.html",
        asked_language(request),
        shown_pass=asker.key or "",
        comments_go=choice is Erasure.REMOVE,
    )
    return HTMLResponse(html, headers=_HEADERS)


@router.get("/data.json")
async def download(request: Request) -> Response:
    """All that is held about the reader, as a file."""
    asker = _asker(request, request.query_params.get("pass"))
    return own_data_response(await own_data(world_of(request), asker))


@router.post("/erase")
async def erase(request: Request) -> Response:
    """Erase it all, once the reader has said that they mean it."""
    require_same_origin(request)
    form = await request.form()
    shown_pass, meant = form.get("pass"), form.get("meant")
    if meant != "yes":
        raise InvalidRequest("Please tick the box first: erasing cannot be undone.")
    asker = _asker(request, shown_pass if isinstance(shown_pass, str) else None)
    await erase_own_data(world_of(request), asker)
    language = asked_language(request)
    html = render(
        "message.html",
        language,
        heading=language.plain("It is erased"),
        detail=language.plain("Nothing that tells who you are is held here any more."),
        back_url=None,
    )
    response = HTMLResponse(html, headers=_HEADERS)
    response.delete_cookie(READER_COOKIE)
    return response


def _asker(request: Request, shown_pass: str | None) -> Asker:
    key = shown_pass if shown_pass and len(shown_pass) <= _LONGEST_PASS else None
    return Asker(token=reader_token(request), key=key)
