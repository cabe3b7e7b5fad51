"""Which jobs there are. Services queue them by name; a handler turns ids into a service's call."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fruitful.services.world import World

Handler = Callable[..., Awaitable[None]]
"""Takes the world and, by keyword, the ids that the job was queued with."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work. A job may run twice (after a crash), so its handler must not mind.

    ``cron`` has five fields, or six with seconds at the end; such a job takes no ids and is
    queued by the worker, once however many processes there are.
    """

    name: str
    handler: Handler
    cron: str | None = None
    delay_seconds: int = 0
    """How long after its commit such a job may begin at the earliest; for work that gathers."""

    async def run(self, world: World, ids: Mapping[str, str]) -> None:
        """Do the work."""
        await self.handler(world, **ids)

    def check(self, ids: Mapping[str, str]) -> None:
        """Raise ``TypeError`` where ``ids`` are not what the handler takes, before it is queued."""
        inspect.signature(self.handler).bind(None, **ids)
