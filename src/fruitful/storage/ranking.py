"""What bears on the order of a thread, and the order itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Double,
    Select,
    Uuid,
    all_,
    and_,
    column,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState
from fruitful.domain.fruitfulness import (
    GONE,
    Account,
    RankedComment,
    RespectGiven,
    ThreadFacts,
    heat_of,
)
from fruitful.domain.policy import Category
from fruitful.storage.queue import BY_PEOPLE
from fruitful.storage.tables import (
    ArticleRow,
    CommentRow,
    DecisionRow,
    FormerOrderRow,
    ReaderRow,
    RespectRow,
)

MOST_ELSEWHERE = 20_000
"""Respects beneath other articles that are looked at, the newest first."""


async def ask(
    connection: AsyncConnection, article_id: UUID, *, moment: datetime, lost_after: timedelta
) -> bool:
    """Ask for a ranking; true where nobody has, or whoever did was forgotten ``lost_after``."""
    asked = await connection.execute(
        update(ArticleRow)
        .where(
            ArticleRow.id == article_id,
            or_(
                ArticleRow.rank_asked_at.is_(None),
                ArticleRow.rank_asked_at < moment - lost_after,
            ),
        )
        .values(rank_asked_at=moment)
        .returning(ArticleRow.id)
    )
    return asked.one_or_none() is not None


async def take(connection: AsyncConnection, article_id: UUID) -> None:
    """Begin a ranking: what changes from now on asks for another."""
    await connection.execute(
        update(ArticleRow).where(ArticleRow.id == article_id).values(rank_asked_at=None)
    )


async def facts(connection: AsyncConnection, article_id: UUID, *, since: datetime) -> ThreadFacts:
    """All that bears on the order; respect beneath other articles as far back as ``since``."""
    comments = await _comments(connection, article_id)
    here = await _respects(connection, article_id)
    elsewhere, others = await _elsewhere(connection, article_id, since)
    return ThreadFacts(
        article_id=article_id,
        comments=comments,
        elsewhere=elsewhere,
        respects=(*here, *others),
        accounts=await _accounts(connection, article_id),
    )


async def store(
    connection: AsyncConnection,
    article_id: UUID,
    scores: Mapping[UUID, float],
    *,
    moment: datetime,
) -> bool:
    """Rank the comments; the others of the article go to the end. True where that changed the order
    of the roots: the former one is then kept beside the new.

    Comments are locked before their article, as everywhere, so that nobody waits in a circle.
    """
    held = select(CommentRow.id).where(CommentRow.article_id == article_id).order_by(CommentRow.id)
    await connection.execute(held.with_for_update(key_share=True))
    before = await _root_ids(connection, article_id)
    await _put(connection, article_id, scores)
    if await _root_ids(connection, article_id) == before:
        return False
    number = await connection.scalar(
        update(ArticleRow)
        .where(ArticleRow.id == article_id)
        .values(order_number=ArticleRow.order_number + 1)
        .returning(ArticleRow.order_number - 1)
    )
    await connection.execute(
        insert(FormerOrderRow).values(
            article_id=article_id, number=number, root_ids=before, replaced_at=moment
        )
    )
    return True


async def former_order(
    connection: AsyncConnection, article_id: UUID, number: int
) -> list[UUID] | None:
    """The roots as they stood in the order of that number; ``None`` once it is forgotten."""
    return await connection.scalar(
        select(FormerOrderRow.root_ids).where(
            FormerOrderRow.article_id == article_id, FormerOrderRow.number == number
        )
    )


async def forget_orders(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget orders that were replaced before then."""
    await connection.execute(delete(FormerOrderRow).where(FormerOrderRow.replaced_at < before))


async def _put(connection: AsyncConnection, article_id: UUID, scores: Mapping[UUID, float]) -> None:
    ids = literal(list(scores), ARRAY(Uuid))
    ranks = (
        func.unnest(ids, literal(list(scores.values()), ARRAY(Double)))
        .table_valued(column("id", Uuid), column("score", Double), name="ranks")
        .render_derived()
    )
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == ranks.c.id, CommentRow.fruitfulness != ranks.c.score)
        .values(fruitfulness=ranks.c.score)
    )
    await connection.execute(
        update(CommentRow)
        .where(
            CommentRow.article_id == article_id,
            CommentRow.fruitfulness != GONE,
            CommentRow.id != all_(ids),
        )
        .values(fruitfulness=GONE)
    )


async def _root_ids(connection: AsyncConnection, article_id: UUID) -> list[UUID]:
    query = (
        select(CommentRow.id)
        .where(CommentRow.article_id == article_id, CommentRow.parent_id.is_(None))
        .order_by(
            CommentRow.fruitfulness.desc(), CommentRow.created_at.desc(), CommentRow.id.desc()
        )
    )
    return list((await connection.execute(query)).scalars())


async def _comments(connection: AsyncConnection, article_id: UUID) -> tuple[RankedComment, ...]:
    measured = (
        select(DecisionRow.scores)
        .where(
            DecisionRow.comment_id == CommentRow.id,
            DecisionRow.revision == CommentRow.revision,
            DecisionRow.model.not_in(BY_PEOPLE),
        )
        .order_by(DecisionRow.created_at.desc(), DecisionRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = _published(measured.label("scores")).where(CommentRow.article_id == article_id)
    rows = (await connection.execute(query)).all()
    return tuple(_ranked(row, row.scores) for row in rows)


async def _elsewhere(
    connection: AsyncConnection, article_id: UUID, since: datetime
) -> tuple[tuple[RankedComment, ...], list[RespectGiven]]:
    """What the readers of this thread respected beneath other articles."""
    here = (
        select(RespectRow.reader_id)
        .join(CommentRow, CommentRow.id == RespectRow.comment_id)
        .where(CommentRow.article_id == article_id)
    )
    query = (
        _published(RespectRow.reader_id.label("by"), RespectRow.created_at.label("given_at"))
        .join(RespectRow, RespectRow.comment_id == CommentRow.id)
        .where(
            RespectRow.reader_id.in_(here),
            RespectRow.created_at >= since,
            CommentRow.article_id != article_id,
        )
        .order_by(RespectRow.created_at.desc(), RespectRow.comment_id, RespectRow.reader_id)
        .limit(MOST_ELSEWHERE)
    )
    rows = (await connection.execute(query)).all()
    comments = {row.id: _ranked(row, None) for row in rows}
    given = [RespectGiven(comment_id=r.id, reader_id=r.by, given_at=r.given_at) for r in rows]
    return tuple(comments.values()), given


async def _respects(connection: AsyncConnection, article_id: UUID) -> list[RespectGiven]:
    query = (
        select(RespectRow.comment_id, RespectRow.reader_id, RespectRow.created_at)
        .join(CommentRow, CommentRow.id == RespectRow.comment_id)
        .where(CommentRow.article_id == article_id, CommentRow.state == CommentState.PUBLISHED)
    )
    return [
        RespectGiven(comment_id=r.comment_id, reader_id=r.reader_id, given_at=r.created_at)
        for r in (await connection.execute(query)).all()
    ]


async def _accounts(connection: AsyncConnection, article_id: UUID) -> tuple[Account, ...]:
    here = and_(CommentRow.article_id == article_id, CommentRow.state == CommentState.PUBLISHED)
    active = union(
        select(CommentRow.reader_id).where(here),
        select(RespectRow.reader_id)
        .join(CommentRow, CommentRow.id == RespectRow.comment_id)
        .where(here),
    ).subquery()
    published = (
        select(func.count())
        .where(CommentRow.reader_id == ReaderRow.id, CommentRow.state == CommentState.PUBLISHED)
        .scalar_subquery()
    )
    query = select(ReaderRow.id, ReaderRow.created_at, published.label("published")).where(
        ReaderRow.id.in_(select(active.c.reader_id))
    )
    return tuple(
        Account(reader_id=r.id, created_at=r.created_at, published_count=r.published)
        for r in (await connection.execute(query)).all()
    )


def _published(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(
        CommentRow.id,
        CommentRow.article_id,
        CommentRow.reader_id,
        CommentRow.parent_id,
        CommentRow.created_at,
        CommentRow.picked_at,
        *more,
    ).where(CommentRow.state == CommentState.PUBLISHED)


def _ranked(row: Any, scores: Mapping[str, float | None] | None) -> RankedComment:
    return RankedComment(
        id=row.id,
        article_id=row.article_id,
        reader_id=row.reader_id,
        parent_id=row.parent_id,
        created_at=row.created_at,
        heat=heat_of({Category(name): score for name, score in (scores or {}).items()}),
        is_picked=row.picked_at is not None,
    )
