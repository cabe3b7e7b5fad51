"""A writer reads why their comment was published, held, returned or taken away."""

from __future__ import annotations

from itertools import takewhile
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.appeals import obstacle
from fruitful.domain.conversation import Article, Site
from fruitful.domain.errors import UnknownDecision
from fruitful.domain.moderation import StoredDecision
from fruitful.domain.newsroom import BY_MODERATOR, BY_REPORTS
from fruitful.domain.statement import (
    OwnDecided,
    StatementOfReasons,
    automation_of,
    grounds_of,
    is_detected_automatically,
    source_of,
)
from fruitful.services.appeal_decision import own_decision
from fruitful.services.policies import rules_of
from fruitful.services.private_links import Asker, opens, reader_of_pass
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import appeals, articles, comments, decisions, sites, statements

OWN_PAGE = 50
"""Comments of a reader's own that are listed at once."""


async def statement_of_reasons(world: World, decision_id: UUID, asker: Asker) -> StatementOfReasons:
    """The statement, for the comment's writer. Raises :class:`UnknownDecision` for all others."""
    async with world.database.reading() as connection:
        contested = await own_decision(connection, world, decision_id, asker)
        decided = await decisions.by_id(connection, decision_id)
        comment = await comments.by_id(connection, contested.comment_id)
        if decided is None or comment is None:
            raise UnknownDecision
        article, site = await _place(connection, comment.article_id)
        text = await statements.revision(connection, comment.id, decided.revision)
        on_text = await statements.on_revision(connection, comment.id, decided.revision)
        appeal = await appeals.by_decision(connection, decision_id)
        answers = await appeals.answered_by(connection, decision_id)
    earlier = takewhile(lambda one: one.id != decided.id, on_text)
    found = _found(on_text) or decided
    rules = rules_of(world, site)
    source = source_of(decided, earlier)
    return StatementOfReasons(
        decision_id=decided.id,
        comment_id=comment.id,
        article_id=article.id,
        article_title=article.title,
        article_url=article.url,
        site_name=site.name,
        contact=site.options.contact,
        text=text.text if text else None,
        written_at=text.created_at if text else comment.created_at,
        decided_at=decided.decided_at,
        outcome=decided.decision.outcome,
        grounds=grounds_of(
            decided, found, {rule.category: rule.explanation for rule in rules.rules.values()}
        ),
        source=source,
        is_detected_automatically=is_detected_automatically(found, source),
        automation=automation_of(decided),
        model=found.decision.findings.model,
        house_rules=decided.decision.house_rules,
        comment_state=comment.state,
        is_in_force=contested.in_force == decided.id,
        appeal=appeal,
        answers=answers,
        obstacle=obstacle(contested, world.clock()),
    )


async def decision_on_own_comment(world: World, comment_id: UUID, asker: Asker) -> UUID:
    """The decision that the writer's comment stands under. Raises :class:`UnknownDecision`."""
    async with world.database.reading() as connection:
        comment = await comments.by_id(connection, comment_id)
        if comment is None:
            raise UnknownDecision
        if not opens(world, asker.key, comment_id):
            reader = await recognise(connection, world, None, asker.token)
            if reader is None or reader.id != comment.reader_id:
                raise UnknownDecision
        _, decision_id = await comments.rendered(connection, comment_id)
    return decision_id


async def own_decided(
    world: World, asker: Asker, *, offset: int = 0
) -> tuple[OwnDecided, ...] | None:
    """Whoever asks sees all they wrote, newest first, whatever became of it.

    ``asker.key`` is a reader's pass. ``None`` for a stranger.
    """
    async with world.database.reading() as connection:
        reader_id = reader_of_pass(world, asker.key)
        if reader_id is None:
            reader = await recognise(connection, world, None, asker.token)
            if reader is None:
                return None
            reader_id = reader.id
        return await statements.own(connection, reader_id, limit=OWN_PAGE, offset=offset)


async def _place(connection: AsyncConnection, article_id: UUID) -> tuple[Article, Site]:
    article = await articles.by_id(connection, article_id)
    site = await sites.by_id(connection, article.site_id) if article else None
    if article is None or site is None:
        raise UnknownDecision
    return article, site


def _found(on_text: list[StoredDecision]) -> StoredDecision | None:
    """The engine's latest decision on the text."""
    by_engine = [
        one for one in on_text if one.decision.findings.model not in (BY_MODERATOR, BY_REPORTS)
    ]
    return by_engine[-1] if by_engine else None
