"""Queries on comments and their revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Comment, CommentState
from fruitful.storage.appeals import is_contested
from fruitful.storage.tables import ArticleRow, CommentRow, RevisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """A stored text that may say nearly the same."""

    comment_id: UUID
    reader_id: UUID
    state: CommentState
    text: str


async def add(connection: AsyncConnection, comment: Comment, *, decision_id: UUID) -> None:
    """Insert a comment; its first revision is added apart."""
    await connection.execute(
        insert(CommentRow).values(
            id=comment.id,
            article_id=comment.article_id,
            parent_id=comment.parent_id,
            root_id=comment.root_id,
            depth=comment.depth,
            reader_id=comment.reader_id,
            author_name=comment.author_name,
            state=comment.state,
            revision=comment.revision,
            decision_id=decision_id,
            created_at=comment.created_at,
            held_at=comment.created_at if comment.state is CommentState.HELD else None,
            settled_at=comment.created_at if comment.state in _SETTLED else None,
        )
    )


async def add_revision(
    connection: AsyncConnection,
    comment: Comment,
    *,
    html: str,
    fingerprint: tuple[int, ...],
    created_at: datetime,
) -> None:
    """Keep what the comment says now as its revision ``comment.revision``."""
    await connection.execute(
        insert(RevisionRow).values(
            comment_id=comment.id,
            number=comment.revision,
            text=comment.text,
            html=html,
            fingerprint=list(fingerprint),
            created_at=created_at,
        )
    )


async def by_id(
    connection: AsyncConnection, comment_id: UUID, *, lock: bool = False
) -> Comment | None:
    """The comment with its current text. ``lock`` keeps others from changing it meanwhile."""
    query = _comments().where(CommentRow.id == comment_id)
    if lock:
        query = query.with_for_update(of=CommentRow)
    row = (await connection.execute(query)).one_or_none()
    return _comment(row) if row else None


async def by_ids(
    connection: AsyncConnection, comment_ids: Iterable[UUID]
) -> Mapping[UUID, Comment]:
    """The comments with these ids and their current texts."""
    rows = await connection.execute(_comments().where(CommentRow.id.in_(list(comment_ids))))
    return {row.id: _comment(row) for row in rows}


async def set_state(
    connection: AsyncConnection,
    comment_id: UUID,
    state: CommentState,
    *,
    decision_id: UUID | None,
    moment: datetime,
) -> None:
    """Move the comment to a state, under the decision that put it there (``None``: as before)."""
    values: dict[str, Any] = {
        "state": state,
        "held_at": moment if state is CommentState.HELD else None,
        "settled_at": moment if state in _SETTLED else None,
    }
    if decision_id is not None:
        values["decision_id"] = decision_id
    await connection.execute(update(CommentRow).where(CommentRow.id == comment_id).values(**values))


async def set_revision(
    connection: AsyncConnection, comment_id: UUID, number: int, *, edited_at: datetime
) -> None:
    """Make a stored revision the current one. What moderators weighed was the former text."""
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id)
        .values(revision=number, edited_at=edited_at, approved_reasons=[])
    )


async def send_again(
    connection: AsyncConnection, comment_id: UUID, number: int, *, moment: datetime
) -> None:
    """Make a stored revision the first one that counts: the comment is as new as this moment."""
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id)
        .values(revision=number, created_at=moment, edited_at=None, approved_reasons=[])
    )


async def last_revision(connection: AsyncConnection, comment_id: UUID) -> int:
    """The highest revision number there is of the comment, shown or not."""
    query = select(func.max(RevisionRow.number)).where(RevisionRow.comment_id == comment_id)
    return await connection.scalar(query) or 0


async def owned_in_article(
    connection: AsyncConnection, article_id: UUID, reader_id: UUID
) -> list[tuple[Comment, str, UUID]]:
    """A reader's own unpublished comments beneath an article, newest first, with the rendered
    text and the decision in force; those whose text has been erased are left out."""
    query = (
        _comments()
        .add_columns(RevisionRow.html, CommentRow.decision_id)
        .where(
            CommentRow.article_id == article_id,
            CommentRow.reader_id == reader_id,
            CommentRow.state.in_([CommentState.HELD, CommentState.RETURNED, CommentState.REJECTED]),
            RevisionRow.text.is_not(None),
        )
        .order_by(CommentRow.created_at.desc())
        .limit(50)
    )
    rows = (await connection.execute(query)).all()
    return [(_comment(row), row.html, row.decision_id) for row in rows]


async def rendered(connection: AsyncConnection, comment_id: UUID) -> tuple[str, UUID]:
    """The current revision's published form, and the decision in force."""
    row = (
        await connection.execute(
            select(RevisionRow.html, CommentRow.decision_id)
            .join(RevisionRow, _current())
            .where(CommentRow.id == comment_id)
        )
    ).one()
    return row.html, row.decision_id


async def add_cards(
    connection: AsyncConnection, comment_id: UUID, revision: int, cards: str
) -> bool:
    """Put the HTML of cards beneath a revision, once; says whether it was put there now."""
    added = await connection.execute(
        update(RevisionRow)
        .where(
            RevisionRow.comment_id == comment_id,
            RevisionRow.number == revision,
            ~RevisionRow.html.contains(cards, autoescape=True),
        )
        .values(html=RevisionRow.html + cards)
    )
    return added.rowcount > 0


async def count_recent_by_reader(
    connection: AsyncConnection, reader_id: UUID, *, since: datetime
) -> int:
    """How many comments the reader sent since then, whatever became of them."""
    query = select(func.count()).where(
        CommentRow.reader_id == reader_id, CommentRow.created_at >= since
    )
    return (await connection.execute(query)).scalar_one()


async def near_duplicates(
    connection: AsyncConnection, site_id: UUID, bands: tuple[int, ...], *, since: datetime
) -> list[NearDuplicate]:
    """Up to 20 recent texts of the site that share a band of the fingerprint, newest first.

    Texts that their writers took back count too.
    """
    query = (
        select(CommentRow.id, CommentRow.reader_id, CommentRow.state, RevisionRow.text)
        .join(RevisionRow, RevisionRow.comment_id == CommentRow.id)
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .where(
            RevisionRow.fingerprint.overlap(list(bands)),
            RevisionRow.created_at >= since,
            RevisionRow.text.is_not(None),
            ArticleRow.site_id == site_id,
        )
        .order_by(RevisionRow.created_at.desc())
        .limit(20)
    )
    rows = (await connection.execute(query)).all()
    return [
        NearDuplicate(
            comment_id=row.id,
            reader_id=row.reader_id,
            state=CommentState(row.state),
            text=row.text,
        )
        for row in rows
    ]


async def erase_settled(
    connection: AsyncConnection, state: CommentState, *, before: datetime
) -> list[UUID]:
    """Erase the texts of all revisions of comments settled so before then; gives their ids.

    One whose appeal waits for an answer is kept until it has one.
    """
    old = select(CommentRow.id).where(
        CommentRow.state == state, CommentRow.settled_at < before, ~is_contested(CommentRow.id)
    )
    erased = await connection.execute(
        update(RevisionRow)
        .where(RevisionRow.comment_id.in_(old), RevisionRow.text.is_not(None))
        .values(text=None, html="", fingerprint=[])
        .returning(RevisionRow.comment_id)
    )
    return list(erased.scalars().unique())


async def erase_superseded(
    connection: AsyncConnection, *, before: datetime
) -> list[tuple[UUID, int]]:
    """Erase the texts written before then that are not, or no longer, what a comment says.

    Those are former versions, and new ones that were returned. Gives comment and revision.
    """
    current = select(CommentRow.revision).where(CommentRow.id == RevisionRow.comment_id)
    erased = await connection.execute(
        update(RevisionRow)
        .where(
            RevisionRow.created_at < before,
            RevisionRow.text.is_not(None),
            RevisionRow.number != current.scalar_subquery(),
        )
        .values(text=None, html="", fingerprint=[])
        .returning(RevisionRow.comment_id, RevisionRow.number)
    )
    return [(row.comment_id, row.number) for row in erased]


_SETTLED = (CommentState.RETURNED, CommentState.REJECTED, CommentState.DELETED)


def _current() -> Any:
    return and_(RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision)


def _comments() -> Select[*tuple[Any, ...]]:
    return select(
        CommentRow.id,
        CommentRow.article_id,
        CommentRow.parent_id,
        CommentRow.root_id,
        CommentRow.depth,
        CommentRow.reader_id,
        CommentRow.author_name,
        CommentRow.state,
        CommentRow.revision,
        RevisionRow.text,
        CommentRow.created_at,
        CommentRow.edited_at,
        CommentRow.respect_count,
    ).join(RevisionRow, _current())


def _comment(row: Row[*tuple[Any, ...]]) -> Comment:
    return Comment(
        id=row.id,
        article_id=row.article_id,
        parent_id=row.parent_id,
        root_id=row.root_id,
        depth=row.depth,
        reader_id=row.reader_id,
        author_name=row.author_name,
        state=CommentState(row.state),
        revision=row.revision,
        text=row.text,
        created_at=row.created_at,
        edited_at=row.edited_at,
        respect_count=row.respect_count,
    )
