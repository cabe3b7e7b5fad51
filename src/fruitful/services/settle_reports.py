"""Once a moderator has decided, the reports are settled and their reporters told. A job."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.conversation import ModeratorAction, Notice, Report, ReportState
from fruitful.services.world import World
from fruitful.storage import actions, notices, reports


async def settle_reports(world: World, comment_id: UUID) -> None:
    """Settle what was reported before the decision in force, and tell each reporter once.

    Approved means dismissed, rejected means upheld. Where no moderator's decision is in force
    (it was undone, or the comment was edited or taken back meanwhile) nothing is settled. Running
    it twice changes nothing.
    """
    async with world.database.transaction() as connection:
        comment = await actions.lock(connection, comment_id)
        if comment is None:
            return
        record = await actions.in_force(connection, comment)
        if record is None:
            return
        upheld = record.action.action is ModeratorAction.REJECT
        state = ReportState.UPHELD if upheld else ReportState.DISMISSED
        made_by = record.action.created_at
        for report in await reports.settle(connection, comment.id, state, made_by=made_by):
            notice = _notice(world, report)
            await notices.add(connection, notice, reader_id=report.reader_id, subject_id=report.id)


def _notice(world: World, report: Report) -> Notice:
    return Notice(
        id=world.new_id(),
        kind=f"report_{report.state}",
        comment_id=report.comment_id,
        created_at=world.clock(),
        details={"reason": report.reason},
    )
