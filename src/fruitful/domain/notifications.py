"""What readers are told outside the page, how often, and in which letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

REFUSALS_BORNE = 3
"""After so many letters in a row that the reader's mail server refused for good, none follows."""
CONFIRM_WITHIN = timedelta(days=2)
"""How long the link is good that shows an address to be the reader's."""
LONGEST_EXCERPT = 300
"""Code points of a comment that a letter quotes."""


class Topic(StrEnum):
    """What a reader can choose to be told about."""

    REPLIES = "replies"
    DECISIONS = "decisions"


class Frequency(StrEnum):
    """How soon a reader is told by letter."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    OFF = "off"


REPLY = "reply"
MENTION = "mention"
"""The kinds of news that are comments; all other kinds are those of notices."""


def topic_of(kind: str) -> Topic:
    """What news of this kind is about."""
    return Topic.REPLIES if kind in (REPLY, MENTION) else Topic.DECISIONS


def digest_due(moment: datetime, hour: int, zone: str) -> datetime:
    """When the site's last digest fell due: the last time that its clocks showed the hour.

    Raises ``ValueError`` or ``KeyError`` for an hour or zone that there is not.
    """
    local = moment.astimezone(ZoneInfo(zone))
    due = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return due if due <= local else due - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one reader chose. ``email`` is an address that they have shown to be theirs."""

    reader_id: UUID
    site_id: UUID
    email: str | None = None
    replies: Frequency = Frequency.OFF
    decisions: Frequency = Frequency.OFF
    language: str = "en"
    failures: int = 0
    feed_number: int = 0

    @property
    def is_reachable(self) -> bool:
        """Whether there is an address, and it has not kept refusing letters."""
        return self.email is not None and self.failures < REFUSALS_BORNE

    @property
    def email_in_part(self) -> str | None:
        """Enough of the address for its owner to know it by."""
        if self.email is None:
            return None
        name, _, host = self.email.rpartition("@")
        return f"{name[:1]}…@{host}"

    def frequency(self, topic: Topic) -> Frequency:
        """How soon the reader is told by letter, ``off`` where none can reach them."""
        if not self.is_reachable:
            return Frequency.OFF
        return self.replies if topic is Topic.REPLIES else self.decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader chooses anew."""

    replies: Frequency
    decisions: Frequency
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """An address that somebody says is theirs, and what they want to be told there."""

    reader_id: UUID
    email: str
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing to tell one reader. ``subject_id`` is the reply or the notice that it is about,
    of which a reader is told once."""

    id: UUID
    reader_id: UUID
    kind: str
    subject_id: UUID
    comment_id: UUID
    notice_id: UUID | None = None
    by_mail: bool = False
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLetter:
    """A letter that is yet to be written: what is in it is found when it is handed over."""

    id: UUID
    reader_id: UUID
    is_digest: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that a letter or a push tells.

    ``author_name`` and ``html`` are empty unless the comment is published now. ``details`` are
    those of the notice.
    """

    kind: str
    comment_id: UUID
    article_id: UUID
    article_url: str
    article_title: str | None
    author_name: str
    html: str
    is_published: bool
    created_at: datetime
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether it still holds: a reply that was taken away is no news."""
        return self.is_published or topic_of(self.kind) is Topic.DECISIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSubscription:
    """A browser that may be sent pushes, as the Push API hands it out."""

    id: UUID
    reader_id: UUID
    endpoint: str
    p256dh: str
    """The browser's public key (RFC 8291), base64url."""
    auth: str
    """The secret that browser and server share (RFC 8291), base64url."""
    topics: frozenset[Topic]
    language: str


class PushGone(Exception):
    """The browser is not there any more, or has taken its permission back."""


class PushDelayed(Exception):
    """The push service cannot take it now; later it may."""


class PushRefused(Exception):
    """The push service will not take it, now or later."""


class Pusher(Protocol):
    """Sends pushes to browsers through the push services that they name."""

    @property
    def public_key(self) -> str:
        """The key by which a push service knows this server (RFC 8292), base64url."""

    async def push(self, subscription: PushSubscription, message: bytes, *, topic: str) -> None:
        """Send the message, sealed for that browser; of several with one ``topic`` (at most 32
        letters, digits, hyphens or underscores) an offline browser is given the last.

        Raises `PushGone`, `PushDelayed` or `PushRefused`.
        """
