"""A writer contests a decision, once and in words, and a person answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from fruitful.domain.conversation import CommentState
from fruitful.domain.newsroom import BY_REPORTS, QueueItem
from fruitful.domain.policy import Category, Outcome

SHORTEST, LONGEST = 10, 2_000
"""Characters of an appeal, and of the answer to one."""

HELD_TOO_LONG = timedelta(hours=24)
"""How long a comment that the engine held waits before its writer may appeal: until then a person
has yet to make the first decision on it."""


class AppealState(StrEnum):
    """What became of an appeal. It stays open for as long as the decision it contests stands."""

    OPEN = "open"
    OVERTURNED = "overturned"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"
    """Nobody has answered, and nobody needs to: the writer changed the comment or took it back,
    or a moderator decided on it anew. Never stored: undo makes such an appeal open again."""


class Obstacle(StrEnum):
    """Why a decision cannot be contested."""

    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    HEARD = "heard"
    ERASED = "erased"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One appeal. ``text`` is ``None`` once erased; ``answer`` is a moderator's, for the writer."""

    id: UUID
    decision_id: UUID
    comment_id: UUID
    text: str | None
    state: AppealState
    created_at: datetime
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """A decision with how its comment stands now, as far as an appeal depends on it.

    ``is_answer`` tells that the decision is itself the answer to an appeal.
    """

    decision_id: UUID
    comment_id: UUID
    reader_id: UUID
    outcome: Outcome
    model: str
    in_force: UUID | None
    state: CommentState
    held_at: datetime | None
    has_text: bool
    is_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealItem:
    """An open appeal as a moderator reads it."""

    appeal: Appeal
    item: QueueItem
    """The comment with the contested decision and the engine's findings."""
    decided_by: str | None
    """The moderator who made the contested decision; ``None`` for the engine or readers."""
    may_answer: bool
    """False where whoever asks made that decision, and a colleague could answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealNumbers:
    """How many appeals are open, and by category how many answered ones were overturned.

    The category is that of the contested decision's first reason; ``None`` where it names none.
    """

    open: int
    oldest_since: datetime | None
    answered: Mapping[Category | None, int]
    overturned: Mapping[Category | None, int]


def obstacle(contested: Contested, moment: datetime) -> Obstacle | None:
    """What keeps the writer from contesting the decision at the moment; ``None`` for nothing."""
    if contested.outcome is Outcome.PUBLISH:
        return Obstacle.PUBLISHED
    if contested.is_answer:
        return Obstacle.HEARD
    if contested.in_force != contested.decision_id or contested.state is CommentState.DELETED:
        return Obstacle.SUPERSEDED
    if not contested.has_text:
        return Obstacle.ERASED
    was_taken_down = contested.model == BY_REPORTS
    if contested.state is CommentState.HELD and not was_taken_down:
        waited = moment - contested.held_at if contested.held_at else timedelta()
        return Obstacle.WAITING if waited < HELD_TOO_LONG else None
    return None


def state_now(stored: AppealState, *, stands: bool) -> AppealState:
    """The state of an appeal, given whether the decision it contests is still in force."""
    return AppealState.LAPSED if stored is AppealState.OPEN and not stands else stored
