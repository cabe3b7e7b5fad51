"""Queries on readers' reports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import Report, ReportReason, ReportState
from fruitful.domain.newsroom import ReportOnRecord
from fruitful.domain.report_weight import PastReport, Weighed
from fruitful.storage.tables import CommentRow, ReportRow, RevisionRow

_MOST_PAST = 5_000


async def add(
    connection: AsyncConnection,
    report: Report,
    *,
    address_hash: str,
    settled_at: datetime | None = None,
) -> None:
    """Insert a report. The reader must not have reported the comment before."""
    await connection.execute(
        insert(ReportRow).values(
            id=report.id,
            comment_id=report.comment_id,
            reader_id=report.reader_id,
            reason=report.reason,
            note=report.note,
            weight=report.weight,
            address_hash=address_hash,
            state=report.state,
            is_newcomer=report.is_newcomer,
            created_at=report.created_at,
            settled_at=settled_at,
        )
    )


async def by_reader(
    connection: AsyncConnection, comment_id: UUID, reader_id: UUID
) -> Report | None:
    """The reader's report on the comment."""
    query = _reports().where(ReportRow.comment_id == comment_id, ReportRow.reader_id == reader_id)
    row = (await connection.execute(query)).one_or_none()
    return _report(row) if row else None


async def open_on(
    connection: AsyncConnection, comment_id: UUID, *, besides: Collection[ReportReason]
) -> list[tuple[ReportReason, Weighed]]:
    """The open reports on the comment for other reasons than these."""
    query = select(
        ReportRow.reason,
        ReportRow.weight,
        ReportRow.address_hash,
        ReportRow.reader_id,
        ReportRow.is_newcomer,
    ).where(
        ReportRow.comment_id == comment_id,
        ReportRow.state == ReportState.OPEN,
        ReportRow.reason.not_in(list(besides)),
    )
    rows = (await connection.execute(query)).all()
    return [
        (
            ReportReason(row.reason),
            Weighed(row.weight, row.address_hash, row.reader_id, row.is_newcomer),
        )
        for row in rows
    ]


async def past_of_reporters(
    connection: AsyncConnection, comment_id: UUID, *, since: datetime
) -> list[PastReport]:
    """What those with an open report on the comment reported besides it since then, the latest
    first and no more than some thousands."""
    reporter = aliased(ReportRow)
    reporters = select(reporter.reader_id).where(
        reporter.comment_id == comment_id, reporter.state == ReportState.OPEN
    )
    query = (
        select(ReportRow.reader_id, ReportRow.comment_id, ReportRow.created_at)
        .where(
            ReportRow.reader_id.in_(reporters),
            ReportRow.comment_id != comment_id,
            ReportRow.created_at >= since,
        )
        .order_by(ReportRow.created_at.desc())
        .limit(_MOST_PAST)
    )
    rows = (await connection.execute(query)).all()
    return [PastReport(row.reader_id, row.comment_id, row.created_at) for row in rows]


async def open_reasons(connection: AsyncConnection, comment_id: UUID) -> frozenset[ReportReason]:
    """What the open reports on the comment say."""
    query = select(ReportRow.reason).where(
        ReportRow.comment_id == comment_id, ReportRow.state == ReportState.OPEN
    )
    return frozenset(map(ReportReason, (await connection.execute(query)).scalars()))


async def settle(
    connection: AsyncConnection, comment_id: UUID, state: ReportState, *, moment: datetime
) -> None:
    """Settle the open reports on the comment, by a decision made at the moment.

    Those about an earlier text cannot have been wrong about this one: they are not dismissed but
    overtaken.
    """
    ended: Any = state
    if state is ReportState.DISMISSED:
        rewritten = (
            select(RevisionRow.created_at)
            .join(CommentRow, CommentRow.id == RevisionRow.comment_id)
            .where(CommentRow.id == ReportRow.comment_id, RevisionRow.number == CommentRow.revision)
            .scalar_subquery()
        )
        is_earlier = ReportRow.created_at < rewritten
        ended = case((is_earlier, ReportState.OVERTAKEN.value), else_=state.value)
    await connection.execute(
        update(ReportRow)
        .where(ReportRow.comment_id == comment_id, ReportRow.state == ReportState.OPEN)
        .values(state=ended, settled_at=moment)
    )


async def overtake(
    connection: AsyncConnection, comment_id: UUID, *, moment: datetime
) -> list[Report]:
    """Settle the open reports on a comment that its writer has taken back; gives them."""
    await settle(connection, comment_id, ReportState.OVERTAKEN, moment=moment)
    return [
        report
        for report in await settled_at(connection, comment_id, moment)
        if report.state is ReportState.OVERTAKEN
    ]


async def settled_at(
    connection: AsyncConnection, comment_id: UUID, moment: datetime
) -> list[Report]:
    """The reports that the decision made at the moment settled."""
    query = _reports().where(ReportRow.comment_id == comment_id, ReportRow.settled_at == moment)
    return [_report(row) for row in (await connection.execute(query)).all()]


async def reopen(connection: AsyncConnection, comment_id: UUID, *, since: datetime) -> list[UUID]:
    """Open again the reports settled since then; gives their ids."""
    changed = await connection.execute(
        update(ReportRow)
        .where(ReportRow.comment_id == comment_id, ReportRow.settled_at >= since)
        .values(state=ReportState.OPEN, settled_at=None)
        .returning(ReportRow.id)
    )
    return list(changed.scalars())


async def on_record(
    connection: AsyncConnection,
    comment_ids: Iterable[UUID],
    *,
    states: Collection[ReportState] = tuple(ReportState),
) -> Mapping[UUID, tuple[ReportOnRecord, ...]]:
    """The reports on each of these comments, oldest first, with their reporters' accuracy."""
    query = (
        _reports()
        .add_columns(
            _earlier(ReportState.UPHELD).label("upheld"),
            _earlier(ReportState.DISMISSED).label("dismissed"),
        )
        .where(ReportRow.comment_id.in_(list(comment_ids)), ReportRow.state.in_(list(states)))
        .order_by(ReportRow.created_at, ReportRow.id)
    )
    grouped: dict[UUID, tuple[ReportOnRecord, ...]] = {}
    for row in (await connection.execute(query)).all():
        report = ReportOnRecord(
            id=row.id,
            reason=ReportReason(row.reason),
            note=row.note,
            weight=row.weight,
            state=ReportState(row.state),
            created_at=row.created_at,
            reporter_upheld=row.upheld,
            reporter_dismissed=row.dismissed,
        )
        grouped[row.comment_id] = (*grouped.get(row.comment_id, ()), report)
    return grouped


def _earlier(state: ReportState) -> Any:
    """How many reports of the same reader, on other comments, ended so."""
    other = aliased(ReportRow)
    return (
        select(func.count())
        .where(
            other.reader_id == ReportRow.reader_id,
            other.comment_id != ReportRow.comment_id,
            other.state == state,
        )
        .correlate(ReportRow)
        .scalar_subquery()
    )


def _reports() -> Select[*tuple[Any, ...]]:
    return select(
        ReportRow.id,
        ReportRow.comment_id,
        ReportRow.reader_id,
        ReportRow.reason,
        ReportRow.note,
        ReportRow.weight,
        ReportRow.state,
        ReportRow.created_at,
        ReportRow.is_newcomer,
    )


def _report(row: Row[*tuple[Any, ...]]) -> Report:
    return Report(
        id=row.id,
        comment_id=row.comment_id,
        reader_id=row.reader_id,
        reason=ReportReason(row.reason),
        note=row.note,
        weight=row.weight,
        state=ReportState(row.state),
        created_at=row.created_at,
        is_newcomer=row.is_newcomer,
    )
