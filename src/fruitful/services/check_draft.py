"""The engine speaks before a reader posts: what would become of a draft, then forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article, Comment, CommentState, Site
from fruitful.domain.errors import ArticleClosed
from fruitful.domain.moderation import Decision, Submission
from fruitful.domain.nudges import Foretold, Slip, foretold, read_slip
from fruitful.domain.policy import Outcome
from fruitful.services.judging import check_text, judge
from fruitful.services.limits import Pace, allow
from fruitful.services.mentions import mentions_in
from fruitful.services.policies import rules_of
from fruitful.services.world import World
from fruitful.storage import comments, nudges


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftToCheck:
    """A text that nobody has sent yet. ``token`` is the slip of an earlier note on this draft."""

    text: str
    parent_id: UUID | None = None
    token: str | None = None
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDraft:
    """What its writer is told. ``foretold`` is ``None`` where the site wants no notes."""

    text: str
    """The text to which the reasons' spans belong."""
    html: str
    """As it would be shown."""
    foretold: Foretold | None
    token: str | None
    """To be sent with the next check and with the comment; given once a note was shown."""

    @property
    def is_noted(self) -> bool:
        """Whether a rule looks broken."""
        return self.foretold is not None and self.foretold.outcome is not Outcome.PUBLISH


async def check_draft(
    world: World, found: tuple[Site, Article], draft: DraftToCheck
) -> CheckedDraft:
    """Judge the draft and forget it; count only that a note was shown.

    Raises :class:`~fruitful.domain.errors.TooManyRequests` beyond the pace of an address, and what
    :func:`~fruitful.services.judging.check_text` raises.
    """
    site, article = found
    limit = world.limits.checks_per_minute
    await allow(world, Pace(f"check/minute:{draft.address_hash}", limit, timedelta(minutes=1)))
    if article.is_closed:
        raise ArticleClosed
    house_rules = rules_of(world, site)
    text = check_text(draft.text, house_rules)
    async with world.database.reading() as connection:
        parent = await _parent(connection, draft.parent_id, article)
        mentions = await mentions_in(connection, article.id, text, parent)
    submission = Submission(
        text=text,
        article_title=article.title,
        parent_text=parent.text if parent else None,
    )
    judged = await judge(world, submission, house_rules, mentions)
    told, token = await _told(world, site, judged.decision, draft.token)
    return CheckedDraft(text=text, html=judged.html, foretold=told, token=token)


async def _parent(
    connection: AsyncConnection, parent_id: UUID | None, article: Article
) -> Comment | None:
    parent = await comments.by_id(connection, parent_id) if parent_id else None
    if parent is None or parent.article_id != article.id:
        return None
    return parent if parent.state is CommentState.PUBLISHED else None


async def _told(
    world: World, site: Site, decision: Decision, token: str | None
) -> tuple[Foretold | None, str | None]:
    if not site.options.nudge:
        return None, None
    told = foretold(decision)
    today = world.clock().date()
    slip = read_slip(token, world.secret, site_id=site.id, today=today)
    if told.outcome is Outcome.PUBLISH:
        return told, token if slip else None
    if slip is None:
        slip = Slip(site_id=site.id, day=today, outcome=told.outcome)
        async with world.database.transaction() as connection:
            await nudges.count(connection, site.id, today, "shown")
    elif told.outcome.severity > slip.outcome.severity:
        slip = Slip(site_id=site.id, day=slip.day, outcome=told.outcome)
    return told, slip.signed(world.secret)
