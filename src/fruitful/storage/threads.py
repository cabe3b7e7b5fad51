"""The query behind a page of a thread: some roots, and everything said beneath them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import CommentState, ThreadComment, ThreadSort
from fruitful.storage.tables import CommentRow, RevisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RootPlace:
    """Where a root stands in the order of roots; what a cursor remembers."""

    id: UUID
    created_at: datetime
    respect_count: int


async def total(connection: AsyncConnection, article_id: UUID) -> int:
    """How many comments are published beneath the article."""
    query = select(func.count()).where(
        CommentRow.article_id == article_id, CommentRow.state == CommentState.PUBLISHED
    )
    return (await connection.execute(query)).scalar_one()


async def roots(
    connection: AsyncConnection,
    article_id: UUID,
    sort: ThreadSort,
    *,
    after: RootPlace | None,
    limit: int,
) -> list[tuple[RootPlace, int]]:
    """Roots in order with the number of visible comments that each brings, itself included.

    A root is visible when it is published or when something published stands beneath it; then
    it is shown as a stub.
    """
    answer = aliased(CommentRow)
    answers = (
        select(func.count())
        .where(
            answer.article_id == article_id,
            answer.root_id == CommentRow.id,
            answer.id != CommentRow.id,
            answer.state == CommentState.PUBLISHED,
        )
        .scalar_subquery()
    )
    query = (
        select(CommentRow.id, CommentRow.created_at, CommentRow.respect_count, answers.label("n"))
        .where(
            CommentRow.article_id == article_id,
            CommentRow.parent_id.is_(None),
            or_(CommentRow.state == CommentState.PUBLISHED, answers > 0),
        )
        .order_by(*_order(sort))
        .limit(limit)
    )
    if after is not None:
        query = query.where(_beyond(sort, after))
    rows = (await connection.execute(query)).all()
    return [
        (RootPlace(id=r.id, created_at=r.created_at, respect_count=r.respect_count), r.n + 1)
        for r in rows
    ]


async def beneath(
    connection: AsyncConnection, article_id: UUID, root_ids: Iterable[UUID]
) -> list[ThreadComment]:
    """The roots and all that may be shown beneath them, oldest first, as a flat list.

    A comment that is not published is given as a stub; the caller drops those without answers.
    """
    query = (
        select(
            CommentRow.id,
            CommentRow.parent_id,
            CommentRow.depth,
            CommentRow.state,
            CommentRow.author_name,
            RevisionRow.html,
            CommentRow.created_at,
            CommentRow.edited_at,
            CommentRow.respect_count,
        )
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .where(CommentRow.article_id == article_id, CommentRow.root_id.in_(list(root_ids)))
        .order_by(CommentRow.created_at, CommentRow.id)
    )
    return [_thread_comment(row) for row in (await connection.execute(query)).all()]


def _order(sort: ThreadSort) -> tuple[ColumnElement[Any], ...]:
    if sort is ThreadSort.OLDEST:
        return (CommentRow.created_at.asc(), CommentRow.id.asc())
    newest_first = (CommentRow.created_at.desc(), CommentRow.id.desc())
    if sort is ThreadSort.RESPECTED:
        return (CommentRow.respect_count.desc(), *newest_first)
    return newest_first


def _beyond(sort: ThreadSort, place: RootPlace) -> ColumnElement[bool]:
    here = tuple_(CommentRow.created_at, CommentRow.id)
    there = tuple_(place.created_at, place.id)
    if sort is ThreadSort.OLDEST:
        return here > there
    if sort is ThreadSort.RESPECTED:
        return tuple_(CommentRow.respect_count, CommentRow.created_at, CommentRow.id) < tuple_(
            place.respect_count, place.created_at, place.id
        )
    return here < there


def _thread_comment(row: Row[*tuple[Any, ...]]) -> ThreadComment:
    shown = row.state == CommentState.PUBLISHED
    return ThreadComment(
        id=row.id,
        parent_id=row.parent_id,
        depth=row.depth,
        author_name=row.author_name if shown else "",
        html=row.html if shown else "",
        created_at=row.created_at,
        edited_at=row.edited_at if shown else None,
        respect_count=row.respect_count if shown else 0,
        is_stub=not shown,
    )
