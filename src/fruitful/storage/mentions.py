"""Who takes part in a conversation, and who is spoken to by name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.domain.mentions import Mention
from fruitful.storage.tables import CommentRow, MentionRow


async def named_in(
    connection: AsyncConnection,
    article_id: UUID,
    text: str,
    *,
    root_id: UUID | None,
    limit: int,
) -> list[Mention]:
    """The participants beneath the article whose names, exactly as shown, stand after an ``@`` in
    the text, each with their latest published comment: in the branch ``root_id`` if they spoke
    there. Where several share a name it is whoever wrote that comment."""
    in_branch = case((CommentRow.root_id == root_id, 1), else_=0) if root_id else literal(0)
    query = (
        select(CommentRow.author_name, CommentRow.reader_id, CommentRow.id)
        .ext(distinct_on(CommentRow.author_name))
        .where(
            CommentRow.article_id == article_id,
            CommentRow.state == CommentState.PUBLISHED,
            CommentRow.author_name != "",
            func.strpos(text, literal("@") + CommentRow.author_name) > 0,
        )
        .order_by(
            CommentRow.author_name,
            in_branch.desc(),
            CommentRow.created_at.desc(),
            CommentRow.id.desc(),
        )
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    return [Mention(name=r.author_name, reader_id=r.reader_id, comment_id=r.id) for r in rows]


async def record(connection: AsyncConnection, comment_id: UUID, reader_ids: Iterable[UUID]) -> None:
    """Put on record that the comment speaks to these readers. Saying it again changes nothing."""
    rows = [{"comment_id": comment_id, "reader_id": reader_id} for reader_id in set(reader_ids)]
    if rows:
        await connection.execute(insert(MentionRow).values(rows).on_conflict_do_nothing())


async def mentioned(connection: AsyncConnection, comment_id: UUID) -> list[UUID]:
    """The readers whom the comment speaks to by name."""
    query = select(MentionRow.reader_id).where(MentionRow.comment_id == comment_id)
    return list((await connection.execute(query.order_by(MentionRow.reader_id))).scalars())
