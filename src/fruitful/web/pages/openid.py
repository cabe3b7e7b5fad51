"""To the OpenID provider and back. Both halves are plain navigations, without any script."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fruitful.services.sign_in_oidc import (
    Beginning,
    Return,
    begin_at_provider,
    finish_at_provider,
)
from fruitful.web.pages.returning import (
    ATTEMPT_COOKIE,
    POPUP_HEADERS,
    local_path,
    remember_attempt,
    signed_in_response,
)
from fruitful.web.pages.routing import PageRoute
from fruitful.web.requests import READER_COOKIE, base_url, sender_hash, world_of

router = APIRouter(prefix="/sign-in/oidc", route_class=PageRoute, include_in_schema=False)

_CALLBACK = "/sign-in/oidc/callback"


@router.get("")
async def depart(
    request: Request, site: str, return_to: str = "/", popup: bool = False
) -> Response:
    """Send the reader to the site's provider."""
    beginning = Beginning(
        site_slug=site,
        callback=base_url(request) + _CALLBACK,
        return_to=local_path(return_to),
        in_popup=popup,
        address_hash=sender_hash(request),
    )
    departure = await begin_at_provider(world_of(request), beginning)
    response = RedirectResponse(departure.url, status_code=303, headers=POPUP_HEADERS)
    return remember_attempt(request, response, departure.secret)


@router.get("/callback")
async def arrive(request: Request) -> Response:
    """Take back who comes from the provider. The attempt's cookie proves the same browser."""
    arrival = await finish_at_provider(
        world_of(request),
        Return(
            secret=request.cookies.get(ATTEMPT_COOKIE),
            answer=dict(request.query_params),
            browser_token=request.cookies.get(READER_COOKIE),
        ),
    )
    return signed_in_response(
        request,
        (arrival.signed_in, arrival.site),
        return_to=arrival.return_to,
        in_popup=arrival.in_popup,
    )
