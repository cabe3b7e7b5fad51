"""Look at a draft before it is posted. Nothing of it is kept."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from fruitful.services.check_draft import CheckedDraft, DraftToCheck, check_draft
from fruitful.web.api.articles import article_of
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.shapes import DraftToken, Url
from fruitful.web.requests import sender_hash, world_of

router = APIRouter(prefix="/api/v1/drafts", tags=["comments"], route_class=StrictRoute)


class DraftIn(BaseModel):
    """What somebody is writing. Send the `token` of the last answer, if there was one."""

    article_url: Url | None = None
    article_id: Annotated[str, Field(max_length=500)] | None = None
    site: Annotated[str, Field(max_length=100)] | None = None
    text: str
    parent_id: UUID | None = None
    token: DraftToken | None = None


class DraftReasonOut(BaseModel):
    """A rule that looks broken, and the words that it looks broken at."""

    category: str | None
    rule: str
    outcome: str
    start: int | None
    end: int | None


class DraftOut(BaseModel):
    """What would become of the draft; `outcome` is null where the site wants no notes."""

    outcome: str | None
    reasons: list[DraftReasonOut]
    html: str
    token: str | None


@router.post("/check", response_model=DraftOut)
async def post_check(request: Request, body: DraftIn) -> DraftOut:
    """Say which rules other than spam a draft looks to break. Nothing is stored or logged of it."""
    checked = await checked_draft(request, body)
    told = checked.foretold
    return DraftOut(
        outcome=told.outcome.value if told else None,
        reasons=[
            DraftReasonOut(
                category=reason.category.value if reason.category else None,
                rule=reason.rule,
                outcome=reason.outcome.value,
                start=reason.span.start if reason.span else None,
                end=reason.span.end if reason.span else None,
            )
            for reason in (told.reasons if told else ())
        ],
        html=checked.html,
        token=checked.token,
    )


async def checked_draft(request: Request, body: DraftIn) -> CheckedDraft:
    """What the writer is told. Raises what :func:`check_draft` raises, and ``UnknownArticle``."""
    world = world_of(request)
    found = await article_of(
        world, url=body.article_url, article_id=body.article_id, site=body.site
    )
    draft = DraftToCheck(
        text=body.text,
        parent_id=body.parent_id,
        token=body.token,
        address_hash=sender_hash(request),
    )
    return await check_draft(world, found, draft)
