"""Report a comment."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from fruitful.domain.conversation import ReportReason
from fruitful.services.report_comment import NewReport, report_comment
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.requests import reader_token, sender_hash, world_of

router = APIRouter(prefix="/api/v1/comments", tags=["reports"], route_class=StrictRoute)


class ReportIn(BaseModel):
    """What is wrong with the comment: a category of the house rules, or `other`."""

    category: ReportReason
    note: str = ""


class ReportOut(BaseModel):
    """The acknowledgement. `is_new` is false where the reader had reported the comment before."""

    id: UUID
    category: str
    state: str
    is_new: bool
    hidden: bool
    reader_token: str | None = None


@router.post("/{comment_id}/reports", status_code=202, response_model_exclude_none=True)
async def post_report(request: Request, comment_id: UUID, body: ReportIn) -> ReportOut:
    """Report a comment, once a reader. Enough independent reports take it back to the queue."""
    new = NewReport(
        comment_id=comment_id,
        reason=body.category,
        note=body.note,
        reader_token=reader_token(request),
        address_hash=sender_hash(request),
    )
    reported = await report_comment(world_of(request), new)
    return ReportOut(
        id=reported.report.id,
        category=reported.report.reason.value,
        state=reported.report.state.value,
        is_new=reported.is_new,
        hidden=reported.hidden,
        reader_token=reported.reader_token,
    )
