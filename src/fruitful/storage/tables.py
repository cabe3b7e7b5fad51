"""The tables, typed. They are used with explicit queries only: there are no relationships."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Common types, and names for constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute as it stands
        str: Text,
        datetime: DateTime(timezone=True),
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
    }


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
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class RespectRow(Base):
    """A reader's respect for a comment, given once."""

    __tablename__ = "respects"

    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comments.id"), primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"), primary_key=True)
    created_at: Mapped[datetime]


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
