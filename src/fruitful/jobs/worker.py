"""Runs the queued jobs in the server's own process and event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from fruitful.jobs.handlers import JOBS
from fruitful.jobs.registry import Job
from fruitful.services.world import World
from fruitful.storage.database import libpq_url

log = structlog.get_logger(__name__)

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
"""Waits 3, 9, 27, ... seconds: 2.7 hours in all. A task without a strategy would lose a job that a
shutdown cuts off."""

STALLED_AFTER_SECONDS = 60
"""A worker tells every 10 s that it lives; the jobs of one that has not for this long run again."""

_SWEEP_CRON = "* * * * *"
_CONCURRENCY = 4
GRACE_SECONDS = 4.0
"""What running jobs get to finish at shutdown; less than the server's own grace of 5 s."""
_LONGEST_PAUSE_SECONDS = 5.0


class JobWorker:
    """Takes jobs as they come, a few at a time. It outlives a database that goes away."""

    def __init__(
        self,
        url: str,
        world: World,
        jobs: Iterable[Job] = JOBS,
        *,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._app = _make_app(url, world, jobs)
        self._grace_seconds = grace_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to work, in the background of the running loop."""
        self._task = asyncio.create_task(self._run_for_ever(), name="jobs")

    async def stop(self) -> None:
        """Take no more jobs and let running ones finish for a few seconds; what is cut off then is
        retried by the next worker."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def run_until_idle(self) -> None:
        """Do everything that is due now, stalled jobs included, and return."""
        async with self._app.open_async():
            await _sweep_stalled(self._app)
            await self._app.run_worker_async(
                wait=False, install_signal_handlers=False, delete_jobs="successful"
            )

    async def _run_for_ever(self) -> None:
        pause = 0.1
        while True:
            try:
                async with self._app.open_async():
                    pause = 0.1
                    await _sweep_stalled(self._app)
                    await self._app.run_worker_async(
                        concurrency=_CONCURRENCY,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=self._grace_seconds,
                        delete_jobs="successful",
                        fetch_job_polling_interval=15.0,
                        abort_job_polling_interval=15.0,
                    )
            except (ConnectorException, OperationalError, PoolTimeout, OSError) as error:
                log.warning("jobs.interrupted", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def _sweep_stalled(app: App) -> None:
    """Queue again the jobs whose worker has died, ``kill -9`` included."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    for job in stalled:
        log.warning("jobs.stalled", job=job.task_name, job_id=job.id)
        await app.job_manager.retry_job(job)


def _make_app(url: str, world: World, jobs: Iterable[Job]) -> App:
    connector = PsycopgConnector(
        conninfo=libpq_url(url),
        min_size=1,
        max_size=4,
        timeout=5.0,
        kwargs={"application_name": "fruitful-jobs"},
    )
    app = App(connector=connector)
    for job in jobs:
        if job.cron is None:
            app.task(name=job.name, retry=RETRY)(_on_demand(job, world))
        else:
            task = app.task(name=job.name, retry=RETRY, queueing_lock=job.name)(
                _periodic(job, world)
            )
            app.periodic(cron=job.cron, periodic_id=job.name)(task)

    @app.periodic(cron=_SWEEP_CRON, periodic_id="sweep_stalled")
    @app.task(name="sweep_stalled", retry=RETRY, queueing_lock="sweep_stalled")
    async def sweep(timestamp: int) -> None:
        await _sweep_stalled(app)

    return app


def _on_demand(job: Job, world: World) -> Callable[..., Awaitable[None]]:
    async def run(**ids: str) -> None:
        await job.run(world, ids)

    return run


def _periodic(job: Job, world: World) -> Callable[[int], Awaitable[None]]:
    async def run(timestamp: int) -> None:
        await job.run(world, {})

    return run
