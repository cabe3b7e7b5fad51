"""The fixtures that tests of every layer build on: a real database, a world, a client.

Each test that asks for `database` or `world` gets a database of its own on one real PostgreSQL
server, which is started once a process (so it works under xdist as it stands). What takes long to
import is imported by the fixture that needs it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
from httpx2 import ASGITransport, AsyncClient

from fruitful.storage.database import Database

if TYPE_CHECKING:
    from fruitful.moderation.pipeline import Engine
    from fruitful.services.world import World
from support.clock import AdjustableClock
from support.postgres import TemplateServer


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_developer() -> None:
    """What the developer has set for their own server must not decide how tests come out."""
    for name in list(os.environ):
        if name.startswith("FRUITFUL_") or name == "DATABASE_URL":
            del os.environ[name]


@pytest.fixture(scope="session")
def template_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemplateServer]:
    state_dir = tmp_path_factory.mktemp("postgres")
    server = TemplateServer(state_dir)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(state_dir, ignore_errors=True)


@pytest.fixture
def database_url(template_server: TemplateServer) -> Iterator[str]:
    with template_server.fresh_database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    try:
        yield database
    finally:
        await database.dispose()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The real engine, loaded once: it keeps nothing of what it has judged."""
    from fruitful.moderation.assembly import build_engine

    return build_engine()


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


@pytest.fixture
def world(database: Database, engine: Engine, clock: AdjustableClock) -> World:
    from fruitful.jobs.queue import TransactionalQueue
    from fruitful.moderation.house_rules import load_default
    from fruitful.services.world import World

    return World(
        database=database,
        engine=engine,
        jobs=TransactionalQueue(),
        house_rules=load_default(),
        secret=b"a secret of the tests, long enough",
        clock=clock,
    )


@pytest.fixture
async def client(world: World) -> AsyncIterator[AsyncClient]:
    """Speaks HTTP to the application in this process, without a socket."""
    from fruitful.web.app import create_app

    transport = ASGITransport(app=create_app(world))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
