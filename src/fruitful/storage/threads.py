"""The query behind a page of a thread: some roots, and everything said beneath them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    Uuid,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import Badge, CommentState, ThreadComment, ThreadSort
from fruitful.storage import ranking
from fruitful.storage.tables import ArticleRow, CommentRow, ReaderRow, RevisionRow, SiteRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RootPlace:
    """Where a root stands in the order of roots; what a cursor remembers.

    ``order_number`` is that of the most fruitful order in which the reader met it.
    """

    id: UUID
    created_at: datetime
    order_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above a thread: how much is said, in which order, and what is pinned."""

    total: int
    order_number: int
    pinned_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RootsWanted:
    """Which roots: in which order, after which, how many, and which one is shown elsewhere."""

    article_id: UUID
    sort: ThreadSort
    after: RootPlace | None
    limit: int
    without: UUID | None = None


async def heading(connection: AsyncConnection, article_id: UUID) -> Heading:
    """The article's published comments counted, its order's number, and its pinned comment."""
    published = CommentRow.state == CommentState.PUBLISHED
    here = CommentRow.article_id == article_id
    count = select(func.count()).where(here, published).scalar_subquery()
    pinned = (
        select(CommentRow.id)
        .where(here, published, CommentRow.pinned_at.is_not(None))
        .scalar_subquery()
    )
    query = select(ArticleRow.order_number, count.label("total"), pinned.label("pinned_id")).where(
        ArticleRow.id == article_id
    )
    row = (await connection.execute(query)).one()
    return Heading(total=row.total, order_number=row.order_number, pinned_id=row.pinned_id)


async def total(connection: AsyncConnection, article_id: UUID) -> int:
    """How many comments are published beneath the article."""
    query = select(func.count()).where(
        CommentRow.article_id == article_id, CommentRow.state == CommentState.PUBLISHED
    )
    return (await connection.execute(query)).scalar_one()


async def totals(
    connection: AsyncConnection, origins: Iterable[str], urls: Iterable[str]
) -> Mapping[str, int]:
    """How many comments are published beneath each of these articles of the sites that list one of
    the origins; addresses without an article are left out."""
    counted = (
        select(func.count())
        .where(CommentRow.article_id == ArticleRow.id, CommentRow.state == CommentState.PUBLISHED)
        .scalar_subquery()
    )
    served = select(SiteRow.id).where(SiteRow.origins.overlap(sorted(origins)))
    query = select(ArticleRow.url, counted.label("total")).where(
        ArticleRow.site_id.in_(served), ArticleRow.url.in_(sorted(urls))
    )
    return {row.url: row.total for row in (await connection.execute(query)).all()}


async def roots(
    connection: AsyncConnection, wanted: RootsWanted, heading: Heading
) -> list[tuple[RootPlace, int]]:
    """Roots in order with the number of visible comments that each brings, itself included.

    A root is visible when it is published or when something published stands beneath it; then
    it is shown as a stub. Where the most fruitful have been ordered anew since the reader began,
    the former order goes on for as long as it is kept, so that nothing is missed or met twice.
    """
    after, sort = wanted.after, wanted.sort
    order_number, former = heading.order_number, None
    if sort is ThreadSort.FRUITFUL and after and after.order_number != order_number:
        former = await ranking.former_order(connection, wanted.article_id, after.order_number)
    query = _visible_roots(wanted.article_id).limit(wanted.limit)
    if wanted.without is not None:
        query = query.where(CommentRow.id != wanted.without)
    if after and former and after.id in former:
        rest = former[former.index(after.id) + 1 :]
        order_number = after.order_number
        query = query.where(CommentRow.id.in_(rest)).order_by(_place_in(rest))
    else:
        query = query.order_by(*_order(sort))
        if after is not None:
            query = query.where(_beyond(sort, after))
    rows = (await connection.execute(query)).all()
    return [
        (RootPlace(id=r.id, created_at=r.created_at, order_number=order_number), r.n + 1)
        for r in rows
    ]


def _visible_roots(article_id: UUID) -> Select[*tuple[Any, ...]]:
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
    return select(CommentRow.id, CommentRow.created_at, answers.label("n")).where(
        CommentRow.article_id == article_id,
        CommentRow.parent_id.is_(None),
        or_(CommentRow.state == CommentState.PUBLISHED, answers > 0),
    )


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
            ReaderRow.badge,
            RevisionRow.html,
            CommentRow.created_at,
            CommentRow.edited_at,
            CommentRow.respect_count,
            CommentRow.picked_at,
            CommentRow.pinned_at,
        )
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .join(ReaderRow, ReaderRow.id == CommentRow.reader_id)
        .where(CommentRow.article_id == article_id, CommentRow.root_id.in_(list(root_ids)))
        .order_by(CommentRow.created_at, CommentRow.id)
    )
    return [_thread_comment(row) for row in (await connection.execute(query)).all()]


def _order(sort: ThreadSort) -> tuple[ColumnElement[Any], ...]:
    if sort is ThreadSort.OLDEST:
        return (CommentRow.created_at.asc(), CommentRow.id.asc())
    newest_first = (CommentRow.created_at.desc(), CommentRow.id.desc())
    if sort is ThreadSort.FRUITFUL:
        return (CommentRow.fruitfulness.desc(), *newest_first)
    return newest_first


def _place_in(ids: list[UUID]) -> ColumnElement[int]:
    return func.array_position(literal(ids, ARRAY(Uuid)), CommentRow.id)


def _beyond(sort: ThreadSort, place: RootPlace) -> ColumnElement[bool]:
    here = tuple_(CommentRow.created_at, CommentRow.id)
    there = tuple_(place.created_at, place.id)
    if sort is ThreadSort.OLDEST:
        return here > there
    if sort is ThreadSort.FRUITFUL:
        # The rank it has now: within one order the numbers may change, their sequence does not.
        root = aliased(CommentRow)
        rank = select(root.fruitfulness).where(root.id == place.id).scalar_subquery()
        return tuple_(CommentRow.fruitfulness, CommentRow.created_at, CommentRow.id) < tuple_(
            func.coalesce(rank, 0.0), place.created_at, place.id
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
        badge=Badge(row.badge) if shown and row.badge else None,
        is_pick=shown and row.picked_at is not None,
        is_pinned=shown and row.pinned_at is not None,
    )
