"""Queries on readers and on the browsers that act for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Double,
    Row,
    Select,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Badge, CommentState, Reader, ReportState
from fruitful.domain.sign_in import SignInMethod
from fruitful.domain.standing import EPOCH, HALF_LIFE, Tally
from fruitful.storage.tables import CommentRow, ReaderRow, ReaderSessionRow, ReportRow


async def add(
    connection: AsyncConnection,
    reader: Reader,
    *,
    token_hash: bytes,
    created_at: datetime,
    name_key: str | None = None,
) -> None:
    """Insert a guest with the session of the browser that holds the token, in one statement."""
    new = _insert(reader, created_at, name_key).returning(ReaderRow.id, ReaderRow.site_id).cte()
    columns = ["reader_id", "site_id", "token_hash", "method", "created_at"]
    session = select(
        new.c.id,
        new.c.site_id,
        literal(token_hash),
        literal(SignInMethod.GUEST.value),
        literal(created_at),
    )
    await connection.execute(insert(ReaderSessionRow).from_select(columns, session))


async def add_account(
    connection: AsyncConnection, reader: Reader, *, created_at: datetime, name_key: str | None
) -> None:
    """Insert a reader who has signed in; their session is opened apart."""
    await connection.execute(_insert(reader, created_at, name_key))


async def by_token(
    connection: AsyncConnection, site_id: UUID | None, token_hash: bytes, *, moment: datetime
) -> Reader | None:
    """Who holds the token, with the counts that standing rests on. ``None``: any site.

    A session that has run out by the moment is nobody's, nor is an account that was deleted.
    """
    query = (
        _readers()
        .add_columns(ReaderSessionRow.method, ReaderSessionRow.expires_at)
        .join(ReaderSessionRow, ReaderSessionRow.reader_id == ReaderRow.id)
        .where(
            ReaderSessionRow.token_hash == token_hash,
            or_(ReaderSessionRow.expires_at.is_(None), ReaderSessionRow.expires_at > moment),
            ReaderRow.erased_at.is_(None),
        )
    )
    if site_id is not None:
        query = query.where(ReaderRow.site_id == site_id)
    row = (await connection.execute(query)).one_or_none()
    return _reader(row, method=row.method, until=row.expires_at) if row else None


async def by_id(connection: AsyncConnection, reader_id: UUID) -> Reader | None:
    """The reader with this id, if the account has not been deleted."""
    query = _readers().where(ReaderRow.id == reader_id, ReaderRow.erased_at.is_(None))
    row = (await connection.execute(query)).one_or_none()
    return _reader(row) if row else None


async def rename(
    connection: AsyncConnection, reader_id: UUID, name: str, *, name_key: str | None = None
) -> None:
    """Remember the name that the reader last gave."""
    await connection.execute(
        update(ReaderRow).where(ReaderRow.id == reader_id).values(name=name, name_key=name_key)
    )


async def set_badge(connection: AsyncConnection, reader_id: UUID, badge: Badge | None) -> None:
    """Give the reader the badge, or take it."""
    await connection.execute(update(ReaderRow).where(ReaderRow.id == reader_id).values(badge=badge))


async def set_email(connection: AsyncConnection, reader_id: UUID, email: str) -> None:
    """Remember an address that the reader has shown to be theirs."""
    await connection.execute(update(ReaderRow).where(ReaderRow.id == reader_id).values(email=email))


def _insert(reader: Reader, created_at: datetime, name_key: str | None) -> Any:
    return insert(ReaderRow).values(
        id=reader.id,
        site_id=reader.site_id,
        name=reader.name,
        name_key=name_key,
        badge=reader.badge,
        created_at=created_at,
    )


def _readers() -> Select[*tuple[Any, ...]]:
    """Readers with what they did, counted, and summed for the decay that standing has."""
    state = CommentRow.state
    weigh = _weight(func.coalesce(CommentRow.settled_at, CommentRow.created_at))
    published, rejected = state == CommentState.PUBLISHED, state == CommentState.REJECTED
    written = (
        select(
            func.count().filter(published).label("published"),
            func.count().filter(rejected).label("rejected"),
            _sum(weigh, published).label("published_sum"),
            _sum(weigh, rejected).label("rejected_sum"),
        )
        .where(CommentRow.reader_id == ReaderRow.id, published | rejected)
        .lateral("written")
    )
    upheld, dismissed = (
        ReportRow.state == ended for ended in (ReportState.UPHELD, ReportState.DISMISSED)
    )
    settled = _weight(func.coalesce(ReportRow.settled_at, ReportRow.created_at))
    reported = (
        select(
            func.count().filter(upheld).label("upheld"),
            func.count().filter(dismissed).label("dismissed"),
            _sum(settled, upheld).label("upheld_sum"),
            _sum(settled, dismissed).label("dismissed_sum"),
        )
        .where(ReportRow.reader_id == ReaderRow.id, upheld | dismissed)
        .lateral("reported")
    )
    return (
        select(
            ReaderRow.id,
            ReaderRow.site_id,
            ReaderRow.name,
            ReaderRow.badge,
            ReaderRow.created_at,
            *written.c,
            *reported.c,
        )
        .select_from(ReaderRow)
        .join(written, true())
        .join(reported, true())
    )


def _weight(moment: ColumnElement[datetime]) -> ColumnElement[float]:
    """What a deed of that moment weighs in a :class:`~fruitful.domain.standing.Tally`."""
    age = func.extract("epoch", moment - literal(EPOCH)) / HALF_LIFE.total_seconds()
    return func.power(2.0, cast(age, Double))


def _sum(weight: ColumnElement[float], which: ColumnElement[bool]) -> ColumnElement[float]:
    return func.coalesce(func.sum(weight).filter(which), 0.0)


def _reader(
    row: Row[*tuple[Any, ...]],
    *,
    method: str = SignInMethod.GUEST,
    until: datetime | None = None,
) -> Reader:
    return Reader(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        published_count=row.published,
        reports_upheld=row.upheld,
        reports_dismissed=row.dismissed,
        rejected_count=row.rejected,
        since=row.created_at,
        tally=Tally(
            published=row.published_sum,
            rejected=row.rejected_sum,
            upheld=row.upheld_sum,
            dismissed=row.dismissed_sum,
        ),
        badge=Badge(row.badge) if row.badge else None,
        method=method,
        signed_in_until=until,
    )
