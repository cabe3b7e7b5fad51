"""Queries on what readers are told outside the page: who, what, and in which letter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import CommentState
from fruitful.domain.notifications import MENTION, REPLY, News, Notification, PlannedLetter
from fruitful.storage.tables import (
    ArticleRow,
    CommentRow,
    LetterRow,
    MentionRow,
    NoticeRow,
    NotificationRow,
    RevisionRow,
)


async def addressed_by(connection: AsyncConnection, comment_id: UUID) -> dict[UUID, str]:
    """Whom a published comment speaks to, each with why: whose comment it answers, and who is
    mentioned in it. Nobody speaks to themselves."""
    answered = aliased(CommentRow)
    here = and_(CommentRow.id == comment_id, CommentRow.state == CommentState.PUBLISHED)
    mentioned = (
        select(MentionRow.reader_id, literal(MENTION).label("kind"))
        .join(CommentRow, CommentRow.id == MentionRow.comment_id)
        .where(here, MentionRow.reader_id != CommentRow.reader_id)
    )
    replied_to = (
        select(answered.reader_id, literal(REPLY).label("kind"))
        .join(CommentRow, CommentRow.parent_id == answered.id)
        .where(here, answered.reader_id != CommentRow.reader_id)
    )
    mentions = (await connection.execute(mentioned)).all()
    replies = (await connection.execute(replied_to)).all()
    # Who is answered and mentioned at once is told of the answer.
    return {row.reader_id: row.kind for row in [*mentions, *replies]}


async def notice(connection: AsyncConnection, notice_id: UUID) -> tuple[UUID, str, UUID] | None:
    """Reader, kind and comment of a notice; ``None`` once it has been withdrawn."""
    query = select(NoticeRow.reader_id, NoticeRow.kind, NoticeRow.comment_id)
    row = (await connection.execute(query.where(NoticeRow.id == notice_id))).one_or_none()
    return (row.reader_id, row.kind, row.comment_id) if row else None


async def add(connection: AsyncConnection, notification: Notification) -> bool:
    """Put on record that the reader is told; false where they are told of it already."""
    row = upsert(NotificationRow).values(
        id=notification.id,
        reader_id=notification.reader_id,
        kind=notification.kind,
        subject_id=notification.subject_id,
        comment_id=notification.comment_id,
        notice_id=notification.notice_id,
        by_mail=notification.by_mail,
        created_at=notification.created_at,
    )
    added = await connection.execute(row.on_conflict_do_nothing().returning(NotificationRow.id))
    return added.scalar_one_or_none() is not None


async def count_letters(connection: AsyncConnection, reader_id: UUID, *, since: datetime) -> int:
    """How many letters other than digests the reader was written since then."""
    query = select(func.count()).where(
        LetterRow.reader_id == reader_id,
        LetterRow.created_at > since,
        LetterRow.is_digest.is_(False),
    )
    return (await connection.execute(query)).scalar_one()


async def plan_letter(
    connection: AsyncConnection, letter: PlannedLetter, notification_ids: Collection[UUID]
) -> None:
    """Have these told in one letter."""
    await connection.execute(
        insert(LetterRow).values(
            id=letter.id,
            reader_id=letter.reader_id,
            is_digest=letter.is_digest,
            created_at=letter.created_at,
        )
    )
    await connection.execute(
        update(NotificationRow)
        .where(NotificationRow.id.in_(list(notification_ids)))
        .values(letter_id=letter.id)
    )


async def claim_letter(
    connection: AsyncConnection, letter_id: UUID, *, moment: datetime
) -> PlannedLetter | None:
    """Take the letter to hand it over; ``None`` where somebody took it before."""
    row = LetterRow
    taken = (
        update(row)
        .where(row.id == letter_id, row.handed_over_at.is_(None))
        .values(handed_over_at=moment)
        .returning(row.reader_id, row.is_digest, row.created_at)
    )
    found = (await connection.execute(taken)).one_or_none()
    if found is None:
        return None
    return PlannedLetter(
        id=letter_id,
        reader_id=found.reader_id,
        is_digest=found.is_digest,
        created_at=found.created_at,
    )


async def return_letter(connection: AsyncConnection, letter_id: UUID) -> None:
    """The mail server has not taken the letter; somebody may try again."""
    await connection.execute(
        update(LetterRow).where(LetterRow.id == letter_id).values(handed_over_at=None)
    )


async def in_letter(connection: AsyncConnection, letter_id: UUID) -> tuple[News, ...]:
    """What the letter tells, oldest first, as it stands now."""
    query = _news().where(NotificationRow.letter_id == letter_id)
    rows = await connection.execute(query.order_by(NotificationRow.created_at, NotificationRow.id))
    return tuple(_read(row) for row in rows.all())


async def news(connection: AsyncConnection, notification_id: UUID) -> News | None:
    """What one notification tells, as it stands now; ``None`` once it has been withdrawn."""
    query = _news().where(NotificationRow.id == notification_id)
    row = (await connection.execute(query)).one_or_none()
    return _read(row) if row else None


async def waiting_readers(
    connection: AsyncConnection, site_id: UUID, *, before: datetime
) -> tuple[UUID, ...]:
    """The readers of the site for whom something from before then waits for a digest."""
    query = (
        select(NotificationRow.reader_id)
        .distinct()
        .join(CommentRow, CommentRow.id == NotificationRow.comment_id)
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .where(ArticleRow.site_id == site_id, _waits(), NotificationRow.created_at < before)
        .order_by(NotificationRow.reader_id)
    )
    return tuple((await connection.execute(query)).scalars())


async def waiting_for(
    connection: AsyncConnection, reader_id: UUID, *, before: datetime
) -> dict[UUID, str]:
    """What from before then waits for the reader's digest, with its kind; nobody else can take it
    meanwhile."""
    query = (
        select(NotificationRow.id, NotificationRow.kind)
        .where(
            NotificationRow.reader_id == reader_id,
            _waits(),
            NotificationRow.created_at < before,
        )
        .with_for_update()
    )
    return {row.id: row.kind for row in (await connection.execute(query)).all()}


async def keep_from_letters(
    connection: AsyncConnection, notification_ids: Collection[UUID]
) -> None:
    """No letter will tell these: the reader wants none any more."""
    await connection.execute(
        update(NotificationRow)
        .where(NotificationRow.id.in_(list(notification_ids)))
        .values(by_mail=False)
    )


async def forget_before(connection: AsyncConnection, moment: datetime) -> None:
    """Forget what readers were told before the moment."""
    await connection.execute(delete(NotificationRow).where(NotificationRow.created_at < moment))
    await connection.execute(delete(LetterRow).where(LetterRow.created_at < moment))


def _waits() -> Any:
    return and_(NotificationRow.by_mail, NotificationRow.letter_id.is_(None))


def _news() -> Select[*tuple[Any, ...]]:
    return (
        select(
            NotificationRow.kind,
            NotificationRow.comment_id,
            NotificationRow.created_at,
            CommentRow.article_id,
            CommentRow.author_name,
            CommentRow.state,
            RevisionRow.html,
            ArticleRow.url,
            ArticleRow.title,
            NoticeRow.details,
        )
        .join(CommentRow, CommentRow.id == NotificationRow.comment_id)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .outerjoin(NoticeRow, NoticeRow.id == NotificationRow.notice_id)
    )


def _read(row: Row[*tuple[Any, ...]]) -> News:
    is_published = row.state == CommentState.PUBLISHED
    return News(
        kind=row.kind,
        comment_id=row.comment_id,
        article_id=row.article_id,
        article_url=row.url,
        article_title=row.title,
        author_name=row.author_name if is_published else "",
        html=row.html if is_published else "",
        is_published=is_published,
        created_at=row.created_at,
        details=row.details or {},
    )
