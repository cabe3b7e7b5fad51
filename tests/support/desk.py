"""Readers who report and moderators who decide, in as few words as a test needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from fruitful.domain.conversation import (
    Action,
    CommentState,
    Moderator,
    ModeratorAction,
    Reader,
)
from fruitful.domain.conversation import ReportReason as Why
from fruitful.domain.identity import new_token, token_hash
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.moderators import add_moderator
from fruitful.services.notices import unread_notices
from fruitful.services.report_comment import NewReport, Reported, report_comment
from fruitful.services.review_queue import comment_history
from fruitful.services.settle_reports import settle_reports
from fruitful.services.world import World
from fruitful.storage import readers
from support.newsroom import Person, open_article

PASSWORD = "correct horse battery"


@dataclass
class Desk:
    """A moderator at work, who sees to it that the queued jobs are done."""

    world: World
    moderator: Moderator

    async def approve(self, comment_id: UUID, **more: Any) -> Action:
        """Let the comment be seen."""
        return await self._do(comment_id, ModeratorAction.APPROVE, **more)

    async def reject(self, comment_id: UUID, **more: Any) -> Action:
        """Take the comment away for good."""
        return await self._do(comment_id, ModeratorAction.REJECT, **more)

    async def undo(self, comment_id: UUID, **more: Any) -> Action:
        """Take back what was decided last."""
        return await self._do(comment_id, ModeratorAction.UNDO, **more)

    async def _do(self, comment_id: UUID, action: ModeratorAction, **more: Any) -> Action:
        order = Order(comment_id=comment_id, action=action, moderator_id=self.moderator.id, **more)
        done = await moderate_comment(self.world, order)
        await settle_reports(self.world, comment_id)
        return done


async def open_desk(world: World, name: str = "Mo Derator") -> Desk:
    """A new moderator."""
    email = f"{name.split()[0].lower()}@paper.example"
    return Desk(world, await add_moderator(world, name, email, PASSWORD))


async def report(
    reader: Person, comment_id: UUID, why: Why = Why.DISCOURTESY, note: str = ""
) -> Reported:
    """A reader reports a comment, and keeps the token they are given."""
    reported = await report_comment(
        reader.world,
        NewReport(
            comment_id=comment_id,
            reason=why,
            note=note,
            reader_token=reader.token,
            address_hash=reader.address,
        ),
    )
    reader.token = reported.reader_token or reader.token
    return reported


async def guest_from_before(world: World, name: str) -> Person:
    """Somebody who has been known here for a week, and has written nothing."""
    reader = Reader(id=world.new_id(), site_id=(await open_article(world)).site_id, name=name)
    token, since = new_token(), world.clock() - timedelta(days=7)
    async with world.database.transaction() as connection:
        await readers.add(connection, reader, token_hash=token_hash(token), created_at=since)
    return Person(world, name, token=token)


async def four_strangers_report(
    world: World, comment_id: UUID, why: Why = Why.DISCOURTESY
) -> list[Person]:
    """Four guests who were here before the comment, each at an address of their own."""
    strangers = [await guest_from_before(world, f"Stranger {number}") for number in range(4)]
    for stranger in strangers:
        await report(stranger, comment_id, why)
    return strangers


async def state_of(world: World, comment_id: UUID) -> CommentState:
    """Where the comment stands."""
    return (await comment_history(world, comment_id)).comment.state


async def is_shown(world: World, comment_id: UUID) -> bool:
    """Whether everybody can read the comment."""
    article = await open_article(world)
    thread = await list_thread(world, article.id, ThreadView())
    return any(comment.id == comment_id and not comment.is_stub for comment in thread.comments)


async def told(reader: Person) -> list[tuple[str, dict[str, str]]]:
    """What the reader is told: kind and details of each unread notice."""
    notices = await unread_notices(reader.world, reader.token)
    return [(notice.kind, notice.details) for notice in notices]
