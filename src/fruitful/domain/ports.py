"""What services need from outside, as protocols: the job queue, the clock and fresh ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

Clock = Callable[[], datetime]
"""Gives the present moment, always with a time zone."""

NewId = Callable[[], UUID]
"""Gives a fresh id; ids made later sort later."""


class JobQueue(Protocol):
    """Puts work in the queue within the caller's transaction: no commit, no job."""

    async def enqueue(self, connection: Any, name: str, **ids: str) -> None:
        """Queue the job ``name``. Pass ids only: the queue's log shows its arguments."""
