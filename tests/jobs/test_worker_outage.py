"""The jobs go on by themselves after the database has been away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from fruitful.jobs.queue import TransactionalQueue
from fruitful.jobs.registry import Job
from fruitful.jobs.worker import JobWorker
from fruitful.services.world import World
from fruitful.storage.database import Database
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import upgrade
from support.postgres import UNSAFE_BUT_FAST
from support.waiting import until


async def test_jobs_are_done_again_after_an_outage(world: World, tmp_path: Path) -> None:
    done: list[str] = []

    async def tell(world: World, comment_id: str) -> None:
        done.append(comment_id)

    jobs = [Job("tell", tell)]
    with EmbeddedPostgres(tmp_path, settings=UNSAFE_BUT_FAST) as postgres:
        await asyncio.to_thread(upgrade, postgres.url)
        database = Database(postgres.url)
        worker = JobWorker(postgres.url, replace(world, database=database), jobs)
        await worker.start()

        async def put(comment_id: str) -> None:
            async with database.transaction() as connection:
                await TransactionalQueue(jobs).enqueue(connection, "tell", comment_id=comment_id)

        await put("before")
        await until(lambda: done == ["before"])
        postgres.stop()
        assert not await database.is_available()
        postgres.start()
        await put("after")
        await until(lambda: done == ["before", "after"])

        await worker.stop()
        await database.dispose()
