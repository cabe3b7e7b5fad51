"""What waits for a moderator, with all that is needed to decide on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article, Comment, ReportState
from fruitful.domain.errors import UnknownComment
from fruitful.domain.moderation import StoredDecision
from fruitful.domain.newsroom import (
    Author,
    CommentHistory,
    LogFilter,
    Overview,
    QueueItem,
    ReportOnRecord,
)
from fruitful.domain.policy import HouseRules
from fruitful.services.nudges import counted_lately
from fruitful.services.policies import rules_of
from fruitful.services.world import World
from fruitful.storage import actions, comments, decisions, queue, reports, sites
from fruitful.storage.queue import Place

_DAY = timedelta(hours=24)
_WHOLE_LOG = 500
"""Actions shown of one comment; nobody decides on one more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Which part of the queue; ``offset`` counts comments from its head."""

    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    """What the items of a page are put together from."""

    comments: Mapping[UUID, Comment]
    articles: Mapping[UUID, Article]
    house_rules: Mapping[UUID, HouseRules]
    authors: Mapping[UUID, Author]
    in_force: Mapping[UUID, UUID]
    findings: Mapping[UUID, UUID]
    decisions: Mapping[UUID, StoredDecision]
    reports: Mapping[UUID, tuple[ReportOnRecord, ...]]


async def review_queue(world: World, page: QueuePage | None = None) -> tuple[QueueItem, ...]:
    """Held comments and reported ones, the most urgent first, then the longest waiting.

    :class:`~fruitful.domain.newsroom.Urgency` says what is urgent.
    """
    page = page or QueuePage()
    async with world.database.reading() as connection:
        places = await queue.places(connection, limit=page.limit, offset=page.offset)
        return await items_at(connection, world, places)


async def items_at(
    connection: AsyncConnection, world: World, places: Sequence[Place]
) -> tuple[QueueItem, ...]:
    """The comments at these places of a queue, in their order."""
    material = await _gather(connection, world, [place.comment_id for place in places])
    return tuple(_item(place, material) for place in places)


async def queue_item(world: World, comment_id: UUID) -> QueueItem | None:
    """The comment as the queue shows it; ``None`` where it waits for nobody."""
    async with world.database.reading() as connection:
        places = await queue.places(connection, limit=1, only=comment_id)
        material = await _gather(connection, world, [place.comment_id for place in places])
    return _item(places[0], material) if places else None


async def overview(world: World) -> Overview:
    """How long the queue is, since when its oldest waits, what was held in a day, and what came
    of the notes that writers were shown before they posted."""
    async with world.database.reading() as connection:
        numbers = await queue.overview(connection, since=world.clock() - _DAY)
        return replace(numbers, nudges=await counted_lately(connection, world))


async def comment_history(world: World, comment_id: UUID) -> CommentHistory:
    """All that is on record about a comment. Raises :class:`UnknownComment`."""
    async with world.database.reading() as connection:
        comment = await comments.by_id(connection, comment_id)
        if comment is None:
            raise UnknownComment
        material = await _gather(connection, world, [comment_id])
        log = await actions.logged(connection, LogFilter(comment_id=comment_id, limit=_WHOLE_LOG))
        all_reports = await reports.on_record(connection, [comment_id])
        decided = await queue.decision_ids(connection, comment_id)
        article = material.articles[comment.article_id]
        return CommentHistory(
            comment=comment,
            article=article,
            house_rules=material.house_rules[article.site_id],
            parent=material.comments.get(comment.parent_id) if comment.parent_id else None,
            author=material.authors[comment.reader_id],
            revisions=await queue.revisions(connection, comment_id),
            decisions=tuple(await decisions.by_ids(connection, decided)),
            reports=all_reports.get(comment_id, ()),
            actions=tuple(reversed(log)),
            in_force=material.in_force.get(comment_id),
        )


async def _gather(connection: AsyncConnection, world: World, ids: Sequence[UUID]) -> _Material:
    """Everything for these comments in a handful of queries, however many comments there are."""
    found = await comments.by_ids(connection, ids)
    parents = {comment.parent_id for comment in found.values() if comment.parent_id}
    articles = await queue.articles(connection, {c.article_id for c in found.values()})
    in_force = await queue.in_force_ids(connection, ids)
    findings = await queue.findings_ids(connection, ids)
    return _Material(
        comments={**await comments.by_ids(connection, parents), **found},
        articles=articles,
        house_rules=await _house_rules(connection, world, articles.values()),
        authors=await queue.authors(connection, {c.reader_id for c in found.values()}),
        in_force=in_force,
        findings=findings,
        decisions=await _decisions(connection, {*in_force.values(), *findings.values()}),
        reports=await reports.on_record(connection, ids, states=[ReportState.OPEN]),
    )


async def _house_rules(
    connection: AsyncConnection, world: World, articles: Iterable[Article]
) -> Mapping[UUID, HouseRules]:
    found = [await sites.by_id(connection, site_id) for site_id in {a.site_id for a in articles}]
    return {site.id: rules_of(world, site) for site in found if site}


async def _decisions(
    connection: AsyncConnection, ids: Collection[UUID]
) -> Mapping[UUID, StoredDecision]:
    return {stored.id: stored for stored in await decisions.by_ids(connection, ids)}


def _item(place: Place, material: _Material) -> QueueItem:
    comment = material.comments[place.comment_id]
    article = material.articles[comment.article_id]
    in_force = material.decisions[material.in_force[comment.id]]
    found = material.findings.get(comment.id)
    return QueueItem(
        comment=comment,
        article=article,
        house_rules=material.house_rules[article.site_id],
        parent=material.comments.get(comment.parent_id) if comment.parent_id else None,
        author=material.authors[comment.reader_id],
        decision=in_force,
        findings=material.decisions[found] if found else in_force,
        reports=material.reports.get(comment.id, ()),
        urgency=place.urgency,
        waiting_since=place.waiting_since,
    )
