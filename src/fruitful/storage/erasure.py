"""Take away what pointed into a text that has been erased, and what has run out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import DecisionRow, ReasonRow, ReportRow, SessionRow, SignalRow


async def erase_evidence(connection: AsyncConnection, comment_ids: Sequence[UUID]) -> None:
    """Erase the comments' signals, the spans and evidence of their reasons, and the reports' notes.

    Which rule was applied, with what outcome and score, stays on record.
    """
    decisions = select(DecisionRow.id).where(DecisionRow.comment_id.in_(comment_ids))
    await connection.execute(delete(SignalRow).where(SignalRow.decision_id.in_(decisions)))
    await connection.execute(
        update(ReasonRow)
        .where(ReasonRow.decision_id.in_(decisions))
        .values(span_start=None, span_end=None, evidence="")
    )
    await connection.execute(
        update(DecisionRow).where(DecisionRow.comment_id.in_(comment_ids)).values(redactions=[])
    )
    await connection.execute(
        update(ReportRow).where(ReportRow.comment_id.in_(comment_ids)).values(note="")
    )


async def drop_sessions(connection: AsyncConnection, *, expired_by: datetime) -> None:
    """Drop the moderators' sign-ins that had run out by then."""
    await connection.execute(delete(SessionRow).where(SessionRow.expires_at <= expired_by))
