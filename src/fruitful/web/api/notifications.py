"""What a reader is told outside the page, for the widget and other clients."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from fruitful.domain.notifications import Choice, Frequency, Topic
from fruitful.services.private_links import Asker, reader_pass
from fruitful.services.subscribe import Standing, Wish, choose, own_preferences
from fruitful.services.subscribe_browser import (
    Browser,
    subscribe_browser,
    unsubscribe_browser,
)
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.requests import base_url, reader_token, sender_hash, world_of

router = APIRouter(
    prefix="/api/v1/me/notifications", tags=["notifications"], route_class=StrictRoute
)

Lang = Annotated[str, Field(max_length=35)]


class ChoiceIn(BaseModel):
    """What to be told and how soon. ``email`` is needed once; a new one is asked first."""

    replies: Frequency
    decisions: Frequency
    email: Annotated[str | None, Field(max_length=300)] = None
    lang: Lang = "en"


class PreferencesOut(BaseModel):
    """What the reader chose. ``email`` is shown in part; ``unconfirmed`` says that a letter was
    sent, and the choice holds once its link is opened. ``page`` is good for a day; ``feed`` is
    the Atom feed of replies, secret; ``push_key`` the server's key for the Push API."""

    email: str | None
    replies: Frequency
    decisions: Frequency
    unconfirmed: bool
    page: str
    feed: str
    push_key: str | None


class PushKeysIn(BaseModel):
    """The keys of a browser, base64url."""

    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


class BrowserIn(BaseModel):
    """A ``PushSubscription`` as its ``toJSON()`` gives it, and what to tell there."""

    endpoint: Annotated[str, Field(max_length=2_000)]
    keys: PushKeysIn
    topics: frozenset[Topic] = frozenset(Topic)
    lang: Lang = "en"


class EndpointIn(BaseModel):
    """Which browser."""

    endpoint: Annotated[str, Field(max_length=2_000)]


@router.get("")
async def get_preferences(request: Request, response: Response) -> PreferencesOut:
    """What the reader chose."""
    response.headers["Cache-Control"] = "private, no-store"
    asker = Asker(token=reader_token(request))
    return _out(request, await own_preferences(world_of(request), asker))


@router.post("")
async def post_choice(request: Request, body: ChoiceIn) -> PreferencesOut:
    """Choose anew."""
    wish = Wish(
        asker=Asker(token=reader_token(request)),
        choice=Choice(replies=body.replies, decisions=body.decisions, language=body.lang),
        email=body.email,
        address_hash=sender_hash(request),
    )
    return _out(request, await choose(world_of(request), wish))


@router.post("/push", status_code=204)
async def post_browser(request: Request, body: BrowserIn) -> Response:
    """Tell the reader in this browser from now on."""
    browser = Browser(
        endpoint=body.endpoint,
        p256dh=body.keys.p256dh,
        auth=body.keys.auth,
        topics=body.topics,
        language=body.lang,
    )
    token = reader_token(request)
    await subscribe_browser(world_of(request), token, browser, sender_hash(request))
    return Response(status_code=204)


@router.post("/push/stop", status_code=204)
async def post_browser_stop(request: Request, body: EndpointIn) -> Response:
    """Tell the reader nothing in this browser any more."""
    await unsubscribe_browser(world_of(request), reader_token(request), body.endpoint)
    return Response(status_code=204)


def _out(request: Request, standing: Standing) -> PreferencesOut:
    world, base, chosen = world_of(request), base_url(request), standing.preferences
    return PreferencesOut(
        email=chosen.email_in_part,
        replies=chosen.replies,
        decisions=chosen.decisions,
        unconfirmed=standing.is_unconfirmed,
        page=f"{base}/notifications?pass={reader_pass(world, chosen.reader_id)}",
        feed=f"{base}/feeds/me/{standing.feed}.atom",
        push_key=world.pusher.public_key if world.pusher else None,
    )
