"""Sign in by letter on pages of this server, without any script; and sign out.

What has to be remembered between the steps stands in the forms, so that it works without cookies
until the very end.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.conversation import Site
from fruitful.domain.errors import DomainError, InvalidEmail, TooManyRequests
from fruitful.domain.sign_in_errors import SignInCodeWrong, SignInNotOffered
from fruitful.services.sign_in import sign_out
from fruitful.services.sign_in_email import (
    Answered,
    Asked,
    ask_for_letter,
    link_followed,
    sign_in_by_code,
    sign_in_by_link,
)
from fruitful.services.site_sign_in import site_by_slug
from fruitful.web.pages.returning import local_path, remember_reader
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.signing_in import letter_words, masked_address
from fruitful.web.pages.templates import render
from fruitful.web.requests import (
    READER_COOKIE,
    reader_token,
    require_same_origin,
    sender_hash,
    world_of,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_NO_REFERRER = PRIVATE | {"Referrer-Policy": "no-referrer"}
"""For a page whose address is a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What a form of these pages carries on to the next."""

    site: Site
    return_to: str
    email: str = ""
    secret: str = ""


@router.get("/sign-in/email")
async def show_form(request: Request, site: str, return_to: str = "/") -> Response:
    """Ask for the address."""
    found = await site_by_slug(world_of(request), site)
    if not found.options.sign_in_email:
        raise SignInNotOffered
    return _page(request, "sign_in_email.html", _Step(site=found, return_to=local_path(return_to)))


@router.post("/sign-in/email")
async def take_address(request: Request) -> Response:
    """Send the letter, and ask for the code in it."""
    step = await _step(request)
    asked = Asked(
        email=step.email,
        site_slug=step.site.slug,
        words=letter_words(asked_language(request)),
        return_to=step.return_to,
        address_hash=sender_hash(request),
    )
    try:
        secret, _ = await ask_for_letter(world_of(request), asked)
    except (InvalidEmail, TooManyRequests) as error:
        return _page(request, "sign_in_email.html", step, error)
    step = _Step(site=step.site, return_to=step.return_to, email=step.email, secret=secret)
    return _page(request, "sign_in_code.html", step)


@router.post("/sign-in/email/code")
async def take_code(request: Request) -> Response:
    """Compare the code; on success go on where the reader came from."""
    step = await _step(request)
    form = await request.form()
    answered = Answered(
        secret=step.secret, code=str(form.get("code", "")), browser_token=reader_token(request)
    )
    try:
        signed = await sign_in_by_code(world_of(request), answered)
    except SignInCodeWrong as error:
        return _page(request, "sign_in_code.html", step, error)
    response = RedirectResponse(step.return_to, status_code=303, headers=PRIVATE)
    return remember_reader(request, response, signed)


@router.get("/sign-in/email/{secret}")
async def show_button(request: Request, secret: str) -> Response:
    """What a letter's link opens: a button, since programs that scan letters open links too."""
    followed = await link_followed(world_of(request), secret)
    html = render(
        "sign_in_link.html",
        asked_language(request),
        site=followed.site,
        email=masked_address(followed.email),
        action=f"/sign-in/email/{secret}",
    )
    return HTMLResponse(html, headers=_NO_REFERRER)


@router.post("/sign-in/email/{secret}")
async def press_button(request: Request, secret: str) -> Response:
    """Sign in this browser, and go on to the conversation."""
    require_same_origin(request)
    answered = Answered(secret=secret, browser_token=request.cookies.get(READER_COOKIE))
    signed, return_to = await sign_in_by_link(world_of(request), answered)
    response = RedirectResponse(local_path(return_to), status_code=303, headers=_NO_REFERRER)
    return remember_reader(request, response, signed)


@router.post("/sign-out")
async def leave(request: Request, return_to: str = "/") -> Response:
    """End the sitting, here and on the server."""
    require_same_origin(request)
    await sign_out(world_of(request), reader_token(request))
    response = RedirectResponse(local_path(return_to), status_code=303, headers=PRIVATE)
    response.delete_cookie(READER_COOKIE, httponly=True, samesite="lax")
    return response


async def _step(request: Request) -> _Step:
    require_same_origin(request)
    form = await request.form()

    def said(name: str) -> str:
        value = form.get(name)
        return value if isinstance(value, str) else ""

    return _Step(
        site=await site_by_slug(world_of(request), said("site")),
        return_to=local_path(said("return_to")),
        email=said("email"),
        secret=said("secret"),
    )


def _page(
    request: Request, template: str, step: _Step, error: DomainError | None = None
) -> Response:
    language = asked_language(request)
    problem = language.plain(str(error)) if error else ""
    html = render(template, language, step=step, problem=problem)
    return HTMLResponse(html, status_code=error.status if error else 200, headers=PRIVATE)
