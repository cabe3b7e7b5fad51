"""Once a moderator has decided, or the writer was faster, reporters are told. A job."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import CommentState, Notice, Report
from fruitful.domain.newsroom import LockedComment
from fruitful.services.notices import leave_notice
from fruitful.services.world import World
from fruitful.storage import actions, reports


async def settle_reports(world: World, comment_id: UUID) -> None:
    """Tell each reporter once what came of the reports that the decision in force settled.

    Where the writer has taken the comment back before anybody decided, they are told that. Where
    no moderator's decision is in force (it was undone, or the comment was edited meanwhile)
    nobody is told anything. Running it twice changes nothing.
    """
    async with world.database.transaction() as connection:
        comment = await actions.lock(connection, comment_id)
        if comment is None:
            return
        for report in await _settled(connection, world, comment):
            notice = _notice(world, report)
            reader_id, subject_id = report.reader_id, report.id
            await leave_notice(
                connection, world, notice, reader_id=reader_id, subject_id=subject_id
            )


async def _settled(
    connection: AsyncConnection, world: World, comment: LockedComment
) -> list[Report]:
    if comment.footing.state is CommentState.DELETED:
        return await reports.overtake(connection, comment.id, moment=world.clock())
    record = await actions.in_force(connection, comment)
    if record is None:
        return []
    return await reports.settled_at(connection, comment.id, record.action.created_at)


def _notice(world: World, report: Report) -> Notice:
    return Notice(
        id=world.new_id(),
        kind=f"report_{report.state}",
        comment_id=report.comment_id,
        created_at=world.clock(),
        details={"reason": report.reason},
    )
