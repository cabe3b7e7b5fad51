"""What readers want to be told outside the page, and what they have been told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base
from fruitful.storage.tables.conversation import CommentRow

_FREQUENCIES = "('at_once', 'daily', 'off')"


class PreferenceRow(Base):
    """What one reader chose. Who has no row chose nothing and is told nothing."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        CheckConstraint(f"replies IN {_FREQUENCIES}", name="replies"),
        CheckConstraint(f"decisions IN {_FREQUENCIES}", name="decisions"),
    )

    reader_id: Mapped[UUID] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), primary_key=True
    )
    replies: Mapped[str] = mapped_column(server_default="off")
    decisions: Mapped[str] = mapped_column(server_default="off")
    language: Mapped[str] = mapped_column(server_default="en")
    failures: Mapped[int] = mapped_column(server_default="0")
    """How many letters in a row the reader's mail server has refused for good."""
    feed_number: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Grows whenever the reader renews the secret address of their feed."""
    updated_at: Mapped[datetime]


class ConfirmationRow(Base):
    """An address that somebody says is theirs, until they have opened the link sent to it."""

    __tablename__ = "email_confirmations"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str]
    replies: Mapped[str]
    decisions: Mapped[str]
    language: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LetterRow(Base):
    """A letter to one reader. What it says is written when it is handed over, from what can still
    be read then; nothing of it is kept."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_reader_id_created_at", "reader_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id", ondelete="CASCADE"))
    is_digest: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(index=True)
    handed_over_at: Mapped[datetime | None]
    """Set before the mail server is spoken to: a letter is rather lost than sent twice."""


class NotificationRow(Base):
    """One thing that a reader is told outside the page."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("reader_id", "subject_id"),
        Index(
            "ix_notifications_waiting",
            "reader_id",
            postgresql_where=text("by_mail AND letter_id IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id", ondelete="CASCADE"))
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    """The reply or the notice; makes telling it twice impossible."""
    comment_id: Mapped[UUID] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    notice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), index=True
    )
    by_mail: Mapped[bool]
    letter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("letters.id", ondelete="CASCADE"), index=True
    )
    """The letter that tells it; null while it waits for the next digest."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class PushSubscriptionRow(Base):
    """A browser that may be sent pushes, with the keys that only it can read them with."""

    __tablename__ = "push_subscriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(
        ForeignKey("readers.id", ondelete="CASCADE"), index=True
    )
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    language: Mapped[str]
    created_at: Mapped[datetime]


Index(
    "ix_comments_newest",
    CommentRow.created_at,
    postgresql_where=text("state = 'published'"),
)
"""Finds the newest comments of a site without a look at all others."""
