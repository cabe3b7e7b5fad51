"""Seed the demo in a process of its own, so that its supervisor never loads the engine."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

from fruitful.cli.supervisor import CannotServe
from fruitful.config import load_settings
from fruitful.observability import configure_logging

_ADDRESS = "FRUITFUL_DEMO_ADDRESS"


def seed(environment: Mapping[str, str], address: str) -> tuple[str, str]:
    """Seed the database that ``environment`` names; gives the e-mail and password of the demo's
    moderator. Raises `CannotServe`."""
    result = subprocess.run(
        [sys.executable, "-m", "fruitful.cli.seeding"],
        env={**os.environ, **environment, _ADDRESS: address},
        stdout=subprocess.PIPE,
        check=False,
    )
    if result.returncode != 0:
        raise CannotServe("the newspaper could not be prepared: the lines above tell why")
    login = json.loads(result.stdout)
    return login["email"], login["password"]


async def _main() -> None:
    # Imported here, because the supervisor imports this module for `seed` alone.
    from fruitful.bootstrap import make_world
    from fruitful.web.demo.seed import seed_demo

    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    world = make_world(settings, settings.database_url or "")
    try:
        login = await seed_demo(world, address=os.environ[_ADDRESS])
    finally:
        await world.database.dispose()
        world.engine.close()
    sys.stdout.write(json.dumps(asdict(login)))


if __name__ == "__main__":
    asyncio.run(_main())
