"""What becomes of an account shows in all its comments: a new name, a badge, its deletion."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Badge, Reader
from fruitful.services.announcing import News, announce
from fruitful.services.names import name_key
from fruitful.services.world import World
from fruitful.storage import (
    accounts,
    passkeys,
    preferences,
    push,
    reader_sessions,
    readers,
)


async def rename_reader(
    connection: AsyncConnection, world: World, reader: Reader, name: str
) -> None:
    """Rename the reader, in the comments that carry the former name too.

    Comments written as a guest, under another name, keep it.
    """
    await readers.rename(connection, reader.id, name, name_key=name_key(name))
    touched = await accounts.rename_comments(connection, reader.id, reader.name, name)
    await _announce(connection, world, touched)


async def set_badge(
    connection: AsyncConnection, world: World, reader: Reader, badge: Badge | None
) -> None:
    """Give the reader the badge, or take it; it shows beside all their comments."""
    await readers.set_badge(connection, reader.id, badge)
    await _announce(connection, world, await accounts.published_in(connection, reader.id))


async def erase_account(connection: AsyncConnection, world: World, reader_id: UUID) -> None:
    """Delete the account: its comments stand without a name, and no browser and no way to sign
    in leads to it any more. What the comments say stays."""
    await reader_sessions.close_all(connection, reader_id)
    await passkeys.forget(connection, reader_id)
    await push.forget_reader(connection, reader_id)
    await preferences.forget_reader(connection, reader_id)
    await reader_sessions.forget_identities(connection, reader_id)
    touched = await accounts.anonymise(connection, reader_id, moment=world.clock())
    await _announce(connection, world, touched)


async def _announce(connection: AsyncConnection, world: World, touched: accounts.Touched) -> None:
    # In one order everywhere, so that two accounts that meet in several threads cannot wait for
    # each other.
    for article_id, comment_id in sorted(touched.items()):
        news = News(article_id, "changed", comment_id, says_the_same=True)
        await announce(world, connection, news)
