"""The conversation: sites, articles, readers and the comments they exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fruitful.domain.calibration import Learnt
from fruitful.domain.moderation import Reason, Span
from fruitful.domain.policy import Category, Outcome
from fruitful.domain.site_options import SiteOptions
from fruitful.domain.standing import Tally


class CommentState(StrEnum):
    """Where a comment stands now. Only ``published`` is ever shown to everybody."""

    PUBLISHED = "published"
    HELD = "held"
    RETURNED = "returned"
    REJECTED = "rejected"
    DELETED = "deleted"


STATE_OF_OUTCOME = {
    Outcome.PUBLISH: CommentState.PUBLISHED,
    Outcome.HOLD: CommentState.HELD,
    Outcome.RETURN: CommentState.RETURNED,
    Outcome.REJECT: CommentState.REJECTED,
}


class ThreadSort(StrEnum):
    """The order of the comments that answer the article itself; replies are always oldest first."""

    FRUITFUL = "fruitful"
    NEWEST = "newest"
    OLDEST = "oldest"

    @classmethod
    def _missing_(cls, value: object) -> ThreadSort | None:
        """``respected`` is what the most fruitful were called before; links to it still work."""
        return cls.FRUITFUL if value == "respected" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A publisher's website. ``origins`` are the web origins whose pages may embed it."""

    id: UUID
    slug: str
    name: str
    origins: tuple[str, ...]
    guests_allowed: bool
    edit_window_seconds: int
    house_rules: str | None
    """The site's own house rules as TOML; ``None`` for the default ones."""
    options: SiteOptions = field(default_factory=SiteOptions)
    learnt: Learnt | None = None
    """Thresholds learnt from the site's moderators, where some were applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page under discussion. ``thread_version`` grows with every visible change beneath it."""

    id: UUID
    site_id: UUID
    url: str
    key: str | None
    title: str | None
    is_closed: bool
    thread_version: int


class Badge(StrEnum):
    """What the publisher vouches for: that somebody is of the newsroom, or writes for it."""

    STAFF = "staff"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A person who comments or reports.

    ``method`` tells how they are known in the browser that asks: ``guest``, or the way in which
    they signed in there, which then lasts until ``signed_in_until``.
    """

    id: UUID
    site_id: UUID
    name: str
    published_count: int = 0
    reports_upheld: int = 0
    reports_dismissed: int = 0
    rejected_count: int = 0
    since: datetime | None = None
    """When they first acted; ``None`` for somebody who does so now."""
    tally: Tally = field(default_factory=Tally)
    """What standing follows from."""
    badge: Badge | None = None
    method: str = "guest"
    signed_in_until: datetime | None = None

    @property
    def is_guest(self) -> bool:
        """Whether nothing but the browser's own token vouches for them."""
        return self.method == "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A stored comment with its current revision."""

    id: UUID
    article_id: UUID
    parent_id: UUID | None
    root_id: UUID
    depth: int
    reader_id: UUID
    author_name: str
    state: CommentState
    revision: int
    text: str | None
    """``None`` once the text has been erased."""
    created_at: datetime
    edited_at: datetime | None
    respect_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadComment:
    """A comment as everybody may see it. A stub stands for one that has gone but was answered;
    it carries neither name nor text."""

    id: UUID
    parent_id: UUID | None
    depth: int
    author_name: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    respect_count: int
    is_stub: bool
    is_pick: bool = False
    """Whether the newsroom points readers to it."""
    is_pinned: bool = False
    """Whether the newsroom put it above all others."""
    badge: Badge | None = None
    replies: tuple[ThreadComment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One page of an article's published comments. ``total`` counts every published comment."""

    article: Article
    site: Site
    sort: ThreadSort
    total: int
    comments: tuple[ThreadComment, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnComment:
    """A comment as its writer sees it, with the reasons that bear on it now."""

    id: UUID
    reader_id: UUID
    parent_id: UUID | None
    state: CommentState
    text: str
    html: str
    created_at: datetime
    reasons: tuple[Reason, ...]
    redactions: tuple[Span, ...]
    decision_id: UUID
    editable_until: datetime
    author_name: str = ""
    crisis_help: str | None = None
    """Where help is, in the site's words; only for a writer who seems about to harm themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """What a reader sent, parsed; the text is not yet judged.

    ``reader_token`` is the secret that a returning reader holds; ``address_hash`` is the keyed
    hash of the sender's address; ``idempotency_key`` makes a repeated request harmless.
    """

    article_url: str | None
    article_key: str | None
    text: str
    parent_id: UUID | None = None
    author_name: str | None = None
    author_email: str | None = None
    reader_token: str | None = None
    address_hash: str = ""
    idempotency_key: str | None = None
    origin: str | None = None
    site_slug: str | None = None
    draft_token: str | None = None
    """That a note was shown while this was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of a submission. ``reader_token`` is given when a reader is new, once."""

    comment: OwnComment
    outcome: Outcome
    article: Article
    reader_token: str | None = None
    total: int = 0


class ReportReason(StrEnum):
    """What a reader may report: the seven categories, or something else."""

    SPAM = "spam"
    VIOLENCE = "violence"
    RACISM = "racism"
    PROFANITY = "profanity"
    VULGARITY = "vulgarity"
    DOXING = "doxing"
    DISCOURTESY = "discourtesy"
    OTHER = "other"


class ReportState(StrEnum):
    """Open until a moderator decides; upheld when the comment goes, dismissed when it stays."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    OVERTAKEN = "overtaken"
    """The writer changed the comment or took it back first; it speaks neither for the reporter
    nor against them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One reader's flag on one comment."""

    id: UUID
    comment_id: UUID
    reader_id: UUID
    reason: ReportReason
    note: str
    weight: float
    state: ReportState
    created_at: datetime
    is_newcomer: bool = False


class ModeratorAction(StrEnum):
    """What a moderator may do to a comment. ``overturn`` and ``confirm`` answer an appeal, and
    nothing else; the last four point readers to a comment, or no longer."""

    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    OVERTURN = "overturn"
    CONFIRM = "confirm"
    PICK = "pick"
    UNPICK = "unpick"
    PIN = "pin"
    UNPIN = "unpin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """A person of the newsroom who decides."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of the log: what a moderator did, to what, from which state to which, and why."""

    id: UUID
    comment_id: UUID
    moderator_name: str
    action: ModeratorAction
    category: Category | None
    note: str
    old_state: CommentState
    new_state: CommentState
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a reader is told about their own comment or report, kept until they read it."""

    id: UUID
    kind: str
    """``report_upheld``, ``report_dismissed``, ``comment_approved`` or ``comment_rejected``."""
    comment_id: UUID
    created_at: datetime
    details: dict[str, str] = field(default_factory=dict)
