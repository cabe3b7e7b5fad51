"""Into the newsroom and out of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.errors import SignInFailed, TooManyRequests
from fruitful.services.moderators import (
    SIGNED_IN_FOR,
    SignedIn,
    SignIn,
    moderator_of,
    sign_in,
    sign_out,
)
from fruitful.web.newsroom.forms import text_of
from fruitful.web.newsroom.routing import HOME, SIGN_IN, NewsroomRoute, page, see
from fruitful.web.requests import MODERATOR_COOKIE, sender_hash, world_of

router = APIRouter(route_class=NewsroomRoute, include_in_schema=False)


@router.get(SIGN_IN, response_model=None)
async def show_form(request: Request) -> Response:
    """The form, or the newsroom for somebody who is signed in."""
    wanted = _within(request.query_params.get("next", ""))
    if await moderator_of(world_of(request), request.cookies.get(MODERATOR_COOKIE)):
        return see(wanted)
    return page("sign_in.html", None, wanted=wanted, email="", refused=None)


@router.post(SIGN_IN, response_model=None)
async def take_form(request: Request) -> Response:
    """Check the password; on success go where somebody wanted to go."""
    form = await request.form()
    wanted = _within(text_of(form, "next"))
    try:
        signed = await sign_in(world_of(request), _attempt(request, form))
    except (SignInFailed, TooManyRequests) as refused:
        return page(
            "sign_in.html",
            None,
            status=refused.status,
            wanted=wanted,
            email=text_of(form, "email"),
            refused=str(refused),
        )
    answer = see(wanted)
    _give_cookie(request, answer, signed)
    return answer


@router.post("/newsroom/sign-out", response_model=None)
async def leave(request: Request) -> Response:
    """End the session, here and on the server."""
    await sign_out(world_of(request), request.cookies.get(MODERATOR_COOKIE))
    answer = see(SIGN_IN)
    answer.delete_cookie(MODERATOR_COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _attempt(request: Request, form: FormData) -> SignIn:
    return SignIn(
        email=text_of(form, "email"),
        password=text_of(form, "password"),
        address_hash=sender_hash(request),
    )


def _give_cookie(request: Request, answer: Response, signed: SignedIn) -> None:
    answer.set_cookie(
        MODERATOR_COOKIE,
        signed.token,
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        path="/",
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
    )


def _within(address: str) -> str:
    """The address if it is in the newsroom, else the newsroom's front: no open redirect."""
    is_ours = address == HOME or address.startswith((f"{HOME}/", f"{HOME}?"))
    return address if is_ours and address.isprintable() and "\\" not in address else HOME
