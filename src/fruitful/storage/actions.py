"""Queries that change how a comment stands, and the log of who changed it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import Action, CommentState, ModeratorAction, ReportReason
from fruitful.domain.newsroom import ActionRecord, Footing, LockedComment, LogFilter
from fruitful.domain.policy import Category
from fruitful.storage.tables import (
    ActionRow,
    ArticleRow,
    CommentRow,
    ModeratorRow,
    RevisionRow,
)


async def lock(connection: AsyncConnection, comment_id: UUID) -> LockedComment | None:
    """The comment, which nobody else can change until the transaction ends.

    The lock lets others insert rows that refer to the comment, replies above all: a decision
    must not wait for them, nor they for it.
    """
    query = (
        select(
            CommentRow.id,
            CommentRow.article_id,
            ArticleRow.site_id,
            CommentRow.reader_id,
            CommentRow.revision,
            CommentRow.parent_id,
            CommentRow.created_at,
            RevisionRow.text.is_not(None).label("has_text"),
            CommentRow.state,
            CommentRow.decision_id,
            CommentRow.approved_reasons,
            CommentRow.held_at,
            CommentRow.settled_at,
        )
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == CommentRow.id, RevisionRow.number == CommentRow.revision
            ),
        )
        .where(CommentRow.id == comment_id)
        .with_for_update(of=CommentRow, key_share=True)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return LockedComment(
        id=row.id,
        article_id=row.article_id,
        site_id=row.site_id,
        reader_id=row.reader_id,
        revision=row.revision,
        has_text=row.has_text,
        written_at=row.created_at,
        is_reply=row.parent_id is not None,
        footing=Footing(
            state=CommentState(row.state),
            decision_id=row.decision_id,
            approved_reasons=frozenset(map(ReportReason, row.approved_reasons)),
            held_at=row.held_at,
            settled_at=row.settled_at,
        ),
    )


async def put(connection: AsyncConnection, comment_id: UUID, footing: Footing) -> None:
    """Let the comment stand like this."""
    await connection.execute(
        update(CommentRow)
        .where(CommentRow.id == comment_id)
        .values(
            state=footing.state,
            decision_id=footing.decision_id,
            approved_reasons=sorted(footing.approved_reasons),
            held_at=footing.held_at,
            settled_at=footing.settled_at,
        )
    )


async def add(connection: AsyncConnection, record: ActionRecord) -> None:
    """Write a line of the log."""
    action, before = record.action, record.before
    await connection.execute(
        insert(ActionRow).values(
            id=action.id,
            comment_id=action.comment_id,
            moderator_id=record.moderator_id,
            action=action.action,
            category=action.category,
            note=action.note,
            old_state=action.old_state,
            new_state=action.new_state,
            old_decision_id=before.decision_id,
            old_approved_reasons=sorted(before.approved_reasons),
            old_held_at=before.held_at,
            old_settled_at=before.settled_at,
            decision_id=record.decision_id,
            undoes_id=record.undoes,
            created_at=action.created_at,
        )
    )


async def in_force(connection: AsyncConnection, comment: LockedComment) -> ActionRecord | None:
    """The action that the comment stands under.

    ``None`` where the engine or reports have decided since, or no moderator ever did.
    """
    query = _records().where(
        ActionRow.comment_id == comment.id,
        ActionRow.decision_id == comment.footing.decision_id,
        ActionRow.action != ModeratorAction.UNDO,
        ~_undone(),
    )
    row = (await connection.execute(query)).one_or_none()
    return _record(row) if row else None


async def logged(connection: AsyncConnection, wanted: LogFilter) -> tuple[ActionRecord, ...]:
    """The log, newest first."""
    newest_first = ActionRow.created_at.desc(), ActionRow.id.desc()
    query = _records().order_by(*newest_first).limit(wanted.limit)
    if wanted.moderator_id is not None:
        query = query.where(ActionRow.moderator_id == wanted.moderator_id)
    if wanted.comment_id is not None:
        query = query.where(ActionRow.comment_id == wanted.comment_id)
    if wanted.before is not None:
        seen = aliased(ActionRow)
        last = select(seen.created_at, seen.id).where(seen.id == wanted.before).subquery()
        query = query.join(
            last, tuple_(ActionRow.created_at, ActionRow.id) < tuple_(last.c.created_at, last.c.id)
        )
    return tuple(_record(row) for row in (await connection.execute(query)).all())


def _undone() -> ColumnElement[bool]:
    undoing = aliased(ActionRow)
    return exists().where(undoing.undoes_id == ActionRow.id).correlate(ActionRow)


def _records() -> Select[*tuple[Any, ...]]:
    return select(
        ActionRow.id,
        ActionRow.comment_id,
        ActionRow.moderator_id,
        ModeratorRow.name,
        ActionRow.action,
        ActionRow.category,
        ActionRow.note,
        ActionRow.old_state,
        ActionRow.new_state,
        ActionRow.created_at,
        ActionRow.old_decision_id,
        ActionRow.old_approved_reasons,
        ActionRow.old_held_at,
        ActionRow.old_settled_at,
        ActionRow.decision_id,
        ActionRow.undoes_id,
        _undone().label("is_undone"),
    ).join(ModeratorRow, ModeratorRow.id == ActionRow.moderator_id)


def _record(row: Row[*tuple[Any, ...]]) -> ActionRecord:
    return ActionRecord(
        action=Action(
            id=row.id,
            comment_id=row.comment_id,
            moderator_name=row.name,
            action=ModeratorAction(row.action),
            category=Category(row.category) if row.category else None,
            note=row.note,
            old_state=CommentState(row.old_state),
            new_state=CommentState(row.new_state),
            created_at=row.created_at,
        ),
        moderator_id=row.moderator_id,
        before=Footing(
            state=CommentState(row.old_state),
            decision_id=row.old_decision_id,
            approved_reasons=frozenset(map(ReportReason, row.old_approved_reasons)),
            held_at=row.old_held_at,
            settled_at=row.old_settled_at,
        ),
        decision_id=row.decision_id,
        undoes=row.undoes_id,
        is_undone=row.is_undone,
    )
