"""Queries behind what a writer is told: decisions, and the text that each was made on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.domain.moderation import StoredDecision
from fruitful.domain.newsroom import Revision
from fruitful.domain.statement import OwnDecided
from fruitful.storage import appeals, decisions
from fruitful.storage.tables import ArticleRow, CommentRow, DecisionRow, RevisionRow


async def revision(connection: AsyncConnection, comment_id: UUID, number: int) -> Revision | None:
    """What the comment said in that revision."""
    query = select(RevisionRow.number, RevisionRow.text, RevisionRow.created_at).where(
        RevisionRow.comment_id == comment_id, RevisionRow.number == number
    )
    row = (await connection.execute(query)).one_or_none()
    return Revision(number=row.number, text=row.text, created_at=row.created_at) if row else None


async def on_revision(
    connection: AsyncConnection, comment_id: UUID, number: int
) -> list[StoredDecision]:
    """Every decision on that text, oldest first."""
    query = (
        select(DecisionRow.id)
        .where(DecisionRow.comment_id == comment_id, DecisionRow.revision == number)
        .order_by(DecisionRow.created_at, DecisionRow.id)
    )
    return await decisions.by_ids(connection, (await connection.execute(query)).scalars())


async def own(
    connection: AsyncConnection, reader_id: UUID, *, limit: int, offset: int = 0
) -> tuple[OwnDecided, ...]:
    """A reader's comments, newest first, whatever became of them."""
    query = (
        select(
            CommentRow.id,
            CommentRow.article_id,
            ArticleRow.title,
            ArticleRow.url,
            CommentRow.state,
            RevisionRow.text,
            CommentRow.created_at,
            CommentRow.edited_at,
            CommentRow.decision_id,
            DecisionRow.created_at.label("decided_at"),
            DecisionRow.model,
        )
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .join(DecisionRow, DecisionRow.id == CommentRow.decision_id)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .where(CommentRow.reader_id == reader_id)
        .order_by(CommentRow.created_at.desc(), CommentRow.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = (await connection.execute(query)).all()
    contested = await appeals.on_comments(connection, [row.id for row in rows])
    return tuple(
        OwnDecided(
            comment_id=row.id,
            article_id=row.article_id,
            article_title=row.title,
            article_url=row.url,
            state=CommentState(row.state),
            text=row.text,
            created_at=row.created_at,
            edited_at=row.edited_at,
            decision_id=row.decision_id,
            decided_at=row.decided_at,
            decided_by=row.model,
            appeal=next(reversed(contested.get(row.id, ())), None),
        )
        for row in rows
    )
