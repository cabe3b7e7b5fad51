"""The people of the newsroom and what they did."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class ModeratorRow(Base):
    """A person of the newsroom."""

    __tablename__ = "moderators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A moderator's sign-in; the token is in their cookie only."""

    __tablename__ = "moderator_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderators.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ActionRow(Base):
    """The moderators' log: ids, states and people, never the comment's text. Never changed.

    Beside what was done it keeps how the comment stood before, so that undo can put it back.
    """

    __tablename__ = "actions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), index=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("moderators.id"))
    action: Mapped[str]
    category: Mapped[str | None]
    note: Mapped[str]
    old_state: Mapped[str]
    new_state: Mapped[str]
    old_decision_id: Mapped[UUID | None]
    old_approved_reasons: Mapped[list[str]] = mapped_column(server_default="{}")
    old_held_at: Mapped[datetime | None]
    old_settled_at: Mapped[datetime | None]
    decision_id: Mapped[UUID | None]
    """The decision in force after it; an action can be undone only while that is so."""
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("actions.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
