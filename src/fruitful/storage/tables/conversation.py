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
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReaderRow(Base):
    """A person who comments or reports. The token is known to the person only."""

    __tablename__ = "readers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


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
