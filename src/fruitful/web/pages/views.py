"""What the templates are filled with: the section, its drafts and the reader's own comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup

from fruitful.domain.conversation import (
    CommentState,
    Notice,
    OwnComment,
    ThreadComment,
    ThreadSort,
)
from fruitful.domain.policy import HouseRules, Rule
from fruitful.web.pages.language import Language
from fruitful.web.pages.links import PrivateLinks
from fruitful.web.pages.signing_in import WhoMayWrite
from fruitful.web.pages.templates import marked
from fruitful.web.pages.wording import (
    ReasonWords,
    crisis_help_in_words,
    notice_in_words,
    reasons_in_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """A reader's own comment that nobody else sees, with the words that met a rule marked."""

    id: UUID
    parent_id: UUID | None
    is_held: bool
    is_rejected: bool
    """There is nothing to mend: the text cannot be published here."""
    author_name: str
    created_at: datetime
    html: str
    marked: Markup
    has_marks: bool
    reasons: tuple[ReasonWords, ...]
    decision_url: str
    """Why it was decided so, and how to contest it."""
    own_url: str
    """All that the reader wrote."""
    crisis_help: str | None = None
    """Where help is, for a writer who seems about to harm themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A quiet word on a draft: the rules that look broken, and the words at which they do."""

    would_return: bool
    """Whether it would come back to its writer; otherwise a moderator would read it first."""
    reasons: tuple[ReasonWords, ...]
    marked: Markup
    has_marks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """A draft as it would be shown. ``token`` goes along when it is sent."""

    html: str
    note: NoteView | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One form in which a comment is written, answered or mended."""

    action: str
    anchor: str
    label: str
    button: str
    placeholder: str = ""
    text: str = ""
    name: str = ""
    parent_id: UUID | None = None
    idempotency_key: str | None = None
    problem: str | None = None
    returned: OwnView | None = None
    preview: PreviewView | None = None
    cancel_url: str | None = None
    is_edit: bool = False
    changes: UUID | None = None
    """The comment that the form changes."""
    is_published: bool = False
    """Whether that comment stands in the thread, and the form in its place."""
    is_reply: bool = False
    """Whether the form stands beneath a comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """What has just happened. ``tone`` is ``done`` or ``problem``."""

    text: str
    tone: str = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SortLink:
    """One order of the thread that a reader can choose."""

    value: ThreadSort
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What a reader is told, in words."""

    id: UUID
    text: str
    decision_url: str = ""
    """The decision that it is about, where it is one on the reader's own comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """One article's comment section, for everybody or, with what is the reader's own, for one."""

    article_id: UUID
    article_url: str
    title: str
    site_name: str
    version: int
    sort: ThreadSort
    total: int
    comments: tuple[ThreadComment, ...]
    next_cursor: str | None
    is_closed: bool
    """Nobody may write here any more."""
    base_url: str
    rules: tuple[Rule, ...]
    max_length: int
    composer: Draft
    blank_reply: Draft
    blank_edit: Draft
    words: tuple[tuple[str, str], ...] = ()
    may: WhoMayWrite = field(default_factory=WhoMayWrite)
    cursor: str | None = None
    linked: ThreadComment | None = None
    replying_to: UUID | None = None
    reply_composer: Draft | None = None
    editing: UUID | None = None
    edit_composer: Draft | None = None
    editable: frozenset[UUID] = frozenset()
    waiting: tuple[OwnView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    flash: Flash | None = None
    is_personal: bool = False
    offers_letters: bool = False
    """Whether the reader has an address at which they could be told of replies, and are not yet."""
    since: datetime | None = None
    """Comments later than this are marked as new."""
    now: datetime | None = None
    """When the page was made, for a link that will mark what comes later."""
    has_notes: bool = True
    """Whether the site wants writers told before they post that a rule looks broken."""

    @property
    def sorts(self) -> tuple[SortLink, ...]:
        """The orders to choose from."""
        page = self._page_url
        return tuple(
            SortLink(value=s, url=f"{page}?sort={s.value}", is_current=s is self.sort)
            for s in ThreadSort
        )

    @property
    def more_url(self) -> str | None:
        """Where the next comments are, if there are more."""
        if self.next_cursor is None:
            return None
        query = urlencode({"sort": self.sort.value, "cursor": self.next_cursor})
        return f"{self._page_url}?{query}#fruitful-heading"

    def url_with(self, **changes: object) -> str:
        """This page's address with something more asked of it."""
        query = {"sort": self.sort.value, "cursor": self.cursor, **changes}
        return f"{self._page_url}?{urlencode({k: v for k, v in query.items() if v is not None})}"

    @property
    def news(self) -> tuple[UUID, ...]:
        """What is new since ``since``, in the order of the page."""
        return tuple(_later(self.comments, self.since)) if self.since else ()

    def next_new(self, comment_id: UUID) -> UUID | None:
        """The new comment that follows this new one."""
        following = self.news[self.news.index(comment_id) + 1 :]
        return following[0] if following else None

    @property
    def _page_url(self) -> str:
        return f"{self.base_url}/threads/{self.article_id}"


def notice_view(notice: Notice, links: PrivateLinks, language: Language) -> NoticeView:
    """What a reader is told, with the way to the decision where it is on their own comment."""
    is_own = notice.kind.startswith(("comment_", "appeal_"))
    return NoticeView(
        id=notice.id,
        text=notice_in_words(notice, language),
        decision_url=links.in_force(notice.comment_id) if is_own else "",
    )


def _later(comments: Iterable[ThreadComment], since: datetime) -> Iterator[UUID]:
    for comment in comments:
        if not comment.is_stub and comment.created_at > since:
            yield comment.id
        yield from _later(comment.replies, since)


def own_view(
    own: OwnComment, rules: HouseRules, links: PrivateLinks, language: Language
) -> OwnView:
    """A reader's own comment as its writer is shown it."""
    spans = tuple(reason.span for reason in own.reasons if reason.span is not None)
    return OwnView(
        id=own.id,
        parent_id=own.parent_id,
        is_held=own.state is CommentState.HELD,
        is_rejected=own.state is CommentState.REJECTED,
        author_name=own.author_name,
        created_at=own.created_at,
        html=own.html,
        marked=marked(own.text, spans),
        has_marks=bool(spans),
        reasons=reasons_in_words(own.reasons, rules, language),
        decision_url=links.decision(own.id, own.decision_id),
        own_url=links.own(own.reader_id),
        crisis_help=crisis_help_in_words(own.crisis_help, language),
    )
