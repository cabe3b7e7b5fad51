"""What waits for a moderator, most urgent first, and what is on record about a comment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article, CommentState, ReportState
from fruitful.domain.newsroom import (
    BY_MODERATOR,
    BY_REPORTS,
    DANGEROUS,
    Author,
    Overview,
    Revision,
    Urgency,
)
from fruitful.domain.policy import Outcome
from fruitful.storage.tables import (
    ArticleRow,
    CommentRow,
    DecisionRow,
    ReaderRow,
    ReasonRow,
    ReportRow,
    RevisionRow,
)

BY_PEOPLE = (BY_MODERATOR, BY_REPORTS)
"""Models of the decisions that the engine did not make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A comment's place in the queue."""

    comment_id: UUID
    urgency: Urgency
    waiting_since: datetime


async def places(
    connection: AsyncConnection, *, limit: int, offset: int = 0, only: UUID | None = None
) -> list[Place]:
    """The queue, most urgent first and oldest first within an urgency; or one comment in it."""
    reported = _open_reports()
    urgency, since = _urgency(reported), _since(reported)
    query = (
        select(CommentRow.id, urgency.label("urgency"), since.label("since"))
        .outerjoin(reported, reported.c.comment_id == CommentRow.id)
        .where(CommentRow.id.in_(_waiting()))
        .order_by(urgency, since, CommentRow.id)
        .limit(limit)
        .offset(offset)
    )
    if only is not None:
        query = query.where(CommentRow.id == only)
    rows = (await connection.execute(query)).all()
    return [
        Place(comment_id=row.id, urgency=Urgency(row.urgency), waiting_since=row.since)
        for row in rows
    ]


async def overview(connection: AsyncConnection, *, since: datetime) -> Overview:
    """The numbers of the newsroom; decisions count from ``since``."""
    reported = _open_reports()
    waiting = (
        select(func.count().label("waiting"), func.min(_since(reported)).label("oldest"))
        .select_from(CommentRow)
        .outerjoin(reported, reported.c.comment_id == CommentRow.id)
        .where(CommentRow.id.in_(_waiting()))
    )
    held = func.count().filter(DecisionRow.outcome == Outcome.HOLD)
    decided = select(func.count().label("judged"), held.label("held")).where(
        DecisionRow.created_at >= since, DecisionRow.model.not_in(BY_PEOPLE)
    )
    queue = (await connection.execute(waiting)).one()
    day = (await connection.execute(decided)).one()
    return Overview(
        waiting=queue.waiting, oldest_since=queue.oldest, judged=day.judged, held=day.held
    )


async def findings_ids(
    connection: AsyncConnection, comment_ids: Iterable[UUID]
) -> Mapping[UUID, UUID]:
    """For each comment the engine's latest decision on its present revision."""
    query = (
        select(DecisionRow.comment_id, DecisionRow.id)
        .ext(distinct_on(DecisionRow.comment_id))
        .join(
            CommentRow,
            and_(
                CommentRow.id == DecisionRow.comment_id,
                CommentRow.revision == DecisionRow.revision,
            ),
        )
        .where(DecisionRow.comment_id.in_(list(comment_ids)), DecisionRow.model.not_in(BY_PEOPLE))
        .order_by(DecisionRow.comment_id, DecisionRow.created_at.desc(), DecisionRow.id.desc())
    )
    return {row.comment_id: row.id for row in (await connection.execute(query)).all()}


async def in_force_ids(
    connection: AsyncConnection, comment_ids: Iterable[UUID]
) -> Mapping[UUID, UUID]:
    """For each comment the decision that it stands under."""
    query = select(CommentRow.id, CommentRow.decision_id).where(
        CommentRow.id.in_(list(comment_ids)), CommentRow.decision_id.is_not(None)
    )
    return {row.id: row.decision_id for row in (await connection.execute(query)).all()}


async def decision_ids(connection: AsyncConnection, comment_id: UUID) -> list[UUID]:
    """All decisions on the comment, oldest first."""
    query = (
        select(DecisionRow.id)
        .where(DecisionRow.comment_id == comment_id)
        .order_by(DecisionRow.created_at, DecisionRow.id)
    )
    return list((await connection.execute(query)).scalars())


async def revisions(connection: AsyncConnection, comment_id: UUID) -> tuple[Revision, ...]:
    """All that the comment ever said, oldest first."""
    query = (
        select(RevisionRow.number, RevisionRow.text, RevisionRow.created_at)
        .where(RevisionRow.comment_id == comment_id)
        .order_by(RevisionRow.number)
    )
    rows = (await connection.execute(query)).all()
    return tuple(
        Revision(number=row.number, text=row.text, created_at=row.created_at) for row in rows
    )


async def articles(connection: AsyncConnection, ids: Collection[UUID]) -> Mapping[UUID, Article]:
    """The articles with these ids."""
    query = select(
        ArticleRow.id,
        ArticleRow.site_id,
        ArticleRow.url,
        ArticleRow.key,
        ArticleRow.title,
        ArticleRow.closed_at,
        ArticleRow.thread_version,
    ).where(ArticleRow.id.in_(list(ids)))
    return {
        row.id: Article(
            id=row.id,
            site_id=row.site_id,
            url=row.url,
            key=row.key,
            title=row.title,
            is_closed=row.closed_at is not None,
            thread_version=row.thread_version,
        )
        for row in (await connection.execute(query)).all()
    }


async def authors(
    connection: AsyncConnection, reader_ids: Collection[UUID]
) -> Mapping[UUID, Author]:
    """The readers with these ids, and what became of what they wrote."""
    wanted = list(reader_ids)
    people = select(ReaderRow.id, ReaderRow.name, ReaderRow.created_at).where(
        ReaderRow.id.in_(wanted)
    )
    tally = (
        select(CommentRow.reader_id, CommentRow.state, func.count().label("n"))
        .where(CommentRow.reader_id.in_(wanted))
        .group_by(CommentRow.reader_id, CommentRow.state)
    )
    counts: dict[UUID, dict[CommentState, int]] = {}
    for row in (await connection.execute(tally)).all():
        counts.setdefault(row.reader_id, {})[CommentState(row.state)] = row.n
    return {
        row.id: Author(
            reader_id=row.id, name=row.name, since=row.created_at, counts=counts.get(row.id, {})
        )
        for row in (await connection.execute(people)).all()
    }


def _open_reports() -> Subquery:
    """For each comment with open reports: since when, and whether one tells of danger."""
    return (
        select(
            ReportRow.comment_id,
            func.min(ReportRow.created_at).label("since"),
            func.bool_or(ReportRow.reason.in_(sorted(DANGEROUS))).label("danger"),
        )
        .where(ReportRow.state == ReportState.OPEN)
        .group_by(ReportRow.comment_id)
        .subquery()
    )


def _waiting() -> Select[Any]:
    """Ids of the comments that wait: the held ones by their own index, the others by theirs."""
    held = select(CommentRow.id).where(CommentRow.state == CommentState.HELD)
    shown = (
        select(CommentRow.id)
        .join(ReportRow, ReportRow.comment_id == CommentRow.id)
        .where(CommentRow.state == CommentState.PUBLISHED, ReportRow.state == ReportState.OPEN)
    )
    return select(union_all(held, shown).subquery().c.id)


def _since(reported: Subquery) -> ColumnElement[datetime]:
    held_since = func.coalesce(CommentRow.held_at, CommentRow.created_at)
    return case((CommentRow.state == CommentState.HELD, held_since), else_=reported.c.since)


def _urgency(reported: Subquery) -> ColumnElement[int]:
    is_held = CommentRow.state == CommentState.HELD
    dangerous = (
        select(1)
        .where(
            ReasonRow.decision_id == CommentRow.decision_id,
            ReasonRow.category.in_(sorted(DANGEROUS)),
            # A check that could not run knows of no danger; when one is down, everything is held.
            ReasonRow.evidence.not_like("missing:%"),
        )
        .exists()
    )
    return case(
        (or_(and_(is_held, dangerous), reported.c.danger.is_(True)), int(Urgency.DANGER)),
        (and_(is_held, reported.c.comment_id.is_not(None)), int(Urgency.REPORTED)),
        (is_held, int(Urgency.HELD)),
        else_=int(Urgency.VISIBLE),
    )
