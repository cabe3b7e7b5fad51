"""Limits on how often somebody may do something, counted in PostgreSQL for all processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fruitful.domain.errors import TooManyRequests
from fruitful.services.world import World
from fruitful.storage import rates


async def allow(world: World, subject: str, limit: int, window: timedelta) -> None:
    """Count one more for the subject; raises :class:`TooManyRequests` beyond the limit.

    ``subject`` says what is counted and for whom, such as ``comment:<address hash>``. Windows
    are fixed: the count starts anew at each multiple of the window's length. The error's detail
    ``retry_after`` is the number of seconds until then.
    """
    moment = world.clock()
    start = _window_start(moment, window)
    async with world.database.transaction() as connection:
        count = await rates.count(connection, subject, start)
    if count > limit:
        remaining = (start + window - moment).total_seconds()
        raise TooManyRequests(retry_after=max(1, round(remaining)))


def _window_start(moment: datetime, window: timedelta) -> datetime:
    seconds = window.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
