"""The end of signing in, for every way that leaves the page: go on reading, or tell the article.

The embed opens such a way in a window of its own, since a provider does not let itself be framed.
When it is done, that window tells the page that opened it, and only a page of the site.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.conversation import Site
from fruitful.domain.sign_in import SignedIn
from fruitful.web.pages.routing import PRIVATE, asked_language
from fruitful.web.pages.templates import render
from fruitful.web.requests import READER_COOKIE, world_of

ATTEMPT_COOKIE = "fruitful_sign_in"
POPUP_HEADERS = PRIVATE | {"Cross-Origin-Opener-Policy": "unsafe-none"}
"""A window that has to tell the article's page must keep its tie to it."""


def local_path(asked: str | None) -> str:
    """A path on this server to go on to; the front where what was asked for is none.

    Two slashes, or a backslash, would have a browser leave for another host.
    """
    if not asked or not asked.startswith("/") or asked[1:2] in ("/", "\\"):
        return "/"
    return asked if asked.isprintable() and len(asked) <= 500 else "/"


def remember_attempt(request: Request, response: Response, secret: str) -> Response:
    """Have the browser keep the secret of an attempt, for as long as the attempt lasts."""
    response.set_cookie(
        ATTEMPT_COOKIE,
        secret,
        max_age=900,
        path="/sign-in",
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return response


def signed_in_response(
    request: Request, arrived: tuple[SignedIn, Site], *, return_to: str, in_popup: bool
) -> Response:
    """Go on to the page that the reader came from, or hand the sitting to the one that waits."""
    signed, site = arrived
    if in_popup:
        html = render(
            "signed_in.html",
            asked_language(request),
            token=signed.token,
            expires_at=signed.expires_at,
            name=signed.reader.name,
            origins=site.origins,
        )
        response: Response = HTMLResponse(html, headers=POPUP_HEADERS)
    else:
        response = RedirectResponse(local_path(return_to), status_code=303, headers=PRIVATE)
        remember_reader(request, response, signed)
    response.delete_cookie(ATTEMPT_COOKIE, path="/sign-in")
    return response


def remember_reader(request: Request, response: Response, signed: SignedIn) -> Response:
    """Have the browser be this reader on our own pages, for as long as the sitting lasts."""
    response.set_cookie(
        READER_COOKIE,
        signed.token,
        # Not the moment itself: the browser's clock may be wrong.
        max_age=int((signed.expires_at - world_of(request).clock()).total_seconds()),
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return response
