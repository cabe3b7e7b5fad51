"""Who readers are: their sittings, the accounts that vouch for them, and a site's keys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fruitful.storage.tables.base import Base


class ReaderSessionRow(Base):
    """A browser that acts for a reader. The token is in that browser only."""

    __tablename__ = "reader_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    method: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    """Null for guests: forgetting a guest would take their comments from them."""
    last_used: Mapped[date | None]
    """The day on which something was last written with it."""


class ReaderIdentityRow(Base):
    """What a way to sign in knows a reader by."""

    __tablename__ = "reader_identities"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("readers.id"), index=True)
    email: Mapped[str | None]
    email_verified: Mapped[bool]
    created_at: Mapped[datetime]


class SignInAttemptRow(Base):
    """Somebody who has begun to sign in. It serves once."""

    __tablename__ = "sign_in_attempts"

    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    """Hash of the secret that the browser holds, so that another browser cannot finish."""
    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"))
    method: Mapped[str]
    payload: Mapped[dict[str, Any]]
    tries: Mapped[int] = mapped_column(server_default="0")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SeenTokenRow(Base):
    """A signed token that has served, kept until it would have expired."""

    __tablename__ = "seen_tokens"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    jti_hash: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SiteKeyRow(Base):
    """A key, or what belongs to one, of a site's way to sign in. Secrets are never shown again."""

    __tablename__ = "site_keys"

    site_id: Mapped[UUID] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[datetime]


class OutgoingMailRow(Base):
    """A letter on its way; the row goes when it has been handed over."""

    __tablename__ = "outgoing_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str | None]
    headers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = mapped_column(index=True)
