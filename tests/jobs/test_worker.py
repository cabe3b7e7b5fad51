"""Queued jobs are run: once in the ordinary course, and again when they were cut off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from fruitful.jobs.queue import TransactionalQueue
from fruitful.jobs.registry import Job
from fruitful.jobs.worker import JobWorker
from fruitful.services.world import World
from fruitful.storage.database import Database
from support.waiting import until


@dataclass
class Desk:
    """Records the jobs that were done, and lets a test hold or fail them."""

    done: list[str] = field(default_factory=list)
    failures: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_finish: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, world: World, comment_id: str) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the other side hung up")
        self.done.append(comment_id)

    async def wait(self, world: World) -> None:
        self.begun.set()
        await self.may_finish.wait()
        self.done.append("waited")

    @property
    def jobs(self) -> tuple[Job, ...]:
        return (Job("tell", self.tell), Job("wait", self.wait))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def queue(desk: Desk) -> TransactionalQueue:
    return TransactionalQueue(desk.jobs)


@asynccontextmanager
async def working(world: World, desk: Desk, grace_seconds: float = 4) -> AsyncIterator[None]:
    worker = JobWorker(world.database.url, world, desk.jobs, grace_seconds=grace_seconds)
    await worker.start()
    try:
        yield
    finally:
        await worker.stop()


async def states(database: Database) -> list[str]:
    async with database.reading() as connection:
        query = "SELECT status::text FROM procrastinate_jobs WHERE task_name <> 'sweep_stalled'"
        return list((await connection.execute(text(query))).scalars())


async def put(database: Database, queue: TransactionalQueue, name: str, **ids: str) -> None:
    async with database.transaction() as connection:
        await queue.enqueue(connection, name, **ids)


async def test_a_job_runs_soon_after_its_write_was_committed_and_leaves_nothing_behind(
    world: World, desk: Desk, queue: TransactionalQueue
) -> None:
    async with working(world, desk):
        await put(world.database, queue, "tell", comment_id="7")

        await until(lambda: desk.done == ["7"])
        await until(lambda: _empty(world.database))


async def test_a_job_that_fails_is_tried_again_later(
    world: World, desk: Desk, queue: TransactionalQueue
) -> None:
    desk.failures = 1
    await put(world.database, queue, "tell", comment_id="7")
    worker = JobWorker(world.database.url, world, desk.jobs)

    await worker.run_until_idle()
    assert desk.done == []
    assert await states(world.database) == ["todo"]

    await _make_due(world.database)
    await worker.run_until_idle()
    assert desk.done == ["7"]


async def test_a_job_that_is_cut_off_by_the_shutdown_is_done_by_the_next_worker(
    world: World, desk: Desk, queue: TransactionalQueue
) -> None:
    await put(world.database, queue, "wait")
    async with working(world, desk, grace_seconds=0.1):
        await desk.begun.wait()
    assert desk.done == []
    assert await states(world.database) == ["todo"]

    desk.may_finish.set()
    await _make_due(world.database)
    await JobWorker(world.database.url, world, desk.jobs).run_until_idle()
    assert desk.done == ["waited"]


async def test_a_job_whose_worker_was_killed_is_done_by_another(
    world: World, desk: Desk, queue: TransactionalQueue
) -> None:
    await put(world.database, queue, "tell", comment_id="7")
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '1 hour') RETURNING id)"
                " UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
            )
        )

    async with working(world, desk):
        await until(lambda: desk.done == ["7"])


async def test_running_jobs_of_a_living_worker_are_left_alone(
    world: World, desk: Desk, queue: TransactionalQueue
) -> None:
    await put(world.database, queue, "wait")
    async with working(world, desk):
        await desk.begun.wait()
        await JobWorker(world.database.url, world, desk.jobs).run_until_idle()
        assert await states(world.database) == ["doing"]
        desk.may_finish.set()
        await until(lambda: _empty(world.database))
    assert desk.done == ["waited"]


async def _empty(database: Database) -> bool:
    return await states(database) == []


async def _make_due(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
