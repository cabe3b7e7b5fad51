"""What happens while the database is away, and when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from fruitful.domain.errors import StorageUnavailable
from fruitful.storage.database import Database, PoolSettings, libpq_url, sqlalchemy_url
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.listen import LiveHub
from support.postgres import UNSAFE_BUT_FAST
from support.waiting import until


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of this module's own, which its tests may stop."""
    state_dir: Path = tmp_path_factory.mktemp("fragile")
    with EmbeddedPostgres(state_dir, settings=UNSAFE_BUT_FAST) as postgres:
        yield postgres


async def test_a_database_that_goes_away_is_named_as_such_and_used_again_when_it_is_back(
    fragile: EmbeddedPostgres,
) -> None:
    database = Database(fragile.url)
    assert await database.is_available()

    fragile.stop()
    assert not await database.is_available()
    with pytest.raises(StorageUnavailable):
        async with database.transaction():
            pass

    fragile.start()
    assert await database.is_available()
    await database.dispose()


async def test_a_transaction_in_flight_when_the_database_stops_is_named_as_such(
    fragile: EmbeddedPostgres,
) -> None:
    database = Database(fragile.url)

    async def write() -> None:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
            fragile.stop()
            await connection.execute(text("SELECT 1"))

    with pytest.raises(StorageUnavailable):
        await write()
    fragile.start()
    await database.dispose()


async def test_live_updates_are_heard_again_after_an_outage(fragile: EmbeddedPostgres) -> None:
    hub = LiveHub(fragile.url)
    await hub.start()
    await until(lambda: hub.is_connected)

    fragile.stop()
    await until(lambda: not hub.is_connected)
    fragile.start()

    await until(lambda: hub.is_connected)
    await hub.stop()


async def test_a_pool_with_no_connection_left_is_named_as_such(database_url: str) -> None:
    database = Database(database_url, PoolSettings(size=1, overflow=0, wait_seconds=0.05))
    async with database.reading() as connection:
        await connection.execute(text("SELECT 1"))
        assert not await database.is_available()
    await database.dispose()


async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    database = Database(database_url, PoolSettings(statement_timeout_ms=50))
    with pytest.raises(StorageUnavailable):
        async with database.reading() as connection:
            await connection.execute(text("SELECT pg_sleep(10)"))
    await database.dispose()


async def test_a_mistake_of_ours_is_not_taken_for_an_outage(database: Database) -> None:
    with pytest.raises(DataError):
        async with database.reading() as connection:
            await connection.execute(text("SELECT 1 / 0"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(text("DO $$ BEGIN RAISE unique_violation; END $$"))


async def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    count = text("SELECT count(*) FROM moderators")
    async with database.reading() as reading:
        before = (await reading.execute(count)).scalar_one()
        async with database.transaction() as writing:
            await writing.execute(
                text(
                    "INSERT INTO moderators (id, name, email, password_hash, created_at)"
                    " VALUES (gen_random_uuid(), 'Ada', 'ada@paper.example', '', now())"
                )
            )
        assert (await reading.execute(count)).scalar_one() == before
    async with database.reading() as reading:
        assert (await reading.execute(count)).scalar_one() == before + 1


async def test_nothing_is_written_while_reading(database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        async with database.reading() as connection:
            await connection.execute(text("DELETE FROM moderators"))


async def test_a_cancelled_request_leaves_its_connection_usable(database_url: str) -> None:
    database = Database(database_url, PoolSettings(size=1, overflow=0))

    async def sleep() -> None:
        async with database.reading() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sleep(), 0.2)

    assert await database.is_available()
    await database.dispose()


@pytest.mark.parametrize(
    ("given", "for_sqlalchemy", "for_libpq"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d", "postgresql://u:p@h/d"),
        (
            "postgresql://u:p%40@h:1/d",
            "postgresql+psycopg://u:p%40@h:1/d",
            "postgresql://u:p%40@h:1/d",
        ),
        (
            "postgresql+psycopg://u@/d?host=%2Frun",
            "postgresql+psycopg://u@/d?host=%2Frun",
            "postgresql://u@/d?host=%2Frun",
        ),
    ],
)
def test_usual_forms_of_an_address_are_understood(
    given: str, for_sqlalchemy: str, for_libpq: str
) -> None:
    assert sqlalchemy_url(given) == for_sqlalchemy
    assert libpq_url(given) == for_libpq
