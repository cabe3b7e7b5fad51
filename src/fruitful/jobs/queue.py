"""Puts a job in the queue within the transaction of the write that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.errors import StorageUnavailable
from fruitful.jobs.handlers import JOBS
from fruitful.jobs.registry import Job


class TransactionalQueue:
    """A `fruitful.domain.ports.JobQueue` that needs no connection of its own."""

    def __init__(self, jobs: Iterable[Job] = JOBS) -> None:
        self._jobs = {job.name: job for job in jobs}
        # Never opened: every job is written on the caller's connection.
        self._app = App(connector=PsycopgConnector())

    async def enqueue(self, connection: AsyncConnection, name: str, **ids: str) -> None:
        """Queue the job. It is run after the caller's commit, and never when that fails.

        Raises ``KeyError`` for an unknown name, ``TypeError`` for ids that the job does not take,
        and `StorageUnavailable`.
        """
        job = self._jobs[name]
        job.check(ids)
        wait = {"seconds": job.delay_seconds} if job.delay_seconds else None
        task = self._app.configure_task(
            name, connection=await _driver_connection(connection), schedule_in=wait
        )
        try:
            await task.defer_async(**ids)
        except ConnectorException as error:
            if isinstance(error.__cause__, psycopg.OperationalError):
                raise StorageUnavailable from error
            raise


async def _driver_connection(connection: AsyncConnection) -> psycopg.AsyncConnection[Any]:
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError("jobs are queued through psycopg")
    return driver
