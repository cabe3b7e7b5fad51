"""What moderators see and leave behind: the queue, a comment's history, the log, the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

from fruitful.domain.conversation import (
    Action,
    Article,
    Comment,
    CommentState,
    ReportReason,
    ReportState,
)
from fruitful.domain.moderation import StoredDecision
from fruitful.domain.nudges import NudgeCounts
from fruitful.domain.policy import Category, HouseRules, Outcome

BY_MODERATOR = "moderator"
"""Named as the model of a decision that a moderator made."""

BY_REPORTS = "reports"
"""Named as the model of a decision that readers' reports made."""

DANGEROUS = frozenset({Category.VIOLENCE, Category.DOXING})
"""What may hurt somebody while it waits, and so is looked at first."""


LATE_AFTER = timedelta(hours=4)
"""When somebody has waited so long the newsroom is told that nobody seems to be on duty."""


class Urgency(IntEnum):
    """Which comments a moderator looks at first; within one, the longest waiting come first."""

    DANGER = 0
    """A threat or a private detail, by the engine's reasons or by a report; visible or not."""
    REPORTED = 1
    """Held with open reports, as a rule because of them: a conversation was interrupted."""
    CONTESTED = 2
    """Its writer has appealed against a decision; such comments have a list of their own."""
    HELD = 3
    """Held by the engine; its writer waits."""
    VISIBLE = 4
    """Published, with reports that do not weigh enough to take it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """How a comment stands: all that a decision changes, and all that undo puts back."""

    state: CommentState
    decision_id: UUID | None
    approved_reasons: frozenset[ReportReason]
    held_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedComment:
    """A comment that nobody else can decide on until the transaction ends."""

    id: UUID
    article_id: UUID
    site_id: UUID
    reader_id: UUID
    revision: int
    has_text: bool
    written_at: datetime
    footing: Footing
    is_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How the newsroom points to a comment."""

    is_pick: bool
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A published comment that the newsroom may point to."""

    comment: Comment
    article: Article
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOnRecord:
    """One report as moderators see it, with how often its reporter was right before."""

    id: UUID
    reason: ReportReason
    note: str
    weight: float
    state: ReportState
    created_at: datetime
    reporter_upheld: int
    reporter_dismissed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a comment, and what became of all they wrote."""

    reader_id: UUID
    name: str
    since: datetime
    counts: Mapping[CommentState, int]
    """How many of the reader's comments are in each state; absent means none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """A comment that waits for a moderator, with what is needed to decide on it."""

    comment: Comment
    article: Article
    house_rules: HouseRules
    """Those in force on the article's site now."""
    parent: Comment | None
    author: Author
    decision: StoredDecision
    """The decision in force."""
    findings: StoredDecision
    """The engine's latest decision on the same revision: its scores, and words to mark."""
    reports: tuple[ReportOnRecord, ...]
    """The open ones, oldest first."""
    urgency: Urgency
    waiting_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The newsroom's numbers. ``judged`` and ``held`` count the engine's decisions of a day."""

    waiting: int
    oldest_since: datetime | None
    judged: int
    held: int
    nudges: NudgeCounts = field(default_factory=NudgeCounts)
    """What came of the notes before posting, lately."""

    @property
    def share_held(self) -> float | None:
        """Share in 0..1 of what was written in a day that had to wait; ``None`` for nothing."""
        return self.held / self.judged if self.judged else None

    def is_late(self, moment: datetime) -> bool:
        """Whether the oldest comment has waited too long by then."""
        return self.oldest_since is not None and moment - self.oldest_since > LATE_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a comment said at one time; ``text`` is ``None`` once erased."""

    number: int
    text: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHistory:
    """All that is on record about one comment; every list is oldest first."""

    comment: Comment
    article: Article
    house_rules: HouseRules
    parent: Comment | None
    author: Author
    revisions: tuple[Revision, ...]
    decisions: tuple[StoredDecision, ...]
    reports: tuple[ReportOnRecord, ...]
    actions: tuple[ActionRecord, ...]
    in_force: UUID | None
    """The decision that the comment stands under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which lines of the log, newest first. ``before`` is the last line already seen."""

    moderator_id: UUID | None = None
    comment_id: UUID | None = None
    before: UUID | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """Which decisions, newest first. ``category`` asks for a verdict other than publish in it;
    ``model`` is the beginning of the model's name; ``before`` is the last one already seen."""

    outcome: Outcome | None = None
    category: Category | None = None
    model: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOnRecord:
    """A decision with the text it judged and what has become of the comment since."""

    stored: StoredDecision
    site_id: UUID
    text: str | None
    author_name: str
    article_title: str | None
    state: CommentState


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecord:
    """A line of the log with how the comment stood before, and the decision it got."""

    action: Action
    moderator_id: UUID
    before: Footing
    decision_id: UUID | None
    undoes: UUID | None = None
    is_undone: bool = False
