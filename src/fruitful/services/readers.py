"""Who is asking: readers are known by a secret that they were given when they first acted."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Reader
from fruitful.domain.errors import InvalidEmail, InvalidName, SessionExpired
from fruitful.domain.identity import new_token, token_hash
from fruitful.services.names import name_key
from fruitful.services.world import World
from fruitful.storage import readers

LONGEST_NAME = 60
SESSION_PREFIX = "session_"
"""Begins the tokens of those who signed in. A guest's token never begins so, which is why one
whose session has run out is told so and not taken for a stranger."""
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


async def recognise(
    connection: AsyncConnection, world: World, site_id: UUID | None, token: str | None
) -> Reader | None:
    """The reader of this site (``None``: of any) who holds the token; ``None`` for a stranger."""
    if not token:
        return None
    return await readers.by_token(connection, site_id, token_hash(token), moment=world.clock())


async def who_acts(
    connection: AsyncConnection, world: World, site_id: UUID, token: str | None
) -> Reader | None:
    """As `recognise`, for what is put down to the reader.

    Raises :class:`SessionExpired` for somebody who was signed in, so that nothing of theirs
    appears as a guest's.
    """
    reader = await recognise(connection, world, site_id, token)
    if reader is None and token and token.startswith(SESSION_PREFIX):
        raise SessionExpired
    return reader


async def introduce(
    connection: AsyncConnection, world: World, reader: Reader, token: str | None = None
) -> str:
    """Store a new reader and give the token that only they will hold."""
    token = token or new_token()
    await readers.add(
        connection,
        reader,
        token_hash=token_hash(token),
        created_at=world.clock(),
        name_key=name_key(reader.name),
    )
    return token


def clean_name(name: str | None) -> str:
    """The name as it will be shown: one line, no invisible characters, 1 to 60 characters.

    Raises :class:`InvalidName`.
    """
    visible = "".join(
        " " if c.isspace() else c for c in name or "" if unicodedata.category(c) not in _HIDDEN
    )
    cleaned = " ".join(unicodedata.normalize("NFC", visible).split())
    if not 1 <= len(cleaned) <= LONGEST_NAME or not any(c.isalnum() for c in cleaned):
        raise InvalidName
    return cleaned


def check_email(email: str | None) -> str | None:
    """The address without surrounding blanks; ``None`` for none. Raises :class:`InvalidEmail`."""
    if email is None or not email.strip():
        return None
    if len(email) > 254 or not _EMAIL.fullmatch(email.strip()):
        raise InvalidEmail
    return email.strip()
