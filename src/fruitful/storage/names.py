"""Queries on who bears a name, and a badge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Badge
from fruitful.storage.tables import CommentRow, ReaderIdentityRow, ReaderRow

_MANY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which names of a site's readers are looked for; ``without`` is the reader who asks."""

    site_id: UUID
    keys: tuple[str, ...]
    article_id: UUID | None
    without: UUID | None
    active_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A reader with one of the names. ``is_here``: they wrote beneath the article lately."""

    key: str
    name: str
    has_badge: bool
    has_account: bool
    is_here: bool


async def bearers(connection: AsyncConnection, sought: Sought) -> list[Bearer]:
    """The readers who bear the names, those with a badge or an account first; 50 at most."""
    account = select(1).where(ReaderIdentityRow.reader_id == ReaderRow.id).exists()
    here = (
        select(1)
        .where(
            CommentRow.reader_id == ReaderRow.id,
            CommentRow.article_id == sought.article_id,
            CommentRow.created_at > sought.active_since,
        )
        .exists()
    )
    query = (
        select(
            ReaderRow.name_key,
            ReaderRow.name,
            ReaderRow.badge.is_not(None).label("has_badge"),
            account.label("has_account"),
            here.label("is_here"),
        )
        .where(
            ReaderRow.site_id == sought.site_id,
            ReaderRow.name_key.in_(sought.keys),
            ReaderRow.erased_at.is_(None),
        )
        .order_by(
            ReaderRow.badge.is_not(None).desc(), account.label("has_account").desc(), here.desc()
        )
        .limit(_MANY)
    )
    if sought.without is not None:
        query = query.where(ReaderRow.id != sought.without)
    rows = (await connection.execute(query)).all()
    return [
        Bearer(
            key=row.name_key or "",
            name=row.name,
            has_badge=row.has_badge,
            has_account=row.has_account,
            is_here=row.is_here,
        )
        for row in rows
    ]


async def badge_of(connection: AsyncConnection, reader_id: UUID) -> Badge | None:
    """The badge that the reader wears."""
    badge = await connection.scalar(select(ReaderRow.badge).where(ReaderRow.id == reader_id))
    return Badge(badge) if badge else None
