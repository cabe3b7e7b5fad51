"""Once a moderator has decided, those who reported the comment are told. A job."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.conversation import Notice, Report
from fruitful.services.notices import leave_notice
from fruitful.services.world import World
from fruitful.storage import actions, reports


async def settle_reports(world: World, comment_id: UUID) -> None:
    """Tell each reporter once what came of the reports that the decision in force settled.

    Where no moderator's decision is in force (it was undone, or the comment was edited or taken
    back meanwhile) nobody is told anything. Running it twice changes nothing.
    """
    async with world.database.transaction() as connection:
        comment = await actions.lock(connection, comment_id)
        record = await actions.in_force(connection, comment) if comment else None
        if record is None:
            return
        decided_at = record.action.created_at
        for report in await reports.settled_at(connection, comment_id, decided_at):
            notice = _notice(world, report)
            reader_id, subject_id = report.reader_id, report.id
            await leave_notice(
                connection, world, notice, reader_id=reader_id, subject_id=subject_id
            )


def _notice(world: World, report: Report) -> Notice:
    return Notice(
        id=world.new_id(),
        kind=f"report_{report.state}",
        comment_id=report.comment_id,
        created_at=world.clock(),
        details={"reason": report.reason},
    )
