"""What writers say against decisions, and what they are answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class AppealRow(Base):
    """An appeal against one decision. ``text`` is null once erased."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index("ix_appeals_open", "created_at", postgresql_where=text("state = 'open'")),
        CheckConstraint("state IN ('open', 'overturned', 'dismissed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), unique=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), index=True)
    text: Mapped[str | None]
    state: Mapped[str]
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("actions.id"), unique=True)
    """The line of the log with which it was answered, and why."""
