"""What is measured: a server as an operator runs it, with a thread of 300 comments."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from benchmarks.load.http import Connection
from benchmarks.load.texts import sentences
from fruitful.domain.conversation import NewComment, Site
from fruitful.domain.identity import uuid7
from fruitful.jobs.queue import TransactionalQueue
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.pipeline import Engine
from fruitful.services.submit_comment import submit_comment
from fruitful.services.world import Limits, World
from fruitful.storage import sites
from fruitful.storage.database import Database
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import upgrade

ORIGIN = "https://bench.example"
LONG_THREAD = f"{ORIGIN}/a-thread-of-300"
_WITHOUT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    supervisor: int
    """Process id of the parent."""
    database_url: str

    def connection(self) -> Connection:
        """A connection of one's own."""
        parts = urlsplit(self.url)
        return Connection(parts.hostname or "", parts.port or 80)


@asynccontextmanager
async def scene(*, workers: int) -> AsyncIterator[Served]:
    """Start PostgreSQL with its usual care for durability, write the thread, serve it."""
    with tempfile.TemporaryDirectory(prefix="fruitful-load-") as folder:
        state_dir = Path(folder)
        with EmbeddedPostgres(state_dir, database="fruitful") as postgres:
            upgrade(postgres.url)
            await _write_thread(postgres.url)
            with _serving(postgres.url, state_dir, workers) as served:
                yield served


@contextmanager
def _serving(database_url: str, state_dir: Path, workers: int) -> Iterator[Served]:
    unlimited = {
        f"FRUITFUL_{name}": str(_WITHOUT_LIMIT)
        for name in ("COMMENTS_PER_MINUTE", "COMMENTS_PER_HOUR", "RESPECTS_PER_HOUR")
    }
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("fruitful")),
            "serve",
            *("--port", "0", "--workers", str(workers), "--state-dir", str(state_dir / "served")),
        ],
        env={
            **os.environ,
            **unlimited,
            "DATABASE_URL": database_url,
            "FRUITFUL_LOG_FORMAT": "json",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(_address(process), process.pid, database_url)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    """Where the server answers. Its log goes on into the pipe, and is taken off by a thread."""
    if process.stderr is None:
        raise RuntimeError("the server's standard error is not at hand")
    for line in process.stderr:
        if found := re.search(r"serves (http://\S+)", line):
            asyncio.get_running_loop().run_in_executor(None, process.stderr.read)
            return found[1]
    raise RuntimeError("the server did not start")


async def _write_thread(database_url: str) -> None:
    database = Database(database_url)
    engine = Engine([CanaryDetector()], model="none")
    world = World(
        database=database,
        engine=engine,
        jobs=TransactionalQueue(),
        house_rules=load_default(),
        secret=os.urandom(32),
        limits=Limits(comments_per_minute=_WITHOUT_LIMIT, comments_per_hour=_WITHOUT_LIMIT),
    )
    site = Site(
        id=uuid7(),
        slug="bench",
        name="Bench",
        origins=(ORIGIN,),
        guests_allowed=True,
        edit_window_seconds=900,
        house_rules=None,
    )
    async with database.transaction() as connection:
        await sites.add(connection, site)
    parents: list[UUID] = []
    for number, text in zip(range(300), sentences(seed=1), strict=False):
        # Two in three answer something, as in a lively thread.
        parent = parents[number // 3] if number % 3 else None
        new = NewComment(
            article_url=LONG_THREAD,
            article_key=None,
            text=text,
            parent_id=parent,
            author_name=f"Reader {number}",
        )
        parents.append((await submit_comment(world, new)).comment.id)
    await database.dispose()
    engine.close()
