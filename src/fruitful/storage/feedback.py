"""What moderators decided on comments that the engine had judged, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    and_,
    exists,
    func,
    lateral,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from fruitful.domain.appeals import AppealState
from fruitful.domain.conversation import ModeratorAction
from fruitful.domain.moderation import Reason, StoredDecision
from fruitful.domain.newsroom import BY_MODERATOR
from fruitful.domain.policy import Category, Outcome
from fruitful.storage.decisions import stored_from
from fruitful.storage.queue import BY_PEOPLE
from fruitful.storage.replaying import Selection, signals_from, signals_of, take_time
from fruitful.storage.tables import (
    ActionRow,
    AppealRow,
    ArticleRow,
    CommentRow,
    DecisionRow,
    ReasonRow,
    RevisionRow,
    SiteRow,
)

_AT_ONCE = 200
_JUDGING = (
    ModeratorAction.APPROVE,
    ModeratorAction.REJECT,
    ModeratorAction.OVERTURN,
    ModeratorAction.CONFIRM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A moderator's last word on one text, and the engine's decision on the same text.

    ``engine`` bears the reasons that are left after erasure, which tell no places in the text.
    ``text`` is ``None`` once erased; ``appeal`` where the writer appealed.
    """

    action_id: UUID
    action: ModeratorAction
    category: Category | None
    note: str
    ruled_at: datetime
    outcome: Outcome
    engine: StoredDecision
    site: str
    article_title: str | None
    text: str | None
    appeal: AppealState | None


async def rulings(connection: AsyncConnection, wanted: Selection) -> AsyncIterator[Ruled]:
    """The rulings that stand, newest first, through a cursor on the server. What was undone or
    overruled later is left out, and what the engine never judged."""
    await take_time(connection)
    rows = await connection.stream(_query(wanted), execution_options={"yield_per": _AT_ONCE})
    async for row in rows:
        yield Ruled(
            action_id=row.action_id,
            action=ModeratorAction(row.action),
            category=Category(row.ruled_category) if row.ruled_category else None,
            note=row.note,
            ruled_at=row.ruled_at,
            outcome=Outcome(row.ruled_outcome),
            engine=stored_from(row, signals_from(row.signals), _reasons_from(row.reasons)),
            site=row.slug,
            article_title=row.title,
            text=row.text,
            appeal=AppealState(row.appeal) if row.appeal else None,
        )


def _query(wanted: Selection) -> Select[*tuple[Any, ...]]:
    last = _last_words()
    engine = _engines_decision(last)
    query = (
        select(
            engine,
            last.c.action_id,
            last.c.action,
            last.c.ruled_category,
            last.c.note,
            last.c.ruled_at,
            last.c.ruled_outcome,
            SiteRow.slug,
            ArticleRow.title,
            RevisionRow.text,
            signals_of(engine.c.id).label("signals"),
            _reasons_of(engine.c.id).label("reasons"),
            _appeal(engine.c.comment_id).label("appeal"),
        )
        .select_from(last)
        .join(engine, true())
        .join(CommentRow, CommentRow.id == engine.c.comment_id)
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .join(SiteRow, SiteRow.id == ArticleRow.site_id)
        .outerjoin(
            RevisionRow,
            and_(
                RevisionRow.comment_id == engine.c.comment_id,
                RevisionRow.number == engine.c.revision,
            ),
        )
        .order_by(last.c.ruled_at.desc(), last.c.action_id.desc())
    )
    if wanted.site_id is not None:
        query = query.where(ArticleRow.site_id == wanted.site_id)
    if wanted.since is not None:
        query = query.where(last.c.ruled_at >= wanted.since)
    return query if wanted.last is None else query.limit(wanted.last)


def _last_words() -> Subquery:
    """For each revision the moderators' latest action that stands."""
    undoing = aliased(ActionRow)
    return (
        select(
            ActionRow.id.label("action_id"),
            ActionRow.action,
            ActionRow.category.label("ruled_category"),
            ActionRow.note,
            ActionRow.created_at.label("ruled_at"),
            DecisionRow.outcome.label("ruled_outcome"),
            DecisionRow.comment_id.label("ruled_comment"),
            DecisionRow.revision.label("ruled_revision"),
        )
        .ext(distinct_on(DecisionRow.comment_id, DecisionRow.revision))
        .join(DecisionRow, DecisionRow.id == ActionRow.decision_id)
        .where(
            ActionRow.action.in_(_JUDGING),
            DecisionRow.model == BY_MODERATOR,
            ~exists().where(undoing.undoes_id == ActionRow.id).correlate(ActionRow),
        )
        .order_by(
            DecisionRow.comment_id,
            DecisionRow.revision,
            ActionRow.created_at.desc(),
            ActionRow.id.desc(),
        )
        .subquery("last_words")
    )


def _engines_decision(last: Subquery) -> LateralFromClause:
    """The engine's latest decision on the same text, before the moderator ruled on it."""
    decisions: Table = DecisionRow.__table__  # type: ignore[assignment]
    return lateral(
        select(decisions)
        .where(
            decisions.c.comment_id == last.c.ruled_comment,
            decisions.c.revision == last.c.ruled_revision,
            decisions.c.created_at <= last.c.ruled_at,
            decisions.c.model.not_in(BY_PEOPLE),
        )
        .order_by(decisions.c.created_at.desc(), decisions.c.id.desc())
        .limit(1),
        name="engine",
    )


def _reasons_of(decision_id: ColumnElement[UUID]) -> ScalarSelect[Any]:
    one = func.jsonb_build_array(
        ReasonRow.category,
        ReasonRow.rule,
        ReasonRow.outcome,
        ReasonRow.detector,
        ReasonRow.score,
    )
    return (
        select(func.jsonb_agg(aggregate_order_by(one, ReasonRow.position)))
        .where(ReasonRow.decision_id == decision_id)
        .correlate_except(ReasonRow)
        .scalar_subquery()
    )


def _reasons_from(values: list[Any] | None) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            category=Category(category) if category else None,
            rule=rule,
            outcome=Outcome(outcome),
            detector=detector,
            score=score,
        )
        for category, rule, outcome, detector, score in values or ()
    )


def _appeal(comment_id: ColumnElement[UUID]) -> ScalarSelect[Any]:
    return (
        select(AppealRow.state)
        .where(AppealRow.comment_id == comment_id)
        .order_by(AppealRow.created_at.desc())
        .limit(1)
        .correlate_except(AppealRow)
        .scalar_subquery()
    )
