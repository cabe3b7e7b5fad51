"""Queries on appeals, and on the decisions that they contest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.appeals import Appeal, AppealNumbers, AppealState, Contested, state_now
from fruitful.domain.conversation import CommentState, ModeratorAction
from fruitful.domain.policy import Category, Outcome
from fruitful.storage.tables import (
    ActionRow,
    AppealRow,
    CommentRow,
    DecisionRow,
    ModeratorRow,
    ReasonRow,
    RevisionRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """The moderator who made a decision."""

    moderator_id: UUID
    name: str


async def contested(connection: AsyncConnection, decision_id: UUID) -> Contested | None:
    """The decision with how its comment stands now."""
    answers = exists().where(
        ActionRow.decision_id == DecisionRow.id, AppealRow.action_id == ActionRow.id
    )
    query = (
        select(
            DecisionRow.id,
            DecisionRow.comment_id,
            DecisionRow.outcome,
            DecisionRow.model,
            CommentRow.reader_id,
            CommentRow.state,
            CommentRow.held_at,
            CommentRow.decision_id.label("in_force"),
            RevisionRow.text.is_not(None).label("has_text"),
            answers.label("is_answer"),
        )
        .join(CommentRow, CommentRow.id == DecisionRow.comment_id)
        .join(
            RevisionRow,
            and_(
                RevisionRow.comment_id == DecisionRow.comment_id,
                RevisionRow.number == DecisionRow.revision,
            ),
        )
        .where(DecisionRow.id == decision_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return Contested(
        decision_id=row.id,
        comment_id=row.comment_id,
        reader_id=row.reader_id,
        outcome=Outcome(row.outcome),
        model=row.model,
        in_force=row.in_force,
        state=CommentState(row.state),
        held_at=row.held_at,
        has_text=row.has_text,
        is_answer=row.is_answer,
    )


async def add(connection: AsyncConnection, appeal: Appeal) -> None:
    """Put an appeal on record. Its decision must not have been contested before."""
    await connection.execute(
        insert(AppealRow).values(
            id=appeal.id,
            decision_id=appeal.decision_id,
            comment_id=appeal.comment_id,
            text=appeal.text,
            state=appeal.state,
            created_at=appeal.created_at,
        )
    )


async def by_id(connection: AsyncConnection, appeal_id: UUID) -> Appeal | None:
    """One appeal."""
    row = (await connection.execute(_appeals().where(AppealRow.id == appeal_id))).one_or_none()
    return _appeal(row) if row else None


async def by_decision(connection: AsyncConnection, decision_id: UUID) -> Appeal | None:
    """The appeal against the decision, if there was one."""
    query = _appeals().where(AppealRow.decision_id == decision_id)
    row = (await connection.execute(query)).one_or_none()
    return _appeal(row) if row else None


async def answered_by(connection: AsyncConnection, decision_id: UUID) -> Appeal | None:
    """The appeal that the decision answers, if it answers one."""
    query = _appeals().where(ActionRow.decision_id == decision_id)
    row = (await connection.execute(query)).one_or_none()
    return _appeal(row) if row else None


async def on_comments(
    connection: AsyncConnection, comment_ids: Iterable[UUID]
) -> Mapping[UUID, tuple[Appeal, ...]]:
    """All appeals about each of these comments, oldest first."""
    query = (
        _appeals()
        .where(AppealRow.comment_id.in_(list(comment_ids)))
        .order_by(AppealRow.created_at, AppealRow.id)
    )
    grouped: dict[UUID, tuple[Appeal, ...]] = {}
    for row in (await connection.execute(query)).all():
        grouped[row.comment_id] = (*grouped.get(row.comment_id, ()), _appeal(row))
    return grouped


async def waiting(connection: AsyncConnection, *, limit: int, offset: int = 0) -> list[Appeal]:
    """The open appeals, oldest first."""
    query = (
        _appeals()
        .where(_is_open())
        .order_by(AppealRow.created_at, AppealRow.id)
        .limit(limit)
        .offset(offset)
    )
    return [_appeal(row) for row in (await connection.execute(query)).all()]


async def answer(
    connection: AsyncConnection, appeal: Appeal, *, action_id: UUID | None, moment: datetime | None
) -> None:
    """Let the appeal stand like this: answered by the action, or open where there is none."""
    await connection.execute(
        update(AppealRow)
        .where(AppealRow.id == appeal.id)
        .values(state=appeal.state, action_id=action_id, answered_at=moment)
    )


async def by_action(connection: AsyncConnection, action_id: UUID) -> Appeal | None:
    """The appeal that the action answered, if it answered one."""
    query = _appeals().where(AppealRow.action_id == action_id)
    row = (await connection.execute(query)).one_or_none()
    return _appeal(row) if row else None


async def deciders(
    connection: AsyncConnection, decision_ids: Iterable[UUID]
) -> Mapping[UUID, Decider]:
    """Who made each of these decisions; those that no moderator made are left out."""
    query = (
        select(ActionRow.decision_id, ActionRow.moderator_id, ModeratorRow.name)
        .join(ModeratorRow, ModeratorRow.id == ActionRow.moderator_id)
        .where(
            ActionRow.decision_id.in_(list(decision_ids)),
            ActionRow.action != ModeratorAction.UNDO,
        )
    )
    return {
        row.decision_id: Decider(moderator_id=row.moderator_id, name=row.name)
        for row in (await connection.execute(query)).all()
        if row.decision_id is not None
    }


async def numbers(connection: AsyncConnection, *, since: datetime) -> AppealNumbers:
    """How many appeals are open, and how those answered since then came out."""
    waiting_now = (
        select(func.count().label("open"), func.min(AppealRow.created_at).label("oldest"))
        .join(CommentRow, CommentRow.id == AppealRow.comment_id)
        .where(_is_open())
    )
    first = and_(ReasonRow.decision_id == AppealRow.decision_id, ReasonRow.position == 0)
    overturned = func.count().filter(AppealRow.state == AppealState.OVERTURNED)
    answered = (
        select(ReasonRow.category, func.count().label("answered"), overturned.label("overturned"))
        .select_from(AppealRow)
        .outerjoin(ReasonRow, first)
        .where(AppealRow.answered_at >= since)
        .group_by(ReasonRow.category)
    )
    now = (await connection.execute(waiting_now)).one()
    rows = (await connection.execute(answered)).all()
    return AppealNumbers(
        open=now.open,
        oldest_since=now.oldest,
        answered={_category(row.category): row.answered for row in rows},
        overturned={_category(row.category): row.overturned for row in rows},
    )


async def erase_answered(connection: AsyncConnection, *, before: datetime) -> list[UUID]:
    """Erase the words of appeals that were answered, or lapsed, before then; gives their ids.

    An appeal has lapsed where its decision is no longer in force; what counts is then when it
    was made.
    """
    lapsed = and_(AppealRow.state == AppealState.OPEN, ~_stands(), AppealRow.created_at < before)
    answered = AppealRow.answered_at < before
    erased = await connection.execute(
        update(AppealRow)
        .where(
            CommentRow.id == AppealRow.comment_id, AppealRow.text.is_not(None), lapsed | answered
        )
        .values(text=None)
        .returning(AppealRow.id)
    )
    return list(erased.scalars())


def is_contested(comment_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether an appeal about the comment waits for an answer: its text is needed until then."""
    return exists().where(
        AppealRow.comment_id == comment_id, AppealRow.state == AppealState.OPEN, _stands()
    )


def _stands() -> ColumnElement[bool]:
    return and_(
        CommentRow.decision_id == AppealRow.decision_id, CommentRow.state != CommentState.DELETED
    )


def _is_open() -> ColumnElement[bool]:
    return and_(AppealRow.state == AppealState.OPEN, _stands())


def _appeals() -> Select[*tuple[Any, ...]]:
    return (
        select(
            AppealRow.id,
            AppealRow.decision_id,
            AppealRow.comment_id,
            AppealRow.text,
            AppealRow.state,
            AppealRow.created_at,
            AppealRow.answered_at,
            ActionRow.note,
            _stands().label("stands"),
        )
        .join(CommentRow, CommentRow.id == AppealRow.comment_id)
        .outerjoin(ActionRow, ActionRow.id == AppealRow.action_id)
    )


def _appeal(row: Row[*tuple[Any, ...]]) -> Appeal:
    return Appeal(
        id=row.id,
        decision_id=row.decision_id,
        comment_id=row.comment_id,
        text=row.text,
        state=state_now(AppealState(row.state), stands=row.stands),
        created_at=row.created_at,
        answered_at=row.answered_at,
        answer=row.note or "",
    )


def _category(stored: str | None) -> Category | None:
    return Category(stored) if stored else None
