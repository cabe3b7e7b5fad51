"""Tell every server process that a thread looks different now."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.storage.tables import ArticleRow

CHANNEL = "fruitful"

ChangeKind = Literal["published", "changed", "removed", "respect", "picked", "order"]
"""``picked`` tells of a pick or a pin, given or taken; ``order`` that the most fruitful comments
stand in another order: it names the article in place of a comment."""


async def announce(
    connection: AsyncConnection,
    article_id: UUID,
    kind: ChangeKind,
    comment_id: UUID,
    respect_count: int | None = None,
) -> int:
    """Raise the thread's version and notify listeners with ``article:version:kind:comment``, and
    ``:count`` where a ``respect_count`` is given.

    PostgreSQL delivers notifications at commit only, so that no listener ever hears of a comment
    that was rolled back. The article's row stays locked until then, which puts the versions of
    one thread in the order of their commits.
    """
    version = (
        await connection.execute(
            update(ArticleRow)
            .where(ArticleRow.id == article_id)
            .values(thread_version=ArticleRow.thread_version + 1)
            .returning(ArticleRow.thread_version)
        )
    ).scalar_one()
    count = "" if respect_count is None else f":{respect_count}"
    payload = f"{article_id}:{version}:{kind}:{comment_id}{count}"
    await connection.execute(select(func.pg_notify(CHANNEL, payload)))
    return version
