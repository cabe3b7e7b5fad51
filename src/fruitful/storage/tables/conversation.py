"""Sites, articles, readers and what they write."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class SiteRow(Base):
    """A publisher's website."""

    __tablename__ = "sites"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    origins: Mapped[list[str]] = mapped_column(ARRAY(Text))
    guests_allowed: Mapped[bool]
    edit_window_seconds: Mapped[int]
    house_rules: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    learnt: Mapped[dict[str, Any] | None]
    """The thresholds in force that were learnt from moderators."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ArticleRow(Base):
    """A page under discussion; made when its first thread is asked for."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("site_id", "url"),
        Index(
            "uq_articles_site_id_key",
            "site_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    url: Mapped[str]
    key: Mapped[str | None]
    title: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    thread_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    order_number: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Grows whenever the most fruitful comments stand in another order; cursors remember it."""
    rank_asked_at: Mapped[datetime | None]
    """Since when a job is on its way that ranks the comments; more changes need no second one."""
    purge_asked_at: Mapped[datetime | None]
    """The same of the job that tells the publisher's cache."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReaderRow(Base):
    """A person who comments or reports. The browsers that act for them are their sessions."""

    __tablename__ = "readers"
    __table_args__ = (Index("ix_readers_site_id_name_key", "site_id", "name_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str]
    name_key: Mapped[str | None]
    """What names that look the same have in common; null until a name is next given."""
    badge: Mapped[str | None]
    email: Mapped[str | None]
    """An address that the reader has shown to be theirs."""
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    """When the account was deleted; the reader's comments stand without a name since."""


class CommentRow(Base):
    """Where a comment stands. What it says is in its revisions, which can be erased."""

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_article_id_root_id", "article_id", "root_id"),
        Index("ix_comments_reader_id_created_at", "reader_id", "created_at"),
        Index(
            "ix_comments_awaiting",
            "held_at",
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "uq_comments_pinned",
            "article_id",
            unique=True,
            postgresql_where=text("pinned_at IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('published', 'held', 'returned', 'rejected', 'deleted')", name="state"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("articles.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comments.id"))
    root_id: Mapped[UUID]
    depth: Mapped[int]
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"))
    author_name: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int]
    decision_id: Mapped[UUID]
    """The decision in force, by the engine or by a moderator."""
    approved_reasons: Mapped[list[str]] = mapped_column(server_default="{}")
    """Report reasons a moderator has weighed and dismissed for this revision."""
    respect_count: Mapped[int] = mapped_column(server_default="0")
    fruitfulness: Mapped[float] = mapped_column(server_default="0")
    """As the last ranking found it; higher comes first."""
    picked_at: Mapped[datetime | None]
    """When the newsroom picked the comment, if it did."""
    pinned_at: Mapped[datetime | None]
    """When the newsroom put the comment above all others, if it did."""
    created_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    """When the comment last began to wait for a moderator."""
    edited_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When the comment was last returned, rejected or deleted; retention counts from here."""


class RevisionRow(Base):
    """What a comment said at one time. ``text`` is null once erased."""

    __tablename__ = "revisions"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None]
    html: Mapped[str]
    """The published form: rendered, sanitised and with private details masked."""
    fingerprint: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    created_at: Mapped[datetime]


Index("ix_revisions_fingerprint", RevisionRow.fingerprint, postgresql_using="gin")


class RespectRow(Base):
    """A reader's respect for a comment, given once."""

    __tablename__ = "respects"
    __table_args__ = (Index("ix_respects_reader_id_created_at", "reader_id", "created_at"),)

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"), primary_key=True)
    created_at: Mapped[datetime]


class IdempotencyRow(Base):
    """The answer to a request that may be sent again."""

    __tablename__ = "idempotency_keys"

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    """Hash of site, sender and key, so that one sender's key cannot meet another's."""
    request_hash: Mapped[bytes]
    comment_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(index=True)


class RateRow(Base):
    """How often something was done in one window. The counts may be lost in a crash."""

    __tablename__ = "rates"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    subject: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
