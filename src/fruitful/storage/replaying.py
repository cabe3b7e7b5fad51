"""The engine's decisions with all that was measured, one after the other, in steady memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, SQLColumnExpression, and_, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.moderation import Signal, Span, StoredDecision
from fruitful.domain.policy import Category, Outcome
from fruitful.storage.decisions import stored_from
from fruitful.storage.queue import BY_PEOPLE
from fruitful.storage.tables import (
    ArticleRow,
    CommentRow,
    DecisionRow,
    RevisionRow,
    SignalRow,
)

_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which of the engine's decisions; the newest ``last`` of them."""

    site_id: UUID | None = None
    since: datetime | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A decision with its signals and without its reasons. ``text`` is ``None`` once erased."""

    stored: StoredDecision
    article: str
    text: str | None


async def engine_decisions(
    connection: AsyncConnection, wanted: Selection
) -> AsyncIterator[Measured]:
    """The decisions, newest first, through a cursor on the server: memory stays as it is."""
    query = (
        select(
            DecisionRow.__table__,
            ArticleRow.title,
            ArticleRow.url,
            RevisionRow.text,
            signals_of(DecisionRow.id).label("signals"),
        )
        .join(CommentRow, CommentRow.id == DecisionRow.comment_id)
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .outerjoin(
            RevisionRow,
            and_(
                RevisionRow.comment_id == DecisionRow.comment_id,
                RevisionRow.number == DecisionRow.revision,
            ),
        )
        .where(DecisionRow.model.not_in(BY_PEOPLE))
        .order_by(DecisionRow.created_at.desc(), DecisionRow.id.desc())
    )
    if wanted.site_id is not None:
        query = query.where(ArticleRow.site_id == wanted.site_id)
    if wanted.since is not None:
        query = query.where(DecisionRow.created_at >= wanted.since)
    if wanted.last is not None:
        query = query.limit(wanted.last)
    await take_time(connection)
    rows = await connection.stream(query, execution_options={"yield_per": _AT_ONCE})
    async for row in rows:
        stored = stored_from(row, signals_from(row.signals))
        yield Measured(stored=stored, article=row.title or row.url, text=row.text)


async def take_time(connection: AsyncConnection) -> None:
    """Let the rest of this transaction's statements take as long as they need: a first row may
    come only after all have been sorted."""
    await connection.execute(text("SET LOCAL statement_timeout = 0"))


def signals_of(decision_id: SQLColumnExpression[UUID]) -> ScalarSelect[Any]:
    """All signals of a decision in one value, so that one cursor is enough."""
    one = func.jsonb_build_array(
        SignalRow.category,
        SignalRow.score,
        SignalRow.detector,
        SignalRow.span_start,
        SignalRow.span_end,
        SignalRow.evidence,
        SignalRow.learned,
        SignalRow.redact,
        SignalRow.demands,
    )
    return (
        select(func.jsonb_agg(aggregate_order_by(one, SignalRow.position)))
        .where(SignalRow.decision_id == decision_id)
        .correlate_except(SignalRow)
        .scalar_subquery()
    )


def signals_from(values: list[Any] | None) -> tuple[Signal, ...]:
    """What :func:`signals_of` found; ``None`` where there was nothing."""
    return tuple(_signal(each) for each in values or ())


def _signal(values: list[Any]) -> Signal:
    category, score, detector, start, end, evidence, learned, redact, demands = values
    return Signal(
        category=Category(category),
        score=score,
        detector=detector,
        span=None if start is None else Span(start, end),
        evidence=evidence,
        learned=learned,
        redact=redact,
        demands=Outcome(demands) if demands else None,
    )
