"""What moderators decided, as material to train on: texts and verdicts, and nobody's name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from fruitful.domain.appeals import AppealState
from fruitful.domain.moderation import Decision, Span
from fruitful.domain.policy import Category, Outcome
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.world import World
from fruitful.storage import feedback, sites
from fruitful.storage.feedback import Ruled
from fruitful.storage.replaying import Selection

MASK = "•"
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\+?\d(?:[\s().-]?\d){6,}")
"""E-mail addresses and numbers of seven digits or more: masked wherever they stand, since what is
exported leaves the place where a reader could have it erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackWanted:
    """Whose rulings, and since when."""

    site: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One text with what the engine and then a moderator made of it.

    ``text`` is ``None`` once erased; private details in it and in ``note`` are masked, character by
    character, so that offsets stay. ``category`` is the rule that a rejected text breaks.
    """

    id: str
    site: str
    article_title: str | None
    text: str | None
    engine: Decision
    action: str
    category: Category | None
    note: str
    ruled_at: datetime
    is_seen: bool
    appeal: AppealState | None

    @property
    def is_overruled(self) -> bool:
        """Whether the moderator published what the engine kept back, or the other way round."""
        return self.is_seen is not (self.engine.outcome is Outcome.PUBLISH)


async def export_feedback(world: World, wanted: FeedbackWanted) -> AsyncIterator[Lesson]:
    """Every ruling that stands, newest first, in steady memory. Raises
    :class:`~fruitful.services.publish_sites.UnknownSite`."""
    async with world.database.reading() as connection:
        site = await sites.by_slug(connection, wanted.site) if wanted.site else None
        if wanted.site and site is None:
            raise UnknownSite
        selection = Selection(site_id=site.id if site else None, since=wanted.since)
        async for ruled in feedback.rulings(connection, selection):
            yield _lesson(ruled)


def _lesson(ruled: Ruled) -> Lesson:
    engine = ruled.engine.decision
    return Lesson(
        id=str(ruled.action_id),
        site=ruled.site,
        article_title=ruled.article_title,
        text=None if ruled.text is None else masked(ruled.text, _private(engine)),
        engine=engine,
        action=ruled.action,
        category=ruled.category,
        note=masked(ruled.note),
        ruled_at=ruled.ruled_at,
        is_seen=ruled.outcome is Outcome.PUBLISH,
        appeal=ruled.appeal,
    )


def masked(text: str, private: tuple[Span, ...] = ()) -> str:
    """The text with these spans and every address or long number as dots of the same length."""
    shown = list(text)
    spans = [*private, *(Span(*found.span()) for found in _CONTACT.finditer(text))]
    for span in spans:
        for place in range(max(0, span.start), min(span.end, len(shown))):
            shown[place] = MASK
    return "".join(shown)


def _private(decision: Decision) -> tuple[Span, ...]:
    """What the writer's own contact details cover, and what the engine found of others'."""
    found = (s.span for s in decision.findings.signals if s.category is Category.DOXING)
    return (*decision.redactions, *(span for span in found if span))
