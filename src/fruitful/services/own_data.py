"""A reader takes away all that is held about them, or has it erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState, Reader
from fruitful.domain.errors import UnknownReader
from fruitful.domain.site_options import Erasure
from fruitful.services.accounts import erase_account
from fruitful.services.announcing import News, announce
from fruitful.services.private_links import Asker, reader_of_pass
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import comments, erasure, personal_data, readers, sites
from fruitful.storage.personal_data import Rows


async def own_data(world: World, asker: Asker) -> Mapping[str, Rows]:
    """All that is held about whoever asks, by table, without secrets.

    Raises :class:`UnknownReader` for a stranger.
    """
    async with world.database.reading() as connection:
        reader = await _reader(connection, world, asker)
        return await personal_data.of_reader(connection, reader.id)


async def erasure_on(world: World, asker: Asker) -> Erasure:
    """What erasing would mean for the asker's published comments. Raises :class:`UnknownReader`."""
    async with world.database.reading() as connection:
        reader = await _reader(connection, world, asker)
        return await _choice(connection, reader.site_id)


async def erase_own_data(world: World, asker: Asker) -> None:
    """Erase all that is held about whoever asks. It cannot be undone.

    Published comments lose their name, or go, as the site has chosen; all other texts, evidence
    and earlier versions go. What stays is that somebody wrote, and what was decided, by whom.
    Raises :class:`UnknownReader` for a stranger.
    """
    moment = world.clock()
    async with world.database.transaction() as connection:
        reader = await _reader(connection, world, asker)
        keep = await _choice(connection, reader.site_id) is Erasure.ANONYMISE
        standing = await personal_data.comments_of(connection, reader.id)
        going = [
            comment_id
            for comment_id, state in standing.items()
            if state is CommentState.HELD or (state is CommentState.PUBLISHED and not keep)
        ]
        for comment_id in going:
            await comments.set_state(
                connection, comment_id, CommentState.DELETED, decision_id=None, moment=moment
            )
        await _announce_removed(
            connection, world, [one for one in going if standing[one] is CommentState.PUBLISHED]
        )
        # After the comments went, so that only those that stay are shown afresh.
        await erase_account(connection, world, reader.id)
        await personal_data.erase_texts(connection, reader.id, keep_published=keep)
        gone = [
            comment_id
            for comment_id, state in standing.items()
            if not (keep and state is CommentState.PUBLISHED)
        ]
        await erasure.erase_evidence(connection, gone)
        await personal_data.erase(connection, reader.id)


async def _announce_removed(
    connection: AsyncConnection, world: World, comment_ids: Sequence[UUID]
) -> None:
    found = await comments.by_ids(connection, comment_ids)
    # In the order of their articles, as everywhere, so that two erasures that meet in several
    # threads cannot wait for each other.
    for comment in sorted(found.values(), key=lambda comment: (comment.article_id, comment.id)):
        await announce(world, connection, News(comment.article_id, "removed", comment.id))


async def _choice(connection: AsyncConnection, site_id: UUID) -> Erasure:
    site = await sites.by_id(connection, site_id)
    if site is None:
        raise UnknownReader
    return site.options.erasure


async def _reader(connection: AsyncConnection, world: World, asker: Asker) -> Reader:
    reader_id = reader_of_pass(world, asker.key)
    if reader_id is not None:
        reader = await readers.by_id(connection, reader_id)
    else:
        reader = await recognise(connection, world, None, asker.token)
    if reader is None:
        raise UnknownReader
    return reader
