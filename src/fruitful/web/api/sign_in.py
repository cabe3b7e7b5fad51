"""Sign in and out, and what the publisher's server tells about its accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from fruitful.domain.conversation import Reader
from fruitful.domain.language import language_for
from fruitful.domain.sign_in import SignedIn
from fruitful.services.sign_in import renew, sign_out, sitting
from fruitful.services.sign_in_email import Answered, Asked, ask_for_letter, sign_in_by_code
from fruitful.services.sign_in_jwt import Presented, account_changed, sign_in_by_token
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.pages.signing_in import letter_words
from fruitful.web.requests import reader_token, sender_hash, world_of

router = APIRouter(prefix="/api/v1", tags=["sign-in"], route_class=StrictRoute)

Slug = Annotated[str, Field(max_length=100)]


class TokenIn(BaseModel):
    """A token signed by the publisher, for the site with this short name."""

    token: Annotated[str, Field(max_length=10_000)]
    site: Slug


class AddressIn(BaseModel):
    """An address to which a code is sent, in the language ``lang`` if there is such a letter."""

    email: Annotated[str, Field(max_length=300)]
    site: Slug
    lang: Annotated[str | None, Field(max_length=35)] = None


class AttemptOut(BaseModel):
    """Keep ``attempt``: only with it is the code worth something."""

    attempt: str
    expires_at: datetime


class CodeIn(BaseModel):
    """The code that the letter brought, with the attempt that it belongs to."""

    attempt: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=20)]


class ReaderOut(BaseModel):
    """Who is signed in, as others see them."""

    name: str
    badge: str | None


class SignedInOut(BaseModel):
    """A sitting: send ``reader_token`` as a bearer token until ``expires_at``."""

    reader_token: str
    expires_at: datetime
    reader: ReaderOut


class SessionOut(BaseModel):
    """Who holds the token: ``method`` is ``guest`` or a way to sign in, null for a stranger."""

    reader: ReaderOut | None
    method: str | None
    expires_at: datetime | None


@router.post("/sign-in/jwt")
async def post_token(request: Request, body: TokenIn) -> SignedInOut:
    """Sign in with the publisher's token. It serves once."""
    return signed_in_out(await sign_in_by_token(world_of(request), _presented(request, body)))


@router.post("/sign-in/email", status_code=202)
async def post_address(request: Request, body: AddressIn) -> AttemptOut:
    """Send a letter with a code to the address. The answer tells nothing about the address."""
    asked = Asked(
        email=body.email,
        site_slug=body.site,
        words=letter_words(language_for(body.lang)),
        address_hash=sender_hash(request),
    )
    attempt, expires_at = await ask_for_letter(world_of(request), asked)
    return AttemptOut(attempt=attempt, expires_at=expires_at)


@router.post("/sign-in/email/code")
async def post_code(request: Request, body: CodeIn) -> SignedInOut:
    """Sign in with the code. After five wrong ones the attempt is over."""
    answered = Answered(secret=body.attempt, code=body.code, browser_token=reader_token(request))
    return signed_in_out(await sign_in_by_code(world_of(request), answered))


@router.post("/accounts/events", status_code=204)
async def post_account_event(request: Request, body: TokenIn) -> Response:
    """For the publisher's server: an account was deleted, renamed or signed out everywhere. The
    token says so in its claim `event`."""
    await account_changed(world_of(request), _presented(request, body))
    return Response(status_code=204)


@router.get("/session")
async def get_session(request: Request) -> SessionOut:
    """Who holds the token that the request carries."""
    return session_out(await sitting(world_of(request), None, reader_token(request)))


@router.post("/session/renew")
async def post_renewal(request: Request) -> SessionOut:
    """Let the sitting last another 30 days; one that rests on the publisher's token stays."""
    return session_out(await renew(world_of(request), reader_token(request)))


@router.delete("/session", status_code=204)
async def delete_session(request: Request) -> Response:
    """Sign out in this browser."""
    await sign_out(world_of(request), reader_token(request))
    return Response(status_code=204)


def signed_in_out(signed: SignedIn) -> SignedInOut:
    """A sitting that was opened, for the browser that will hold it."""
    return SignedInOut(
        reader_token=signed.token,
        expires_at=signed.expires_at,
        reader=_reader_out(signed.reader),
    )


def session_out(reader: Reader | None) -> SessionOut:
    """Who somebody is."""
    if reader is None:
        return SessionOut(reader=None, method=None, expires_at=None)
    return SessionOut(
        reader=_reader_out(reader), method=reader.method, expires_at=reader.signed_in_until
    )


def _reader_out(reader: Reader) -> ReaderOut:
    return ReaderOut(name=reader.name, badge=reader.badge)


def _presented(request: Request, body: TokenIn) -> Presented:
    return Presented(
        token=body.token,
        site_slug=body.site,
        browser_token=reader_token(request),
        address_hash=sender_hash(request),
    )
