"""Queries on passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.sign_in import SignInMethod
from fruitful.storage.tables import PasskeyRow, ReaderIdentityRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPasskey:
    """A passkey's public half. ``sign_count`` is what the device counted last; 0 if it does not."""

    credential_id: bytes
    site_id: UUID
    subject: str
    public_key: bytes
    sign_count: int


async def add(connection: AsyncConnection, passkey: StoredPasskey, *, moment: datetime) -> None:
    """Insert a passkey."""
    await connection.execute(
        insert(PasskeyRow).values(
            credential_id=passkey.credential_id,
            site_id=passkey.site_id,
            subject=passkey.subject,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            created_at=moment,
            last_used_at=moment,
        )
    )


async def by_id(
    connection: AsyncConnection, site_id: UUID, credential_id: bytes
) -> StoredPasskey | None:
    """The site's passkey with this id, locked until the transaction ends."""
    query = select(PasskeyRow.subject, PasskeyRow.public_key, PasskeyRow.sign_count).where(
        PasskeyRow.credential_id == credential_id, PasskeyRow.site_id == site_id
    )
    row = (await connection.execute(query.with_for_update())).one_or_none()
    if row is None:
        return None
    return StoredPasskey(
        credential_id=credential_id,
        site_id=site_id,
        subject=row.subject,
        public_key=row.public_key,
        sign_count=row.sign_count,
    )


async def used(
    connection: AsyncConnection, credential_id: bytes, *, sign_count: int, moment: datetime
) -> None:
    """Note that the passkey has served, and how far its device has counted."""
    await connection.execute(
        update(PasskeyRow)
        .where(PasskeyRow.credential_id == credential_id)
        .values(sign_count=sign_count, last_used_at=moment)
    )


async def forget(connection: AsyncConnection, reader_id: UUID) -> None:
    """Forget the passkeys that lead to the reader; before their identities, which say so."""
    theirs = select(ReaderIdentityRow.subject).where(
        ReaderIdentityRow.reader_id == reader_id,
        ReaderIdentityRow.method == SignInMethod.PASSKEY,
    )
    await connection.execute(delete(PasskeyRow).where(PasskeyRow.subject.in_(theirs)))
