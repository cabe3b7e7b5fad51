"""The measurements. Times are seconds at the client, from the first byte sent to the last read."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from benchmarks.load.http import Answer, Connection
from benchmarks.load.processes import cpu_seconds, resident_mib
from benchmarks.load.scene import LONG_THREAD, ORIGIN, Served
from benchmarks.load.texts import sentences

_READY = 32
"""Connections held ready when requests come at their own times."""

Shoot = Callable[[Connection, int], Awaitable[Answer]]

THREAD = f"/api/v1/threads?article_url={quote(LONG_THREAD, safe='')}&limit=300"
SECTION = f"/embed/thread?article_url={quote(LONG_THREAD, safe='')}"


@dataclass(slots=True)
class Series:
    """What one measurement gave."""

    name: str
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0
    """Requests that found every connection still unanswered: the server was that far behind."""
    cpu: dict[str, float] = field(default_factory=dict)
    """Processor seconds that the server and PostgreSQL used meanwhile."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def cpu_ms(self, of: str) -> float:
        """Milliseconds of processor time for one answer; hardly depends on what else runs."""
        return self.cpu.get(of, 0.0) / max(1, len(self.times)) * 1000

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


@contextmanager
def measuring(served: Served, series: Series) -> Iterator[None]:
    """Note how long the block took, and what it cost."""
    before, started = cpu_seconds(served.supervisor), time.perf_counter()
    yield
    series.seconds = time.perf_counter() - started
    after = cpu_seconds(served.supervisor)
    series.cpu = {of: after[of] - before[of] for of in after}


async def closed_loop(
    served: Served, name: str, shoot: Shoot, *, connections: int, seconds: float
) -> Series:
    """Every connection asks again as soon as it is answered."""
    series = Series(name)
    numbers = iter(range(10**9))
    until = time.perf_counter() + seconds

    async def loop() -> None:
        async with served.connection() as connection:
            while time.perf_counter() < until:
                await timed(series, shoot, connection, next(numbers))

    with measuring(served, series):
        await asyncio.gather(*(loop() for _ in range(connections)))
    return series


async def open_loop(
    served: Served, name: str, shoot: Shoot, *, a_second: float, seconds: float
) -> Series:
    """Requests come at their own times, as readers do, whether the last is answered or not.

    Each time counts from when the request was due, so that a server that stalls cannot hide it.
    """
    series = Series(name)
    idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    opened = [await served.connection().__aenter__() for _ in range(_READY)]
    for connection in opened:
        idle.put_nowait(connection)
    with measuring(served, series):
        async with asyncio.TaskGroup() as group:
            started = time.perf_counter()
            for number in range(int(a_second * seconds)):
                due = started + number / a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(_when_due(series, shoot, idle, (number, due)))
    for connection in opened:
        await connection.__aexit__(None, None, None)
    return series


async def _when_due(
    series: Series, shoot: Shoot, idle: asyncio.LifoQueue[Connection], shot: tuple[int, float]
) -> None:
    number, due = shot
    series.late += idle.empty()
    connection = await idle.get()
    answer = await shoot(connection, number)
    idle.put_nowait(connection)
    series.times.append(time.perf_counter() - due)
    series.statuses[answer.status] += 1


async def timed(series: Series, shoot: Shoot, connection: Connection, number: int) -> None:
    """Ask once and note how long it took."""
    began = time.perf_counter()
    answer = await shoot(connection, number)
    series.times.append(time.perf_counter() - began)
    series.statuses[answer.status] += 1


async def read_thread(connection: Connection, _: int) -> Answer:
    """The long thread as JSON."""
    return await connection.get(THREAD, accept_encoding="gzip")


async def read_section(connection: Connection, _: int) -> Answer:
    """The widget's first page of the long thread."""
    return await connection.get(SECTION, accept_encoding="gzip")


async def read_afresh(connection: Connection, number: int) -> Answer:
    """The long thread in a form that was not rendered before: each limit is a key of its own."""
    return await connection.get(THREAD.replace("limit=300", f"limit={300 + number % 200}"))


def post_comments(seed: int) -> Shoot:
    """New comments, spread over twenty articles, each by a guest."""
    texts: Iterator[str] = sentences(seed=seed)

    async def shoot(connection: Connection, number: int) -> Answer:
        body = {
            "article_url": f"{ORIGIN}/article-{number % 20}",
            "text": next(texts),
            "author": {"name": f"Guest {number}"},
        }
        return await connection.post_json("/api/v1/comments", json.dumps(body).encode())

    return shoot


async def revalidate(served: Served) -> Shoot:
    """The long thread by somebody who has it already."""
    async with served.connection() as connection:
        etag = (await connection.get(THREAD, accept_encoding="gzip")).header("etag")

    async def shoot(connection: Connection, _: int) -> Answer:
        return await connection.get(THREAD, accept_encoding="gzip", if_none_match=etag)

    return shoot


async def memory(served: Served) -> dict[str, float]:
    """Resident MiB of the supervisor and of each worker that answered."""
    pids = {"supervisor": served.supervisor}
    for _ in range(20):
        async with served.connection() as connection:
            answer = await connection.get("/metrics")
        found = re.search(rb'fruitful_worker_info\{pid="(\d+)"\}', answer.body)
        if found:
            pids[f"worker {found[1].decode()}"] = int(found[1])
    return {name: resident_mib(pid) for name, pid in pids.items()}
