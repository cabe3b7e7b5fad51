"""Remember which comment a repeatable request made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import IdempotencyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The request that came under a key, and the comment and decision it led to."""

    key_hash: bytes
    request_hash: bytes
    comment_id: UUID
    decision_id: UUID
    created_at: datetime


async def find(connection: AsyncConnection, key_hash: bytes) -> Remembered | None:
    """What came under this key before."""
    row = (
        await connection.execute(
            select(
                IdempotencyRow.request_hash,
                IdempotencyRow.comment_id,
                IdempotencyRow.decision_id,
                IdempotencyRow.created_at,
            ).where(IdempotencyRow.key_hash == key_hash)
        )
    ).one_or_none()
    if row is None:
        return None
    return Remembered(
        key_hash=key_hash,
        request_hash=row.request_hash,
        comment_id=row.comment_id,
        decision_id=row.decision_id,
        created_at=row.created_at,
    )


async def claim(connection: AsyncConnection, remembered: Remembered) -> bool:
    """Take the key for this request; false when another request has it.

    Where that other request is still in its transaction, this waits for its end.
    """
    claimed = await connection.execute(
        insert(IdempotencyRow)
        .values(
            key_hash=remembered.key_hash,
            request_hash=remembered.request_hash,
            comment_id=remembered.comment_id,
            decision_id=remembered.decision_id,
            created_at=remembered.created_at,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyRow.key_hash)
    )
    return claimed.one_or_none() is not None


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    """Drop the keys that came before the moment."""
    await connection.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < moment))
