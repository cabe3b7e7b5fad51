"""The page on which a reader makes or uses a passkey. A browser asks for one by script only."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from fruitful.domain.sign_in import SignInMethod
from fruitful.domain.sign_in_errors import SignInNotOffered
from fruitful.services.sign_in_passkey import (
    Answered,
    Asked,
    RelyingParty,
    answer_challenge,
    challenge_for,
)
from fruitful.services.site_sign_in import site_by_slug, ways_of
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.pages.returning import (
    ATTEMPT_COOKIE,
    POPUP_HEADERS,
    local_path,
    remember_attempt,
    remember_reader,
)
from fruitful.web.pages.routing import PageRoute, asked_language
from fruitful.web.pages.templates import render
from fruitful.web.requests import (
    READER_COOKIE,
    base_url,
    require_same_origin,
    sender_hash,
    world_of,
)

pages = APIRouter(prefix="/sign-in/passkey", route_class=PageRoute, include_in_schema=False)
calls = APIRouter(prefix="/sign-in/passkey", route_class=StrictRoute, include_in_schema=False)
router = APIRouter()

_Text = Annotated[str, Body(max_length=200)]


@pages.get("")
async def show(request: Request, site: str, return_to: str = "/", popup: bool = False) -> Response:
    """Offer to use a passkey, or to make one."""
    found = await site_by_slug(world_of(request), site)
    if SignInMethod.PASSKEY not in ways_of(found):
        raise SignInNotOffered
    html = render(
        "passkey.html",
        asked_language(request),
        site=found,
        return_to=local_path(return_to),
        in_popup=popup,
    )
    return HTMLResponse(html, headers=POPUP_HEADERS)


@calls.post("/options")
async def post_options(
    request: Request, site: _Text, name: Annotated[str | None, Body(max_length=200)] = None
) -> Response:
    """What the browser's dialogue is opened with: to make a passkey where a name is given."""
    require_same_origin(request)
    asked = Asked(site_slug=site, name=name, address_hash=sender_hash(request))
    challenge = await challenge_for(world_of(request), _party(request), asked)
    response = JSONResponse(challenge.options, headers=POPUP_HEADERS)
    return remember_attempt(request, response, challenge.secret)


@calls.post("/finish")
async def post_answer(
    request: Request,
    credential: Annotated[dict[str, Any], Body()],
    popup: Annotated[bool, Body()] = False,
) -> Response:
    """Sign in whoever holds the passkey: with our cookie, or for the article's page that waits."""
    require_same_origin(request)
    answered = Answered(
        credential=credential,
        secret=request.cookies.get(ATTEMPT_COOKIE),
        browser_token=request.cookies.get(READER_COOKIE),
    )
    signed, site = await answer_challenge(world_of(request), _party(request), answered)
    if not popup:
        response: Response = Response(status_code=204, headers=POPUP_HEADERS)
        return remember_reader(request, response, signed)
    told = {
        "token": signed.token,
        "expires": signed.expires_at.isoformat(),
        "name": signed.reader.name,
        "origins": site.origins,
    }
    return JSONResponse(told, headers=POPUP_HEADERS)


router.include_router(pages)
router.include_router(calls)


def _party(request: Request) -> RelyingParty:
    return RelyingParty(host=request.url.hostname or "", origin=base_url(request))
