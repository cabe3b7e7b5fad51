"""Wait for something to come true, and fail where it does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 60.0
"""Far longer than anything takes, so that a busy machine fails no test."""


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition that other tasks or processes bring about."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


def until_true(holds: Callable[[], bool]) -> None:
    """Wait for a condition that other threads or processes bring about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
