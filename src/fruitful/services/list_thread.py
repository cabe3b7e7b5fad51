"""Read the conversation beneath an article: what everybody sees, and a writer's own."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from fruitful.domain.conversation import (
    CommentState,
    OwnComment,
    Thread,
    ThreadComment,
    ThreadSort,
)
from fruitful.domain.errors import InvalidRequest, UnknownArticle, UnknownComment
from fruitful.services.judging import as_own
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import articles, comments, decisions, names, picks, sites, threads
from fruitful.storage.threads import RootPlace, RootsWanted

PAGE = 50
LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """Which part of a thread: the order of its roots, where to go on, and how many comments.

    A page ends after the root whose replies fill ``limit``, so that no reply is ever cut off
    from what it answers.
    """

    sort: ThreadSort = ThreadSort.FRUITFUL
    cursor: str | None = None
    limit: int = PAGE


async def list_thread(world: World, article_id: UUID, view: ThreadView) -> Thread:
    """One page of the article's published comments, nested.

    Raises :class:`UnknownArticle`, and :class:`InvalidRequest` for a cursor made up.
    """
    limit = min(max(view.limit, 1), LONGEST_PAGE)
    bookmark = _bookmark(view.cursor) if view.cursor else None
    async with world.database.reading() as connection:
        article = await articles.by_id(connection, article_id)
        site = await sites.by_id(connection, article.site_id) if article else None
        if article is None or site is None:
            raise UnknownArticle
        heading = await threads.heading(connection, article_id)
        pinned_id = bookmark.pinned_id if bookmark else heading.pinned_id
        wanted = RootsWanted(
            article_id=article_id,
            sort=view.sort,
            after=bookmark.place if bookmark else None,
            limit=limit + 1,
            without=pinned_id,
        )
        page, has_more = _page(await threads.roots(connection, wanted, heading), limit)
        shown = [place.id for place in page]
        if pinned_id is not None and bookmark is None:
            shown.insert(0, pinned_id)
        flat = await threads.beneath(connection, article_id, shown)
    nested = _nested(flat)
    return Thread(
        article=article,
        site=site,
        sort=view.sort,
        total=heading.total,
        comments=tuple(nested[root_id] for root_id in shown if root_id in nested),
        next_cursor=_cursor(_Bookmark(page[-1], pinned_id)) if has_more else None,
    )


async def read_comment(world: World, comment_id: UUID) -> tuple[UUID, ThreadComment]:
    """The article's id and one published comment. Raises :class:`UnknownComment`."""
    async with world.database.reading() as connection:
        comment = await comments.by_id(connection, comment_id)
        if comment is None or comment.state is not CommentState.PUBLISHED:
            raise UnknownComment
        html, _ = await comments.rendered(connection, comment_id)
        marks = await picks.marks(connection, comment_id)
        badge = await names.badge_of(connection, comment.reader_id)
    shown = ThreadComment(
        id=comment.id,
        parent_id=comment.parent_id,
        depth=comment.depth,
        author_name=comment.author_name,
        html=html,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        respect_count=comment.respect_count,
        is_stub=False,
        is_pick=marks is not None and marks.is_pick,
        is_pinned=marks is not None and marks.is_pinned,
        badge=badge,
    )
    return comment.article_id, shown


async def own_comments(
    world: World, article_id: UUID, reader_token: str | None
) -> tuple[OwnComment, ...]:
    """What the holder of the token wrote here that nobody else sees, newest first, with reasons."""
    async with world.database.reading() as connection:
        article = await articles.by_id(connection, article_id)
        site = await sites.by_id(connection, article.site_id) if article else None
        if site is None:
            raise UnknownArticle
        reader = await recognise(connection, world, site.id, reader_token)
        if reader is None:
            return ()
        owned = await comments.owned_in_article(connection, article_id, reader.id)
        stored = await decisions.by_ids(connection, [decision_id for *_, decision_id in owned])
    records = {record.id: record for record in stored}
    return tuple(
        as_own(comment, html, records[decision_id], site) for comment, html, decision_id in owned
    )


async def thread_version(world: World, article_id: UUID) -> int:
    """The version of the article's thread now. Raises :class:`UnknownArticle`."""
    async with world.database.reading() as connection:
        version = await articles.thread_version(connection, article_id)
    if version is None:
        raise UnknownArticle
    return version


def _page(found: list[tuple[RootPlace, int]], limit: int) -> tuple[list[RootPlace], bool]:
    page: list[RootPlace] = []
    filled = 0
    for place, size in found:
        if filled >= limit:
            return page, True
        page.append(place)
        filled += size
    return page, False


def _nested(flat: Iterable[ThreadComment]) -> Mapping[UUID, ThreadComment]:
    """Comments by id with their replies in place; stubs that lead nowhere are gone."""
    kept: dict[UUID, ThreadComment] = {}
    replies: dict[UUID, list[ThreadComment]] = {}
    for comment in sorted(flat, key=_deepest_first):
        beneath = tuple(sorted(replies.pop(comment.id, ()), key=_oldest_first))
        if comment.is_stub and not beneath:
            continue
        whole = replace(comment, replies=beneath)
        if comment.parent_id is None:
            kept[comment.id] = whole
        else:
            replies.setdefault(comment.parent_id, []).append(whole)
    return kept


def _deepest_first(comment: ThreadComment) -> int:
    return -comment.depth


def _oldest_first(comment: ThreadComment) -> tuple[datetime, UUID]:
    return (comment.created_at, comment.id)


@dataclass(frozen=True, slots=True)
class _Bookmark:
    """Where a reader stopped, and what stood pinned above their first page."""

    place: RootPlace
    pinned_id: UUID | None


def _cursor(bookmark: _Bookmark) -> str:
    place, pinned_id = bookmark.place, bookmark.pinned_id
    pinned = str(pinned_id) if pinned_id else None
    fields = [str(place.id), place.created_at.isoformat(), place.order_number, pinned]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def _bookmark(cursor: str) -> _Bookmark:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        root_id, created_at, order_number, pinned = json.loads(base64.urlsafe_b64decode(padded))
        moment = datetime.fromisoformat(created_at)
        if moment.tzinfo is None or not 0 <= int(order_number) < 2**63:
            raise InvalidRequest
        place = RootPlace(id=UUID(root_id), created_at=moment, order_number=int(order_number))
        return _Bookmark(place, UUID(pinned) if pinned else None)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise InvalidRequest from None
