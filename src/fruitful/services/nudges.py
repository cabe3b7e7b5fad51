"""Count what came of notes before posting."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.moderation import Decision
from fruitful.domain.nudges import NudgeCounts, foretold, read_slip
from fruitful.services.world import World
from fruitful.storage import nudges

SHOWN_DAYS = 7
"""What the newsroom's overview looks back on."""


async def count_sent(
    connection: AsyncConnection, world: World, site_id: UUID, token: str | None, decision: Decision
) -> None:
    """Count a text that was sent after a note: mended if what was foretold is milder now."""
    today = world.clock().date()
    slip = read_slip(token, world.secret, site_id=site_id, today=today)
    if slip is None:
        return
    is_milder = foretold(decision).outcome.severity < slip.outcome.severity
    kind: nudges.NudgeKind = "mended" if is_milder else "posted_anyway"
    await nudges.count(connection, site_id, slip.day, kind)


async def counted_lately(connection: AsyncConnection, world: World) -> NudgeCounts:
    """What came of the notes of the last :data:`SHOWN_DAYS` days, at all sites together."""
    since = world.clock().date() - timedelta(days=SHOWN_DAYS - 1)
    return await nudges.counted(connection, since=since)
