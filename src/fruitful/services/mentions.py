"""Recognise whom a text speaks to by name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Comment
from fruitful.domain.mentions import Mention, mention_pattern
from fruitful.storage import mentions

MOST = 10
"""Names recognised in one comment: enough for a conversation, too few to call out a crowd."""


async def mentions_in(
    connection: AsyncConnection, article_id: UUID, text: str, parent: Comment | None
) -> tuple[Mention, ...]:
    """The participants beneath the article whom the text names after an ``@``."""
    if "@" not in text:
        return ()
    found = await mentions.named_in(
        connection, article_id, text, root_id=parent.root_id if parent else None, limit=10 * MOST
    )
    by_name = {mention.name: mention for mention in found}
    if not by_name:
        return ()
    named = dict.fromkeys(mention_pattern(by_name).findall(text))
    return tuple(by_name[name] for name in list(named)[:MOST])
