"""What a command does with the use cases: once, on the database it names, and then no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from fruitful.cli.postgres import prepared_database
from fruitful.config import load_settings

if TYPE_CHECKING:
    from fruitful.services.world import World

Result = TypeVar("Result")


def in_world(work: Callable[[World], Awaitable[Result]]) -> Result:
    """Do the work on the database of the settings, and give its result."""
    settings = load_settings()
    with prepared_database(settings) as database:

        async def within() -> Result:
            # Imported late: it brings the engine, which a mistyped command should not wait for.
            from fruitful.bootstrap import make_world

            world = make_world(settings, database.url)
            try:
                return await work(world)
            finally:
                await world.database.dispose()
                world.engine.close()

        return asyncio.run(within())
