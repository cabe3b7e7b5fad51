"""Queries on letters that are on their way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.letters import Letter
from fruitful.storage.tables import OutgoingMailRow


async def add(
    connection: AsyncConnection, letter_id: UUID, letter: Letter, *, created_at: datetime
) -> None:
    """Keep the letter until it is sent."""
    await connection.execute(
        insert(OutgoingMailRow).values(
            id=letter_id,
            recipient=letter.recipient,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            headers=dict(letter.headers),
            created_at=created_at,
        )
    )


async def by_id(connection: AsyncConnection, letter_id: UUID) -> Letter | None:
    """The letter; ``None`` once it has been sent or given up."""
    row = OutgoingMailRow
    query = select(row.recipient, row.subject, row.text, row.html, row.headers)
    found = (await connection.execute(query.where(row.id == letter_id))).one_or_none()
    if found is None:
        return None
    return Letter(
        recipient=found.recipient,
        subject=found.subject,
        text=found.text,
        html=found.html,
        headers=found.headers,
    )


async def remove(connection: AsyncConnection, letter_id: UUID) -> None:
    """Forget the letter."""
    await connection.execute(delete(OutgoingMailRow).where(OutgoingMailRow.id == letter_id))


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    """Forget letters that nobody could deliver since before the moment."""
    await connection.execute(delete(OutgoingMailRow).where(OutgoingMailRow.created_at < moment))
