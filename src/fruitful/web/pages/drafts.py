"""A draft as it would be shown, and the note on it, for the widget and for the plain form."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fruitful.domain.conversation import Site
from fruitful.domain.policy import Outcome
from fruitful.services.check_draft import CheckedDraft
from fruitful.services.policies import rules_of
from fruitful.services.world import World
from fruitful.web.api.articles import article_of
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.drafts import DraftIn, checked_draft
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.templates import marked, render
from fruitful.web.pages.views import NoteView, PreviewView
from fruitful.web.pages.wording import reasons_in_words
from fruitful.web.requests import world_of

router = APIRouter(include_in_schema=False, route_class=StrictRoute)


@router.post("/embed/drafts")
async def post_draft(request: Request, body: DraftIn, lang: str | None = None) -> Response:
    """The preview of a draft and the note on it. Nothing is kept."""
    world, language = world_of(request), language_for(lang)
    site, _ = await article_of(
        world, url=body.article_url, article_id=body.article_id, site=body.site
    )
    preview = preview_view(world, site, await checked_draft(request, body), language)
    html = render("preview.html", language, preview=preview)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def preview_view(
    world: World, site: Site, checked: CheckedDraft, language: Language
) -> PreviewView:
    """What the writer is shown of a draft that was checked."""
    note = None
    if checked.is_noted and checked.foretold:
        told = checked.foretold
        spans = tuple(reason.span for reason in told.reasons if reason.span is not None)
        note = NoteView(
            would_return=told.outcome is Outcome.RETURN,
            reasons=reasons_in_words(told.reasons, rules_of(world, site), language),
            marked=marked(checked.text, spans),
            has_marks=bool(spans),
        )
    return PreviewView(html=checked.html, note=note, token=checked.token)
