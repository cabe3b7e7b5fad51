"""Take away what pointed into a text that has been erased, and what has run out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import DecisionRow, ReasonRow, ReportRow, SessionRow, SignalRow


async def erase_evidence(connection: AsyncConnection, comment_ids: Sequence[UUID]) -> None:
    """Erase the comments' signals, the spans and evidence of their reasons, and the reports' notes.

    Which rule was applied, with what outcome and score, stays on record.
    """
    await _erase_pointers(connection, DecisionRow.comment_id.in_(comment_ids))
    await connection.execute(
        update(ReportRow).where(ReportRow.comment_id.in_(comment_ids)).values(note="")
    )


async def erase_evidence_on_revisions(
    connection: AsyncConnection, revisions: Sequence[tuple[UUID, int]]
) -> None:
    """Erase what points into these revisions, each given as comment and number."""
    about = tuple_(DecisionRow.comment_id, DecisionRow.revision)
    await _erase_pointers(connection, about.in_(revisions))


async def _erase_pointers(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    decisions = select(DecisionRow.id).where(which)
    await connection.execute(delete(SignalRow).where(SignalRow.decision_id.in_(decisions)))
    await connection.execute(
        update(ReasonRow)
        .where(ReasonRow.decision_id.in_(decisions))
        .values(span_start=None, span_end=None, evidence="")
    )
    await connection.execute(update(DecisionRow).where(which).values(redactions=[]))


async def drop_sessions(connection: AsyncConnection, *, expired_by: datetime) -> None:
    """Drop the moderators' sign-ins that had run out by then."""
    await connection.execute(delete(SessionRow).where(SessionRow.expires_at <= expired_by))
