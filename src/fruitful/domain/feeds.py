"""Feeds: what was said most recently, for programs that look in now and then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

LONGEST_FEED = 50
"""How many comments a feed holds, the newest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedComment:
    """A published comment with the article that it stands beneath."""

    id: UUID
    author_name: str
    html: str
    article_url: str
    article_title: str | None
    created_at: datetime
    edited_at: datetime | None

    @property
    def updated_at(self) -> datetime:
        """When it last changed."""
        return self.edited_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """What a feed is about: an article, a site, or a reader's replies.

    ``home_url`` is the page that people would read instead.
    """

    id: UUID
    name: str
    home_url: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source and its newest comments, newest first."""

    source: FeedSource
    comments: tuple[FeedComment, ...]

    @property
    def updated_at(self) -> datetime:
        """When something in it last changed, as far as can still be seen."""
        return max([self.source.created_at, *(comment.updated_at for comment in self.comments)])


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry in words. ``id`` is a URI that never changes."""

    id: str
    url: str
    title: str
    author: str
    html: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed in words and with its addresses, ready to be written in any format.

    ``language`` is a BCP 47 tag of the titles; what the comments are written in is not known.
    """

    id: str
    title: str
    language: str
    home_url: str
    self_url: str
    updated_at: datetime
    items: tuple[FeedItem, ...]
