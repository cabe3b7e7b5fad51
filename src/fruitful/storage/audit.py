"""Queries over all decisions on record, whatever became of the comments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from fruitful.domain.conversation import CommentState
from fruitful.domain.newsroom import DecisionFilter, DecisionOnRecord
from fruitful.domain.policy import Outcome
from fruitful.storage import decisions
from fruitful.storage.tables import ArticleRow, CommentRow, DecisionRow, RevisionRow


async def listed(
    connection: AsyncConnection, wanted: DecisionFilter
) -> tuple[DecisionOnRecord, ...]:
    """The decisions that the filter asks for, newest first, with the texts they judged."""
    newest_first = DecisionRow.created_at.desc(), DecisionRow.id.desc()
    query = _filtered(_subjects(), wanted).order_by(*newest_first).limit(wanted.limit)
    return await _on_record(connection, query)


async def one(connection: AsyncConnection, decision_id: UUID) -> DecisionOnRecord | None:
    """One decision with the text it judged."""
    found = await _on_record(connection, _subjects().where(DecisionRow.id == decision_id))
    return found[0] if found else None


def _filtered(query: Select[*tuple[Any, ...]], wanted: DecisionFilter) -> Select[*tuple[Any, ...]]:
    if wanted.outcome is not None:
        query = query.where(DecisionRow.outcome == wanted.outcome)
    if wanted.category is not None:
        verdict = DecisionRow.verdicts[wanted.category.value].astext
        query = query.where(verdict != Outcome.PUBLISH)
    if wanted.model:
        query = query.where(DecisionRow.model.startswith(wanted.model, autoescape=True))
    if wanted.since is not None:
        query = query.where(DecisionRow.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(DecisionRow.created_at < wanted.until)
    if wanted.before is not None:
        seen = aliased(DecisionRow)
        last = select(seen.created_at, seen.id).where(seen.id == wanted.before).subquery()
        here = tuple_(DecisionRow.created_at, DecisionRow.id)
        query = query.join(last, here < tuple_(last.c.created_at, last.c.id))
    return query


def _subjects() -> Select[*tuple[Any, ...]]:
    return (
        select(
            DecisionRow.id,
            ArticleRow.site_id,
            RevisionRow.text,
            CommentRow.author_name,
            CommentRow.state,
            ArticleRow.title,
        )
        .join(CommentRow, CommentRow.id == DecisionRow.comment_id)
        .join(ArticleRow, ArticleRow.id == CommentRow.article_id)
        .outerjoin(
            RevisionRow,
            and_(
                RevisionRow.comment_id == DecisionRow.comment_id,
                RevisionRow.number == DecisionRow.revision,
            ),
        )
    )


async def _on_record(
    connection: AsyncConnection, query: Select[*tuple[Any, ...]]
) -> tuple[DecisionOnRecord, ...]:
    rows = {row.id: row for row in (await connection.execute(query)).all()}
    return tuple(
        DecisionOnRecord(
            stored=stored,
            site_id=rows[stored.id].site_id,
            text=rows[stored.id].text,
            author_name=rows[stored.id].author_name,
            article_title=rows[stored.id].title,
            state=CommentState(rows[stored.id].state),
        )
        for stored in await decisions.by_ids(connection, rows)
    )
