"""What the engine measured and decided, and what readers reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class DecisionRow(Base):
    """One decision on one revision, by the engine or by a moderator. Never changed."""

    __tablename__ = "decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), index=True)
    revision: Mapped[int]
    outcome: Mapped[str]
    verdicts: Mapped[dict[str, Any]]
    scores: Mapped[dict[str, Any]]
    attributes: Mapped[dict[str, Any]]
    missing: Mapped[list[Any]]
    redactions: Mapped[list[Any]]
    model: Mapped[str]
    house_rules: Mapped[str]
    milliseconds: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(index=True)


class SignalRow(Base):
    """One thing a detector measured; erased with the text it points into."""

    __tablename__ = "signals"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str]
    score: Mapped[float]
    detector: Mapped[str]
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    evidence: Mapped[str]
    learned: Mapped[bool]
    redact: Mapped[bool]
    demands: Mapped[str | None]
    """Null also for what was measured before this was kept."""


class ReasonRow(Base):
    """Why the decision came out as it did: one line for each rule's match."""

    __tablename__ = "reasons"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str | None]
    rule: Mapped[str]
    outcome: Mapped[str]
    detector: Mapped[str]
    score: Mapped[float | None]
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    evidence: Mapped[str]


class ReportRow(Base):
    """A reader's flag. A reader reports a comment once."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("comment_id", "reader_id"),
        Index("ix_reports_open", "comment_id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"))
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"), index=True)
    reason: Mapped[str]
    note: Mapped[str]
    weight: Mapped[float]
    address_hash: Mapped[str]
    state: Mapped[str]
    is_newcomer: Mapped[bool] = mapped_column(server_default=false())
    """Whether the reader came after the comment, and nothing else was known of them."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class NoticeRow(Base):
    """Something a reader is told, until they have read it."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("reader_id", "kind", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"))
    kind: Mapped[str]
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"))
    subject_id: Mapped[UUID]
    """The report or action that the notice is about; makes telling it twice impossible."""
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
