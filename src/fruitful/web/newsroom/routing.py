"""How the newsroom answers: moderators with pages, everybody else with the way to sign in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.conversation import Moderator
from fruitful.domain.errors import DomainError, InvalidRequest
from fruitful.services.moderators import moderator_of
from fruitful.web.newsroom.templates import render
from fruitful.web.problems import problem_headers
from fruitful.web.requests import MODERATOR_COOKIE, require_same_origin, world_of

HOME = "/newsroom"
PICKS = "/newsroom/picks"
SIGN_IN = "/newsroom/sign-in"

_PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


class NotSignedIn(Exception):
    """Nobody is signed in who could see this."""


class NewsroomRoute(APIRoute):
    """Sends strangers to the sign-in page, and tells errors to people in words.

    A change that another site's page asks for is refused before anything else.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, guarded."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if request.method == "POST":
                    require_same_origin(request)
                return await handle(request)
            except NotSignedIn:
                return to_sign_in(request)
            except DomainError as error:
                return refusal(request, error)
            except RequestValidationError:
                return refusal(request, InvalidRequest())

        return guarded


async def signed_in(request: Request) -> Moderator:
    """Who asks. Raises :class:`NotSignedIn`."""
    moderator = await moderator_of(world_of(request), request.cookies.get(MODERATOR_COOKIE))
    if moderator is None:
        raise NotSignedIn
    return moderator


def is_swap(request: Request) -> bool:
    """Whether the page's script asks, and will put the answer in its place."""
    return request.headers.get("hx-request") == "true"


def page(
    name: str, moderator: Moderator | None, /, *, status: int = 200, **context: object
) -> Response:
    """A whole page, or a part of one, which nobody else may keep."""
    html = render(name, moderator=moderator, **context)
    return HTMLResponse(html, status_code=status, headers=_PRIVATE)


def see(address: str) -> Response:
    """Go and look there, now that what was sent has been done."""
    return RedirectResponse(address, status_code=303, headers=_PRIVATE)


def to_sign_in(request: Request) -> Response:
    """The way to the sign-in page, and from there back to where somebody wanted to go."""
    if is_swap(request):
        return Response(status_code=401, headers={**_PRIVATE, "HX-Redirect": SIGN_IN})
    if request.method != "GET":
        return see(SIGN_IN)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see(SIGN_IN if wanted == HOME else f"{SIGN_IN}?next={quote(wanted, safe='/')}")


def refusal(request: Request, error: DomainError) -> Response:
    """What could not be done, as a page or in place of what was asked for."""
    name = "refused.html" if is_swap(request) else "message.html"
    html = render(name, moderator=None, detail=str(error), comment_id=_comment_id(request))
    headers = {**problem_headers(error), **_PRIVATE}
    return HTMLResponse(html, status_code=error.status, headers=headers)


def _comment_id(request: Request) -> str | None:
    found = request.path_params.get("comment_id")
    return str(found) if found else None
