"""A writer's own pages: why it was decided so, how to contest it, and all they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.errors import DomainError, StorageUnavailable, UnknownDecision
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.explain_standing import explain_standing
from fruitful.services.private_links import Asker
from fruitful.services.statement_of_reasons import (
    OWN_PAGE,
    decision_on_own_comment,
    own_decided,
    statement_of_reasons,
)
from fruitful.web.pages.deciding import own_decided_view, standing_in_words, statement_view
from fruitful.web.pages.links import links_for
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.templates import render
from fruitful.web.problems import problem_headers
from fruitful.web.requests import (
    reader_token,
    require_same_origin,
    sender_hash,
    world_of,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# The address of these pages may hold the key that opens them: no other site may learn it.
_HEADERS = {**PRIVATE, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """An appeal that could not be taken, to be shown again with what is wrong."""

    text: str = ""
    problem: str | None = None
    status: int = 200


@router.get("/decisions/{decision_id:uuid}")
async def decision_page(
    request: Request, decision_id: UUID, key: str | None = None, done: str | None = None
) -> Response:
    """The statement of reasons, for the comment's writer."""
    return await _show(request, decision_id, _asker(request, key), _Sent(), done == "appealed")


@router.post("/decisions/{decision_id:uuid}/appeals")
async def post_appeal(request: Request, decision_id: UUID) -> Response:
    """Take an appeal."""
    require_same_origin(request)
    form = await request.form()
    text, key = form.get("text"), form.get("key")
    text = text if isinstance(text, str) else ""
    asker = _asker(request, key if isinstance(key, str) and key else None)
    new = NewAppeal(
        decision_id=decision_id, text=text, asker=asker, address_hash=sender_hash(request)
    )
    try:
        await appeal_decision(world_of(request), new)
    except (StorageUnavailable, UnknownDecision):
        raise
    except DomainError as error:
        problem = asked_language(request).plain(str(error))
        sent = _Sent(text=text, problem=problem, status=error.status)
        response = await _show(request, decision_id, asker, sent)
        response.headers.update(problem_headers(error))
        return response
    shown = f"&key={asker.key}" if asker.key else ""
    return RedirectResponse(f"/decisions/{decision_id}?done=appealed{shown}", status_code=303)


@router.get("/comments/{comment_id:uuid}/decision")
async def decision_in_force(request: Request, comment_id: UUID, key: str | None = None) -> Response:
    """Lead to the decision that one's own comment stands under."""
    asker = _asker(request, key)
    decision_id = await decision_on_own_comment(world_of(request), comment_id, asker)
    shown = f"?key={asker.key}" if asker.key else ""
    return RedirectResponse(f"/decisions/{decision_id}{shown}", status_code=302, headers=_HEADERS)


@router.get("/me")
async def own_page(request: Request, offset: int = 0) -> Response:
    """All that the reader wrote, whatever became of it."""
    language, world = asked_language(request), world_of(request)
    offset = min(max(offset, 0), 1_000_000)
    shown_pass = (request.query_params.get("pass") or "")[:_LONGEST_KEY]
    asker = Asker(token=reader_token(request), key=shown_pass or None)
    own = await own_decided(world, asker, offset=offset)
    standing = await explain_standing(world, asker.token, shown_pass=asker.key)
    links = links_for(request)
    html = render(
        "own.html",
        language,
        own=tuple(own_decided_view(comment, language, links) for comment in own or ()),
        is_known=own is not None,
        shown_pass=shown_pass,
        standing=standing_in_words(standing, language) if standing else (),
        older=offset + OWN_PAGE if own and len(own) == OWN_PAGE else None,
    )
    return HTMLResponse(html, headers=_HEADERS)


async def _show(
    request: Request, decision_id: UUID, asker: Asker, sent: _Sent, is_done: bool = False
) -> Response:
    language = asked_language(request)
    statement = await statement_of_reasons(world_of(request), decision_id, asker)
    html = render(
        "decision.html",
        language,
        view=statement_view(statement, language),
        key=asker.key,
        sent=sent,
        is_done=is_done,
    )
    return HTMLResponse(html, status_code=sent.status, headers=_HEADERS)


def _asker(request: Request, key: str | None) -> Asker:
    return Asker(token=reader_token(request), key=key if key and len(key) <= _LONGEST_KEY else None)
