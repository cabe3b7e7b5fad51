"""Queries on readers' sittings, on who vouches for them, and on signing in half done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.sign_in import SignInAttempt, SignInMethod, VerifiedIdentity
from fruitful.storage.tables import (
    ReaderIdentityRow,
    ReaderSessionRow,
    SeenTokenRow,
    SignInAttemptRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """One browser's sitting."""

    token_hash: bytes
    reader_id: UUID
    site_id: UUID
    method: SignInMethod
    created_at: datetime
    expires_at: datetime | None


async def open_session(connection: AsyncConnection, session: StoredSession) -> None:
    """Remember a sitting."""
    await connection.execute(
        insert(ReaderSessionRow).values(
            token_hash=session.token_hash,
            reader_id=session.reader_id,
            site_id=session.site_id,
            method=session.method,
            created_at=session.created_at,
            expires_at=session.expires_at,
        )
    )


async def prolong(
    connection: AsyncConnection, token_hash: bytes, *, until: datetime, day: date
) -> None:
    """Let the sitting last until then; it was used on the day."""
    await connection.execute(
        update(ReaderSessionRow)
        .where(ReaderSessionRow.token_hash == token_hash)
        .values(expires_at=until, last_used=day)
    )


async def close_session(connection: AsyncConnection, token_hash: bytes) -> None:
    """End the sitting."""
    await connection.execute(
        delete(ReaderSessionRow).where(ReaderSessionRow.token_hash == token_hash)
    )


async def close_all(connection: AsyncConnection, reader_id: UUID) -> None:
    """End every sitting of the reader, in every browser."""
    await connection.execute(
        delete(ReaderSessionRow).where(ReaderSessionRow.reader_id == reader_id)
    )


async def drop_expired(connection: AsyncConnection, *, expired_by: datetime) -> None:
    """Drop sittings, attempts and remembered tokens that had run out by then."""
    for row in (ReaderSessionRow, SignInAttemptRow, SeenTokenRow):
        await connection.execute(delete(row).where(row.expires_at <= expired_by))


async def lock_subject(
    connection: AsyncConnection, site_id: UUID, method: SignInMethod, subject: str
) -> None:
    """Let nobody else sign in as the same person until this transaction ends."""
    key = func.hashtextextended(f"{site_id}|{method}|{subject}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def reader_of(
    connection: AsyncConnection, site_id: UUID, method: SignInMethod, subject: str
) -> UUID | None:
    """The reader for whom the method vouches under this subject."""
    return await connection.scalar(
        select(ReaderIdentityRow.reader_id).where(
            ReaderIdentityRow.site_id == site_id,
            ReaderIdentityRow.method == method,
            ReaderIdentityRow.subject == subject,
        )
    )


async def vouch(
    connection: AsyncConnection, reader_id: UUID, identity: VerifiedIdentity, site_id: UUID
) -> None:
    """Remember that the identity is the reader's, with its address as it is now."""
    row = upsert(ReaderIdentityRow).values(
        site_id=site_id,
        method=identity.method,
        subject=identity.subject,
        reader_id=reader_id,
        email=identity.email,
        email_verified=identity.email_verified,
        created_at=func.now(),
    )
    known = [ReaderIdentityRow.site_id, ReaderIdentityRow.method, ReaderIdentityRow.subject]
    saved = row.on_conflict_do_update(
        index_elements=known,
        set_={"email": identity.email, "email_verified": identity.email_verified},
    )
    await connection.execute(saved)


async def is_vouched_for(connection: AsyncConnection, reader_id: UUID) -> bool:
    """Whether some way to sign in leads to the reader."""
    query = select(func.count()).where(ReaderIdentityRow.reader_id == reader_id)
    return (await connection.execute(query)).scalar_one() > 0


async def forget_identities(connection: AsyncConnection, reader_id: UUID) -> None:
    """Let no way to sign in lead to the reader any more."""
    await connection.execute(
        delete(ReaderIdentityRow).where(ReaderIdentityRow.reader_id == reader_id)
    )


async def see_token(
    connection: AsyncConnection, site_id: UUID, jti_hash: bytes, *, expires_at: datetime
) -> bool:
    """Note that a signed token has served; false when it had served before."""
    row = upsert(SeenTokenRow).values(site_id=site_id, jti_hash=jti_hash, expires_at=expires_at)
    seen = await connection.execute(row.on_conflict_do_nothing().returning(SeenTokenRow.expires_at))
    return seen.scalar_one_or_none() is not None


async def begin(connection: AsyncConnection, attempt: SignInAttempt) -> None:
    """Remember an attempt to sign in."""
    await connection.execute(
        insert(SignInAttemptRow).values(
            id_hash=attempt.id_hash,
            site_id=attempt.site_id,
            method=attempt.method,
            payload=attempt.payload,
            expires_at=attempt.expires_at,
        )
    )


async def look_up(
    connection: AsyncConnection, method: SignInMethod, id_hash: bytes, *, moment: datetime
) -> SignInAttempt | None:
    """The attempt, if it has neither served nor run out. It stays as it is."""
    row = SignInAttemptRow
    query = select(row.site_id, row.payload, row.expires_at).where(
        row.id_hash == id_hash,
        row.method == method,
        row.used_at.is_(None),
        row.expires_at > moment,
    )
    return _attempt((await connection.execute(query)).one_or_none(), method, id_hash)


async def finish(
    connection: AsyncConnection, method: SignInMethod, id_hash: bytes, *, moment: datetime
) -> SignInAttempt | None:
    """Use the attempt up and give it; ``None`` when it has served, run out or never was."""
    row = SignInAttemptRow
    used = (
        update(row)
        .where(
            row.id_hash == id_hash,
            row.method == method,
            row.used_at.is_(None),
            row.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(row.site_id, row.payload, row.expires_at)
    )
    return _attempt((await connection.execute(used)).one_or_none(), method, id_hash)


async def count_try(connection: AsyncConnection, id_hash: bytes) -> int:
    """Count a wrong answer to the attempt; gives how many there were with this one."""
    tried = (
        update(SignInAttemptRow)
        .where(SignInAttemptRow.id_hash == id_hash)
        .values(tries=SignInAttemptRow.tries + 1)
        .returning(SignInAttemptRow.tries)
    )
    return (await connection.execute(tried)).scalar_one_or_none() or 0


def _attempt(
    row: Row[*tuple[Any, ...]] | None, method: SignInMethod, id_hash: bytes
) -> SignInAttempt | None:
    if row is None:
        return None
    return SignInAttempt(
        id_hash=id_hash,
        site_id=row.site_id,
        method=method,
        payload=dict(row.payload),
        expires_at=row.expires_at,
    )
