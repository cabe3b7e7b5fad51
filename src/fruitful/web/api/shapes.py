"""What goes over the wire, as pydantic models; domain types never leave by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from fruitful.domain.conversation import (
    CommentState,
    Notice,
    OwnComment,
    Submitted,
    Thread,
    ThreadComment,
)
from fruitful.domain.moderation import Reason, Span

Url = Annotated[str, Field(max_length=2_000)]
DraftToken = Annotated[str, Field(max_length=300)]
"""What the check of a draft gave; it tells what came of a note, and nothing else."""


class AuthorIn(BaseModel):
    """How a guest wishes to be known. The e-mail address is never shown."""

    name: str | None = None
    email: str | None = None


class CommentIn(BaseModel):
    """A comment to publish, on an article named by its address or by the publisher's id.

    ``tell_me`` asks for letters about replies, in the language ``lang``, from now on.
    """

    article_url: Url | None = None
    article_id: Annotated[str, Field(max_length=500)] | None = None
    site: Annotated[str, Field(max_length=100)] | None = None
    text: str
    parent_id: UUID | None = None
    author: AuthorIn | None = None
    draft_token: DraftToken | None = None
    tell_me: bool = False
    lang: Annotated[str, Field(max_length=35)] = "en"


class ChangeIn(BaseModel):
    """The new text of a comment."""

    text: str
    draft_token: DraftToken | None = None


class SpanOut(BaseModel):
    """Half-open range of code points in the text as it was sent."""

    start: int
    end: int


class ReasonOut(BaseModel):
    """Why a rule gave its outcome; ``start`` and ``end`` mark the words, where there are some."""

    category: str | None
    rule: str
    outcome: str
    detector: str
    score: float | None
    start: int | None
    end: int | None
    evidence: str


class SubmittedOut(BaseModel):
    """What became of a comment that everybody, or a moderator, will see."""

    id: UUID
    status: Literal["published", "held"]
    outcome: str
    html: str
    reasons: list[ReasonOut]
    redactions: list[SpanOut]
    decision_id: UUID
    editable_until: datetime
    article_id: UUID
    total: int
    reader_token: str | None = None
    help: str | None = None
    """Where help is, for a writer who seems about to harm themselves: show it with the answer."""


class RespectOut(BaseModel):
    """How many readers respect the comment. `reader_token` is given to a new reader, once."""

    count: int
    reader_token: str | None = None


class NameOut(BaseModel):
    """How a writer is known. ``badge`` is ``staff``, ``author`` or null; the name is empty where
    the account has been deleted."""

    name: str
    badge: str | None = None


class CommentOut(BaseModel):
    """A published comment. A stub stands for one that has gone but was answered."""

    id: UUID
    parent_id: UUID | None
    author: NameOut
    html: str
    created_at: datetime
    edited_at: datetime | None
    respect_count: int
    is_stub: bool
    pick: bool
    pinned: bool
    replies: list[CommentOut]
    url: str


class ArticleOut(BaseModel):
    """The page under discussion."""

    id: UUID
    url: str
    title: str | None
    closed: bool


class ThreadOut(BaseModel):
    """One page of an article's published comments; nothing in it is personal to who asks."""

    article: ArticleOut
    sort: str
    total: int
    comments: list[CommentOut]
    next_cursor: str | None
    version: int


class OwnCommentOut(BaseModel):
    """A comment that only its writer sees."""

    id: UUID
    parent_id: UUID | None
    status: str
    author: NameOut
    text: str
    html: str
    created_at: datetime
    reasons: list[ReasonOut]
    redactions: list[SpanOut]
    decision_id: UUID
    editable_until: datetime
    help: str | None = None


class NoticeOut(BaseModel):
    """Something a reader is told."""

    id: UUID
    kind: str
    comment_id: UUID
    created_at: datetime
    details: dict[str, str]


class MeOut(BaseModel):
    """What an article's page shows to one reader only."""

    comments: list[OwnCommentOut]
    notices: list[NoticeOut]


class NoticesReadIn(BaseModel):
    """The notices that the reader has seen."""

    ids: Annotated[list[UUID], Field(max_length=500)]


def reasons_out(reasons: Iterable[Reason]) -> list[ReasonOut]:
    """The reasons, most telling first as they come."""
    return [
        ReasonOut(
            category=reason.category.value if reason.category else None,
            rule=reason.rule,
            outcome=reason.outcome.value,
            detector=reason.detector,
            score=None if reason.score is None else round(reason.score, 4),
            start=reason.span.start if reason.span else None,
            end=reason.span.end if reason.span else None,
            evidence=reason.evidence,
        )
        for reason in reasons
    ]


def spans_out(spans: Iterable[Span]) -> list[SpanOut]:
    """The spans as they are."""
    return [SpanOut(start=span.start, end=span.end) for span in spans]


def submitted_out(submitted: Submitted) -> SubmittedOut:
    """The answer to a comment that was published or held."""
    comment = submitted.comment
    return SubmittedOut(
        id=comment.id,
        status="published" if comment.state is CommentState.PUBLISHED else "held",
        outcome=submitted.outcome.value,
        html=comment.html,
        reasons=reasons_out(comment.reasons),
        redactions=spans_out(comment.redactions),
        decision_id=comment.decision_id,
        editable_until=comment.editable_until,
        article_id=submitted.article.id,
        total=submitted.total,
        reader_token=submitted.reader_token,
        help=comment.crisis_help,
    )


def comment_out(comment: ThreadComment, base_url: str) -> CommentOut:
    """A comment with its replies; ``base_url`` is where this server's pages are."""
    return CommentOut(
        id=comment.id,
        parent_id=comment.parent_id,
        author=NameOut(name=comment.author_name, badge=comment.badge),
        html=comment.html,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        respect_count=comment.respect_count,
        is_stub=comment.is_stub,
        pick=comment.is_pick,
        pinned=comment.is_pinned,
        replies=[comment_out(reply, base_url) for reply in comment.replies],
        url=f"{base_url}/comments/{comment.id}",
    )


def thread_out(thread: Thread, base_url: str) -> ThreadOut:
    """A page of a thread."""
    article = thread.article
    return ThreadOut(
        article=ArticleOut(
            id=article.id, url=article.url, title=article.title, closed=article.is_closed
        ),
        sort=thread.sort.value,
        total=thread.total,
        comments=[comment_out(comment, base_url) for comment in thread.comments],
        next_cursor=thread.next_cursor,
        version=article.thread_version,
    )


def me_out(own: Sequence[OwnComment], notices: Sequence[Notice]) -> MeOut:
    """A reader's own view."""
    return MeOut(
        comments=[
            OwnCommentOut(
                id=comment.id,
                parent_id=comment.parent_id,
                status=comment.state.value,
                author=NameOut(name=comment.author_name),
                text=comment.text,
                html=comment.html,
                created_at=comment.created_at,
                reasons=reasons_out(comment.reasons),
                redactions=spans_out(comment.redactions),
                decision_id=comment.decision_id,
                editable_until=comment.editable_until,
                help=comment.crisis_help,
            )
            for comment in own
        ],
        notices=[
            NoticeOut(
                id=notice.id,
                kind=notice.kind,
                comment_id=notice.comment_id,
                created_at=notice.created_at,
                details=notice.details,
            )
            for notice in notices
        ],
    )
