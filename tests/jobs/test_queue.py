"""Jobs and the writes they belong to."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import text

from fruitful.jobs.queue import TransactionalQueue
from fruitful.jobs.registry import Job
from fruitful.services.world import World
from fruitful.storage.database import Database


async def tell(world: World, comment_id: str) -> None: ...


@pytest.fixture
def queue() -> TransactionalQueue:
    return TransactionalQueue([Job("tell", tell)])


async def queued(database: Database) -> list[tuple[str, dict[str, str]]]:
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT task_name, args FROM procrastinate_jobs"))
        return [(name, args) for name, args in rows]


async def test_a_job_is_queued_with_the_write_it_belongs_to(
    database: Database, queue: TransactionalQueue
) -> None:
    async with database.transaction() as connection:
        await queue.enqueue(connection, "tell", comment_id="7")

    assert await queued(database) == [("tell", {"comment_id": "7"})]


async def test_a_write_that_fails_takes_its_job_along(
    database: Database, queue: TransactionalQueue
) -> None:
    with suppress(ZeroDivisionError):
        async with database.transaction() as connection:
            await queue.enqueue(connection, "tell", comment_id="7")
            raise ZeroDivisionError

    assert await queued(database) == []


async def test_an_unknown_job_is_refused_when_it_is_queued(
    database: Database, queue: TransactionalQueue
) -> None:
    with pytest.raises(KeyError):
        async with database.transaction() as connection:
            await queue.enqueue(connection, "tel", comment_id="7")


async def test_ids_that_a_job_does_not_take_are_refused_when_it_is_queued(
    database: Database, queue: TransactionalQueue
) -> None:
    with pytest.raises(TypeError):
        async with database.transaction() as connection:
            await queue.enqueue(connection, "tell", coment_id="7")
