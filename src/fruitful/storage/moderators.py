"""Queries on moderators and their sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Moderator
from fruitful.storage.tables import ModeratorRow, SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A moderator with the argon2 hash of their password."""

    moderator: Moderator
    password_hash: str


async def add(
    connection: AsyncConnection, credentials: Credentials, *, created_at: datetime
) -> bool:
    """Insert a moderator; false where the e-mail address is taken."""
    moderator = credentials.moderator
    added = await connection.execute(
        insert(ModeratorRow)
        .values(
            id=moderator.id,
            name=moderator.name,
            email=moderator.email,
            password_hash=credentials.password_hash,
            created_at=created_at,
        )
        .on_conflict_do_nothing(index_elements=[ModeratorRow.email])
        .returning(ModeratorRow.id)
    )
    return added.scalar_one_or_none() is not None


async def credentials_of(connection: AsyncConnection, email: str) -> Credentials | None:
    """The moderator with this e-mail address, in lower case."""
    query = select(
        ModeratorRow.id, ModeratorRow.name, ModeratorRow.email, ModeratorRow.password_hash
    ).where(ModeratorRow.email == email)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Credentials(
        moderator=Moderator(id=row.id, name=row.name, email=row.email),
        password_hash=row.password_hash,
    )


async def by_id(connection: AsyncConnection, moderator_id: UUID) -> Moderator | None:
    """The moderator with this id."""
    query = select(ModeratorRow.id, ModeratorRow.name, ModeratorRow.email).where(
        ModeratorRow.id == moderator_id
    )
    row = (await connection.execute(query)).one_or_none()
    return Moderator(id=row.id, name=row.name, email=row.email) if row else None


async def set_password_hash(
    connection: AsyncConnection, moderator_id: UUID, password_hash: str
) -> None:
    """Replace the hash of the password."""
    await connection.execute(
        update(ModeratorRow)
        .where(ModeratorRow.id == moderator_id)
        .values(password_hash=password_hash)
    )


async def everyone(connection: AsyncConnection) -> tuple[Moderator, ...]:
    """All moderators, by name."""
    query = select(ModeratorRow.id, ModeratorRow.name, ModeratorRow.email).order_by(
        ModeratorRow.name, ModeratorRow.id
    )
    rows = (await connection.execute(query)).all()
    return tuple(Moderator(id=row.id, name=row.name, email=row.email) for row in rows)


async def open_session(
    connection: AsyncConnection,
    moderator_id: UUID,
    token_hash: bytes,
    *,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    """Remember a sign-in, and forget those of everybody that have run out."""
    await connection.execute(delete(SessionRow).where(SessionRow.expires_at <= created_at))
    await connection.execute(
        insert(SessionRow).values(
            token_hash=token_hash,
            moderator_id=moderator_id,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


async def by_session(
    connection: AsyncConnection, token_hash: bytes, *, moment: datetime
) -> Moderator | None:
    """Whose sign-in it is, if it has not run out by the moment."""
    query = (
        select(ModeratorRow.id, ModeratorRow.name, ModeratorRow.email)
        .join(SessionRow, SessionRow.moderator_id == ModeratorRow.id)
        .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > moment)
    )
    row = (await connection.execute(query)).one_or_none()
    return Moderator(id=row.id, name=row.name, email=row.email) if row else None


async def close_session(connection: AsyncConnection, token_hash: bytes) -> None:
    """Forget a sign-in."""
    await connection.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))
