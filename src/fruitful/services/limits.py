"""Limits on how often somebody may do something, counted in PostgreSQL for all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fruitful.domain.errors import TooManyRequests
from fruitful.services.world import World
from fruitful.storage import rates


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, at most, ``subject`` may do something in each ``window`` of time.

    ``subject`` says what is counted and for whom, such as ``comment:<address hash>``. Windows
    are fixed: the count starts anew at each multiple of the window's length.
    """

    subject: str
    limit: int
    window: timedelta


async def allow(world: World, *paces: Pace) -> None:
    """Count one more at each pace; raises :class:`TooManyRequests` beyond any of the limits.

    The error's detail ``retry_after`` is the number of seconds until all allow it again.
    """
    moment = world.clock()
    waits = [0.0]
    async with world.database.transaction() as connection:
        for pace in paces:
            start = _window_start(moment, pace.window)
            if await rates.count(connection, pace.subject, start) > pace.limit:
                waits.append((start + pace.window - moment).total_seconds())
    if len(waits) > 1:
        raise TooManyRequests(retry_after=max(1, round(max(waits))))


def _window_start(moment: datetime, window: timedelta) -> datetime:
    seconds = window.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
