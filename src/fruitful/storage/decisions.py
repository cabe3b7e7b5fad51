"""Decisions on record: written once, read by writer, newsroom and API alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.moderation import (
    Decision,
    Findings,
    Missing,
    Reason,
    Signal,
    Span,
    StoredDecision,
)
from fruitful.domain.policy import Category, Outcome
from fruitful.storage.tables import DecisionRow, ReasonRow, SignalRow


async def add(connection: AsyncConnection, stored: StoredDecision) -> None:
    """Put a decision with its signals and reasons on record."""
    decision, findings = stored.decision, stored.decision.findings
    await connection.execute(
        insert(DecisionRow).values(
            id=stored.id,
            comment_id=stored.comment_id,
            revision=stored.revision,
            outcome=decision.outcome,
            verdicts=dict(decision.verdicts),
            scores=dict(findings.scores),
            attributes=dict(findings.attributes),
            missing=[
                {"detector": m.detector, "cause": m.cause, "categories": sorted(m.categories)}
                for m in findings.missing
            ],
            redactions=[[span.start, span.end] for span in decision.redactions],
            model=findings.model,
            house_rules=decision.house_rules,
            milliseconds=findings.milliseconds,
            created_at=stored.decided_at,
        )
    )
    if findings.signals:
        rows = [_signal_row(stored.id, i, s) for i, s in enumerate(findings.signals)]
        await connection.execute(insert(SignalRow), rows)
    if decision.reasons:
        rows = [_reason_row(stored.id, i, r) for i, r in enumerate(decision.reasons)]
        await connection.execute(insert(ReasonRow), rows)


async def by_id(connection: AsyncConnection, decision_id: UUID) -> StoredDecision | None:
    """The whole record of one decision."""
    return next(iter(await by_ids(connection, [decision_id])), None)


async def by_ids(connection: AsyncConnection, ids: Iterable[UUID]) -> list[StoredDecision]:
    """The records of these decisions, in the order of the ids; unknown ids are left out."""
    wanted = list(ids)
    rows = (
        await connection.execute(
            select(DecisionRow.__table__).where(DecisionRow.id.in_(wanted))  # every column
        )
    ).all()
    signals = await _signals(connection, wanted)
    reasons = await reasons_of(connection, wanted)
    found = {
        row.id: stored_from(row, signals.get(row.id, ()), reasons.get(row.id, ())) for row in rows
    }
    return [found[key] for key in wanted if key in found]


async def reasons_of(
    connection: AsyncConnection, decision_ids: Iterable[UUID]
) -> Mapping[UUID, tuple[Reason, ...]]:
    """The reasons of each of these decisions, most telling first."""
    query = (
        select(ReasonRow.__table__)
        .where(ReasonRow.decision_id.in_(list(decision_ids)))
        .order_by(ReasonRow.decision_id, ReasonRow.position)
    )
    grouped: dict[UUID, tuple[Reason, ...]] = {}
    for row in (await connection.execute(query)).all():
        reason = Reason(
            category=Category(row.category) if row.category else None,
            rule=row.rule,
            outcome=Outcome(row.outcome),
            detector=row.detector,
            score=row.score,
            span=_span(row),
            evidence=row.evidence,
        )
        grouped[row.decision_id] = (*grouped.get(row.decision_id, ()), reason)
    return grouped


async def _signals(
    connection: AsyncConnection, decision_ids: list[UUID]
) -> Mapping[UUID, tuple[Signal, ...]]:
    query = (
        select(SignalRow.__table__)
        .where(SignalRow.decision_id.in_(decision_ids))
        .order_by(SignalRow.decision_id, SignalRow.position)
    )
    grouped: dict[UUID, tuple[Signal, ...]] = {}
    for row in (await connection.execute(query)).all():
        signal = Signal(
            category=Category(row.category),
            score=row.score,
            detector=row.detector,
            span=_span(row),
            evidence=row.evidence,
            learned=row.learned,
            redact=row.redact,
            demands=Outcome(row.demands) if row.demands else None,
        )
        grouped[row.decision_id] = (*grouped.get(row.decision_id, ()), signal)
    return grouped


def stored_from(
    row: Any, signals: tuple[Signal, ...], reasons: tuple[Reason, ...] = ()
) -> StoredDecision:
    """The record in a row with every column of a decision."""
    return StoredDecision(
        id=row.id,
        comment_id=row.comment_id,
        revision=row.revision,
        decided_at=row.created_at,
        decision=Decision(
            outcome=Outcome(row.outcome),
            verdicts={Category(c): Outcome(o) for c, o in row.verdicts.items()},
            reasons=reasons,
            redactions=tuple(Span(start, end) for start, end in row.redactions),
            house_rules=row.house_rules,
            findings=_findings(row, signals),
        ),
    )


def _findings(row: Any, signals: tuple[Signal, ...]) -> Findings:
    return Findings(
        signals=signals,
        missing=tuple(
            Missing(
                detector=gap["detector"],
                cause=gap["cause"],
                categories=frozenset(Category(c) for c in gap["categories"]),
            )
            for gap in row.missing
        ),
        attributes=row.attributes,
        scores={Category(c): score for c, score in row.scores.items()},
        model=row.model,
        milliseconds=row.milliseconds,
    )


def _signal_row(decision_id: UUID, position: int, signal: Signal) -> dict[str, object]:
    return {
        "decision_id": decision_id,
        "position": position,
        "category": signal.category,
        "score": signal.score,
        "detector": signal.detector,
        "span_start": signal.span.start if signal.span else None,
        "span_end": signal.span.end if signal.span else None,
        "evidence": signal.evidence,
        "learned": signal.learned,
        "redact": signal.redact,
        "demands": signal.demands,
    }


def _reason_row(decision_id: UUID, position: int, reason: Reason) -> dict[str, object]:
    return {
        "decision_id": decision_id,
        "position": position,
        "category": reason.category,
        "rule": reason.rule,
        "outcome": reason.outcome,
        "detector": reason.detector,
        "score": reason.score,
        "span_start": reason.span.start if reason.span else None,
        "span_end": reason.span.end if reason.span else None,
        "evidence": reason.evidence,
    }


def _span(row: Any) -> Span | None:
    return None if row.span_start is None else Span(row.span_start, row.span_end)
