"""What a reader is told outside the page: chosen with a form, and stopped without signing in.

There are two ways in. ``/notifications`` is for who is known, by cookie or by a pass that is good
for a day; they may name another address. ``/notifications/{link}`` stands in every letter for good,
so whoever holds it may choose and stop, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.errors import DomainError, InvalidRequest, NotAllowed, StorageUnavailable
from fruitful.domain.notifications import Choice, Frequency
from fruitful.services.private_links import Asker
from fruitful.services.subscribe import (
    Standing,
    Wish,
    choose,
    choose_by_link,
    confirm,
    own_preferences,
    preferences_by_link,
    renew_feed,
    stop_letters,
)
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.templates import render
from fruitful.web.pages.views import Flash
from fruitful.web.problems import problem_headers
from fruitful.web.requests import reader_token, require_same_origin, sender_hash, world_of

router = APIRouter(prefix="/notifications", route_class=PageRoute, include_in_schema=False)

# The address holds the key that opens the page: no other site may learn it.
_HEADERS = {**PRIVATE, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesView:
    """The form. ``action`` is where it is sent; ``email`` is shown only in part."""

    standing: Standing
    action: str
    email: str | None
    can_name_address: bool
    given_pass: str | None
    sends_letters: bool
    push_key: str | None
    flash: Flash | None = None


@router.get("")
async def own_page(request: Request, done: str | None = None) -> Response:
    """The choices of a reader who is known here."""
    standing = await own_preferences(world_of(request), _asker(request))
    return _show(request, standing, _flash(request, done), is_own=True)


@router.post("")
async def post_own(request: Request) -> Response:
    """Take a reader's choice, and another address if they name one."""
    require_same_origin(request)
    world, form = world_of(request), await request.form()
    asker = _asker(request, _field(form, "pass"))
    wish = Wish(
        asker=asker,
        choice=_choice(form, asked_language(request)),
        email=_field(form, "email") or None,
        address_hash=sender_hash(request),
    )
    try:
        standing = await choose(world, wish)
    except (StorageUnavailable, NotAllowed):
        raise
    except DomainError as error:
        return await _refuse(request, asker, error)
    done = "asked" if standing.is_unconfirmed else "chosen"
    query = {"done": done, **({"pass": asker.key} if asker.key else {})}
    return RedirectResponse(f"/notifications?{urlencode(query)}", status_code=303)


@router.get("/confirm/{token}")
async def confirm_page(request: Request, token: str) -> Response:
    """Ask whether the address is the reader's: opening a link alone, as mail scanners do, is no
    answer."""
    say = asked_language(request).plain
    return _question(
        request,
        heading=say("Is this your address?"),
        detail=say("Then you will be sent the news that you asked for."),
        button=say("Yes, write to me"),
    )


@router.post("/confirm/{token}")
async def post_confirmation(request: Request, token: str) -> Response:
    """The address is the reader's own."""
    standing = await confirm(world_of(request), token)
    return RedirectResponse(f"/notifications/{standing.link}?done=confirmed", status_code=303)


@router.get("/{link}")
async def page_by_link(request: Request, link: str, done: str | None = None) -> Response:
    """The choices of whoever was sent the link."""
    standing = await preferences_by_link(world_of(request), link)
    return _show(request, standing, _flash(request, done), is_own=False)


@router.post("/{link}")
async def post_by_link(request: Request, link: str) -> Response:
    """Take a choice from whoever was sent the link."""
    choice = _choice(await request.form(), asked_language(request))
    await choose_by_link(world_of(request), link, choice)
    return RedirectResponse(f"/notifications/{link}?done=chosen", status_code=303)


@router.get("/{link}/stop")
async def stop_page(request: Request, link: str) -> Response:
    """Ask whether all letters are to stop: programs that look at every link stop nothing."""
    standing = await preferences_by_link(world_of(request), link)
    language = _language(request, standing)
    return _question(
        request,
        heading=language.plain("Stop all letters?"),
        detail=language.plain(
            "You will be told nothing by e-mail any more. You can change it back."
        ),
        button=language.plain("Stop all letters"),
        language=language,
    )


@router.post("/{link}/stop")
async def post_stop(request: Request, link: str) -> Response:
    """No more letters, with one POST and nothing else (RFC 8058)."""
    standing = await stop_letters(world_of(request), link)
    language = _language(request, standing)
    flash = Flash(text=language.plain("You will be sent no more letters."))
    return _show(request, standing, flash, is_own=False)


@router.post("/{link}/feed")
async def post_feed(request: Request, link: str) -> Response:
    """Another address for the reader's feed."""
    await renew_feed(world_of(request), link)
    return RedirectResponse(f"/notifications/{link}?done=renewed", status_code=303)


def _show(
    request: Request, standing: Standing, flash: Flash | None, *, is_own: bool, status: int = 200
) -> Response:
    world, language = world_of(request), _language(request, standing)
    given_pass = request.query_params.get("pass") if is_own else None
    view = PreferencesView(
        standing=standing,
        action="/notifications" if is_own else f"/notifications/{standing.link}",
        email=standing.preferences.email_in_part,
        can_name_address=is_own and world.sends_letters,
        given_pass=given_pass,
        sends_letters=world.sends_letters,
        push_key=_push_key(request) if is_own else None,
        flash=flash,
    )
    html = render("notifications.html", language, view=view)
    return HTMLResponse(html, status_code=status, headers=_HEADERS)


def _push_key(request: Request) -> str | None:
    """What the browser subscribes with; ``None`` where it could not then tell us who it is."""
    pusher = world_of(request).pusher
    return pusher.public_key if pusher and reader_token(request) else None


def _question(
    request: Request,
    *,
    heading: str,
    detail: str,
    button: str,
    language: Language | None = None,
) -> Response:
    html = render(
        "question.html",
        language or asked_language(request),
        heading=heading,
        detail=detail,
        button=button,
    )
    return HTMLResponse(html, headers=_HEADERS)


async def _refuse(request: Request, asker: Asker, error: DomainError) -> Response:
    standing = await own_preferences(world_of(request), asker)
    language = _language(request, standing)
    flash = Flash(text=language.plain(str(error)), tone="problem")
    response = _show(request, standing, flash, is_own=True, status=error.status)
    response.headers.update(problem_headers(error))
    return response


def _flash(request: Request, done: str | None) -> Flash | None:
    say = asked_language(request).plain
    sentences = {
        "chosen": say("Your choice is kept."),
        "asked": say("We have sent you a letter. Open the link in it, and your choice holds."),
        "confirmed": say("Thank you. The address is yours, and your choice holds."),
        "renewed": say("Your feed has a new address. The former one leads nowhere."),
    }
    return Flash(text=sentences[done]) if done in sentences else None


def _language(request: Request, standing: Standing) -> Language:
    """The language that the address asks for, else the one that the reader chose before."""
    asked = request.query_params.get("lang")
    return language_for(asked or standing.preferences.language)


def _asker(request: Request, given_pass: str = "") -> Asker:
    key = given_pass or request.query_params.get("pass") or None
    return Asker(token=reader_token(request), key=key)


def _choice(form: FormData, language: Language) -> Choice:
    try:
        return Choice(
            replies=Frequency(_field(form, "replies") or Frequency.OFF),
            decisions=Frequency(_field(form, "decisions") or Frequency.OFF),
            language=language.code,
        )
    except ValueError:
        raise InvalidRequest from None


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
