"""Queries on what readers want to be told outside the page, and at which address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.notifications import (
    Choice,
    Confirmation,
    Frequency,
    Preferences,
)
from fruitful.storage.tables import ConfirmationRow, PreferenceRow, ReaderRow


async def of(connection: AsyncConnection, reader_id: UUID) -> Preferences | None:
    """What the reader chose; ``None`` where there is no such reader any more."""
    query = _preferences().where(ReaderRow.id == reader_id)
    row = (await connection.execute(query)).one_or_none()
    return _read(row) if row else None


async def of_those_who_chose(
    connection: AsyncConnection, reader_ids: Collection[UUID]
) -> tuple[Preferences, ...]:
    """The same of each of these readers who ever chose anything, locked until the transaction
    ends, so that nobody else counts their letters meanwhile."""
    query = (
        _preferences()
        .where(ReaderRow.id.in_(list(reader_ids)), PreferenceRow.reader_id.is_not(None))
        .order_by(ReaderRow.id)
    )
    locks = (
        select(PreferenceRow.reader_id)
        .where(PreferenceRow.reader_id.in_(list(reader_ids)))
        .order_by(PreferenceRow.reader_id)
        .with_for_update()
    )
    await connection.execute(locks)
    return tuple(_read(row) for row in (await connection.execute(query)).all())


async def choose(
    connection: AsyncConnection, reader_id: UUID, choice: Choice, *, moment: datetime
) -> None:
    """Put the choice in the place of any former one; a new choice is a new chance to be reached."""
    values = {
        "replies": choice.replies,
        "decisions": choice.decisions,
        "language": choice.language,
        "failures": 0,
        "updated_at": moment,
    }
    await _save(connection, reader_id, values)


async def set_failures(connection: AsyncConnection, reader_id: UUID, count: int) -> None:
    """Remember how many letters in a row were refused for good."""
    await connection.execute(
        update(PreferenceRow).where(PreferenceRow.reader_id == reader_id).values(failures=count)
    )


async def forget_reader(connection: AsyncConnection, reader_id: UUID) -> None:
    """Forget what the reader chose, and any address that they had not confirmed yet."""
    for row in (PreferenceRow, ConfirmationRow):
        await connection.execute(delete(row).where(row.reader_id == reader_id))


async def feed_number(connection: AsyncConnection, reader_id: UUID) -> int:
    """How often the reader has renewed the address of their feed."""
    query = select(PreferenceRow.feed_number).where(PreferenceRow.reader_id == reader_id)
    return (await connection.execute(query)).scalar_one_or_none() or 0


async def renew_feed(connection: AsyncConnection, reader_id: UUID, *, moment: datetime) -> int:
    """Make the former address of the reader's feed void; gives the new number."""
    row = upsert(PreferenceRow).values(reader_id=reader_id, feed_number=1, updated_at=moment)
    renewed = row.on_conflict_do_update(
        index_elements=[PreferenceRow.reader_id],
        set_={"feed_number": PreferenceRow.feed_number + 1, "updated_at": moment},
    ).returning(PreferenceRow.feed_number)
    return (await connection.execute(renewed)).scalar_one()


async def ask_to_confirm(
    connection: AsyncConnection,
    asked: Confirmation,
    *,
    token_hash: bytes,
    expires_at: datetime,
) -> None:
    """Remember an address until its owner has opened the link; one a reader at a time."""
    await connection.execute(
        delete(ConfirmationRow).where(ConfirmationRow.reader_id == asked.reader_id)
    )
    await connection.execute(
        insert(ConfirmationRow).values(
            token_hash=token_hash,
            reader_id=asked.reader_id,
            email=asked.email,
            replies=asked.choice.replies,
            decisions=asked.choice.decisions,
            language=asked.choice.language,
            expires_at=expires_at,
        )
    )


async def confirmation(
    connection: AsyncConnection, token_hash: bytes, *, moment: datetime
) -> Confirmation | None:
    """What waits to be confirmed with this link; ``None`` where it has run out or served."""
    row = ConfirmationRow
    query = select(row.reader_id, row.email, row.replies, row.decisions, row.language).where(
        row.token_hash == token_hash, row.expires_at > moment
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        return None
    choice = Choice(
        replies=Frequency(found.replies),
        decisions=Frequency(found.decisions),
        language=found.language,
    )
    return Confirmation(reader_id=found.reader_id, email=found.email, choice=choice)


async def drop_confirmation(connection: AsyncConnection, token_hash: bytes) -> None:
    """The link has served."""
    await connection.execute(
        delete(ConfirmationRow).where(ConfirmationRow.token_hash == token_hash)
    )


async def drop_expired(connection: AsyncConnection, *, moment: datetime) -> None:
    """Forget addresses that nobody confirmed in time."""
    await connection.execute(delete(ConfirmationRow).where(ConfirmationRow.expires_at <= moment))


async def _save(connection: AsyncConnection, reader_id: UUID, values: dict[str, Any]) -> None:
    row = upsert(PreferenceRow).values(reader_id=reader_id, **values)
    await connection.execute(
        row.on_conflict_do_update(index_elements=[PreferenceRow.reader_id], set_=values)
    )


def _preferences() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReaderRow.id,
            ReaderRow.site_id,
            ReaderRow.email,
            PreferenceRow.replies,
            PreferenceRow.decisions,
            PreferenceRow.language,
            PreferenceRow.failures,
            PreferenceRow.feed_number,
        )
        .outerjoin(PreferenceRow, PreferenceRow.reader_id == ReaderRow.id)
        .where(ReaderRow.erased_at.is_(None))
    )


def _read(row: Row[*tuple[Any, ...]]) -> Preferences:
    return Preferences(
        reader_id=row.id,
        site_id=row.site_id,
        email=row.email,
        replies=Frequency(row.replies or Frequency.OFF),
        decisions=Frequency(row.decisions or Frequency.OFF),
        language=row.language or "en",
        failures=row.failures or 0,
        feed_number=row.feed_number or 0,
    )
