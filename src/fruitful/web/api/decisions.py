"""What a writer is told of a decision, and how they contest it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from fruitful.domain.appeals import Appeal, AppealState
from fruitful.domain.errors import SignInRequired
from fruitful.domain.statement import Ground, OwnDecided, StatementOfReasons
from fruitful.domain.transparency import TransparencyRecord, transparency_record
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.explain_standing import explain_standing
from fruitful.services.private_links import Asker
from fruitful.services.statement_of_reasons import own_decided, statement_of_reasons
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.shapes import SpanOut, spans_out
from fruitful.web.requests import reader_token, sender_hash, world_of

router = APIRouter(prefix="/api/v1", tags=["decisions"], route_class=StrictRoute)

_PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}


class AppealIn(BaseModel):
    """Why the decision is wrong, in 10 to 2,000 characters. Only moderators read it."""

    text: str


class AppealOut(BaseModel):
    """An appeal. `lapsed`: the decision it contested no longer stands. `answer` is a person's."""

    id: UUID
    state: AppealState
    created_at: datetime
    answered_at: datetime | None
    answer: str | None


class GroundOut(BaseModel):
    """A house rule that was met, and the words that met it. `category` is null where a check could
    not be completed, or readers named no rule."""

    category: str | None
    rule: str
    explanation: str
    outcome: str
    evidence: str
    spans: list[SpanOut]


class TransparencyOut(BaseModel):
    """The same in the words of the transparency database of the European Commission."""

    decision_visibility: list[str]
    decision_ground: str
    incompatible_content_ground: str
    incompatible_content_explanation: str
    category: str
    category_specification: list[str]
    content_type: list[str]
    content_date: date
    application_date: date
    source_type: str
    automated_detection: str
    automated_decision: str
    puid: str


class ContestOut(BaseModel):
    """How to contest the decision: here, while `here` is true, and at the site's own address.
    `why_not` says what keeps one from contesting it here."""

    here: bool
    why_not: str | None
    contact: str | None


class StatementOut(BaseModel):
    """A statement of reasons. `text` is null once erased; spans index it in code points."""

    id: UUID
    comment_id: UUID
    article_url: str
    text: str | None
    written_at: datetime
    decided_at: datetime
    outcome: str
    grounds: list[GroundOut]
    source: str
    automated_detection: bool
    automated_decision: str
    model: str
    house_rules: str
    comment_state: str
    is_in_force: bool
    contest: ContestOut
    appeal: AppealOut | None
    answers_appeal: UUID | None
    transparency: TransparencyOut | None


class OwnDecidedOut(BaseModel):
    """One of the reader's comments, whatever became of it."""

    id: UUID
    article_url: str
    state: str
    text: str | None
    created_at: datetime
    edited_at: datetime | None
    decision_id: UUID
    decided_at: datetime
    appeal: AppealOut | None


class OwnDecidedListOut(BaseModel):
    """The reader's comments, newest first."""

    comments: list[OwnDecidedOut]


class StandingOut(BaseModel):
    """`standing` is 0 to 1 and starts at 0.25. The counts are whole; how much each deed still
    counts for halves every 90 days. `report_weight`: at 1, reports take a comment back."""

    standing: float
    published: int
    rejected: int
    reports_upheld: int
    reports_dismissed: int
    report_weight: float
    first_comments_left: int
    is_read_closer: bool


@router.get("/decisions/{decision_id}")
async def get_decision(request: Request, response: Response, decision_id: UUID) -> StatementOut:
    """The statement of reasons for a decision on one's own comment; 404 for everybody else."""
    response.headers.update(_PRIVATE)
    asker = Asker(token=reader_token(request))
    return _statement_out(await statement_of_reasons(world_of(request), decision_id, asker))


@router.post("/decisions/{decision_id}/appeals", status_code=201)
async def post_appeal(request: Request, decision_id: UUID, body: AppealIn) -> AppealOut:
    """Contest a decision on one's own comment, once. A person will answer."""
    new = NewAppeal(
        decision_id=decision_id,
        text=body.text,
        asker=Asker(token=reader_token(request)),
        address_hash=sender_hash(request),
    )
    return _appeal_out(await appeal_decision(world_of(request), new))


@router.get("/me/comments")
async def get_own_comments(
    request: Request, response: Response, offset: int = 0
) -> OwnDecidedListOut:
    """All that the reader wrote, 50 at a time, with where it stands and the decision on it."""
    response.headers.update(_PRIVATE)
    asker = Asker(token=reader_token(request))
    own = await own_decided(world_of(request), asker, offset=min(max(offset, 0), 1_000_000))
    if own is None:
        raise SignInRequired("This needs the token of a reader.")
    return OwnDecidedListOut(comments=[_own_out(comment) for comment in own])


@router.get("/me/standing")
async def get_standing(request: Request, response: Response) -> StandingOut:
    """How the reader stands with this site, what that follows from, and what it changes."""
    response.headers.update(_PRIVATE)
    explained = await explain_standing(world_of(request), reader_token(request))
    if explained is None:
        raise SignInRequired("This needs the token of a reader.")
    return StandingOut(
        standing=round(explained.standing, 4),
        published=explained.published,
        rejected=explained.rejected,
        reports_upheld=explained.reports_upheld,
        reports_dismissed=explained.reports_dismissed,
        report_weight=round(explained.report_weight, 4),
        first_comments_left=explained.first_comments_left,
        is_read_closer=explained.is_read_closer,
    )


def _statement_out(statement: StatementOfReasons) -> StatementOut:
    record = transparency_record(statement)
    return StatementOut(
        id=statement.decision_id,
        comment_id=statement.comment_id,
        article_url=statement.article_url,
        text=statement.text,
        written_at=statement.written_at,
        decided_at=statement.decided_at,
        outcome=statement.outcome.value,
        grounds=[_ground_out(ground) for ground in statement.grounds],
        source=statement.source.value,
        automated_detection=statement.is_detected_automatically,
        automated_decision=statement.automation.value,
        model=statement.model,
        house_rules=statement.house_rules,
        comment_state=statement.comment_state.value,
        is_in_force=statement.is_in_force,
        contest=ContestOut(
            here=statement.can_be_contested,
            why_not=statement.obstacle.value if statement.obstacle else None,
            contact=statement.contact or None,
        ),
        appeal=_appeal_out(statement.appeal) if statement.appeal else None,
        answers_appeal=statement.answers.id if statement.answers else None,
        transparency=_transparency_out(record) if record else None,
    )


def _ground_out(ground: Ground) -> GroundOut:
    return GroundOut(
        category=ground.category.value if ground.category else None,
        rule=ground.rule,
        explanation=ground.explanation,
        outcome=ground.outcome.value,
        evidence=ground.evidence,
        spans=spans_out(ground.spans),
    )


def _transparency_out(record: TransparencyRecord) -> TransparencyOut:
    return TransparencyOut(
        decision_visibility=list(record.decision_visibility),
        decision_ground=record.decision_ground,
        incompatible_content_ground=record.incompatible_content_ground,
        incompatible_content_explanation=record.incompatible_content_explanation,
        category=record.category,
        category_specification=list(record.category_specification),
        content_type=list(record.content_type),
        content_date=record.content_date,
        application_date=record.application_date,
        source_type=record.source_type,
        automated_detection=record.automated_detection,
        automated_decision=record.automated_decision,
        puid=record.puid,
    )


def _appeal_out(appeal: Appeal) -> AppealOut:
    return AppealOut(
        id=appeal.id,
        state=appeal.state,
        created_at=appeal.created_at,
        answered_at=appeal.answered_at,
        answer=appeal.answer or None,
    )


def _own_out(own: OwnDecided) -> OwnDecidedOut:
    return OwnDecidedOut(
        id=own.comment_id,
        article_url=own.article_url,
        state=own.state.value,
        text=own.text,
        created_at=own.created_at,
        edited_at=own.edited_at,
        decision_id=own.decision_id,
        decided_at=own.decided_at,
        appeal=_appeal_out(own.appeal) if own.appeal else None,
    )
