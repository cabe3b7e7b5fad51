"""``fruitful serve`` as a real process: it starts, it is hurt in every way, it loses nothing."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from httpx2 import AsyncClient, HTTPError

from fruitful.domain.conversation import Site
from fruitful.domain.identity import uuid7
from fruitful.storage import sites
from fruitful.storage.database import Database
from fruitful.storage.embedded import EmbeddedPostgres
from support.command import fruitful
from support.served import Server, open_page, serving
from support.waiting import until

ORIGIN = "https://gazette.example"
PAGE = f"{ORIGIN}/news/bridge"
GAZETTE = Site(
    id=uuid7(),
    slug="gazette",
    name="The Gazette",
    origins=(ORIGIN,),
    guests_allowed=True,
    edit_window_seconds=900,
    house_rules=None,
)


@pytest.fixture(scope="module")
async def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory in which a site is set up."""
    state_dir = tmp_path_factory.mktemp("state")
    async with serving("", state_dir, workers=1):
        database = Database(EmbeddedPostgres(state_dir).url)
        async with database.transaction() as connection:
            await sites.add(connection, GAZETTE)
        await database.dispose()
    return state_dir


@asynccontextmanager
async def served(state_dir: Path, workers: int = 1) -> AsyncIterator[Server]:
    async with serving("", state_dir, workers=workers) as server:
        yield server


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], check=True, capture_output=True)
    pairs = [line.split() for line in listing.stdout.splitlines()]
    parents = {int(child): int(parent) for child, parent in pairs}
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} | found
        if more == found:
            return found
        found = more


def alive(pids: set[int]) -> set[int]:
    """Those that run; a zombie does not."""
    listing = subprocess.run(["ps", "-eo", "pid=,stat="], check=True, capture_output=True)
    states = dict(line.split() for line in listing.stdout.decode().splitlines())
    return {pid for pid in pids if not states.get(str(pid), "Z").startswith("Z")}


def workers_of(server: Server) -> set[int]:
    listing = subprocess.run(["ps", "-eo", "pid=,args="], check=True, capture_output=True)
    lines = [line.split(maxsplit=1) for line in listing.stdout.decode().splitlines()]
    named = {int(pid) for pid, command in lines if "fruitful.cli.worker" in command}
    return named & family(server.process.pid)


async def post(client: AsyncClient, text: str) -> UUID | None:
    """Send a comment; its id when the server said that it was accepted."""
    response = await client.post(
        "/api/v1/comments",
        json={"article_url": PAGE, "text": text, "author": {"name": "Wanda"}},
        headers={"Idempotency-Key": str(uuid7())},
    )
    return UUID(response.json()["id"]) if response.status_code == 201 else None


def remarks() -> Iterator[str]:
    """Texts that have nothing in common but their grammar."""
    things = "The ferry|Our library|A new tram|Her bakery|That footpath|Last night's concert"
    doings = "opened late|needs more benches|surprised us all|was paid for twice|closes in June"
    whys = "because of the rain|as the council had promised|though nobody asked for it|again"
    for thing, doing, why in itertools.product(*(x.split("|") for x in (things, doings, whys))):
        yield f"{thing} {doing} {why}."


def stored(state_dir: Path) -> set[UUID]:
    with EmbeddedPostgres(state_dir) as postgres, psycopg.connect(postgres.url) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM comments").fetchall()}


async def test_kill_9_of_everything_loses_no_accepted_comment(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRUITFUL_COMMENTS_PER_MINUTE", "100000")
    monkeypatch.setenv("FRUITFUL_COMMENTS_PER_HOUR", "100000")
    accepted: list[UUID] = []
    texts = remarks()

    async def write_until_cut_off(server: Server) -> None:
        async with AsyncClient(base_url=server.url, timeout=60) as client:
            with suppress(HTTPError):
                for text in texts:
                    comment_id = await post(client, text)
                    if comment_id is not None:
                        accepted.append(comment_id)

    async with served(state_dir) as server:
        writers = [asyncio.create_task(write_until_cut_off(server)) for _ in range(3)]
        await until(lambda: len(accepted) >= 10)
        for pid in family(server.process.pid):
            # PostgreSQL's processes end by themselves as soon as their first is gone.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*writers)

    assert set(accepted) <= stored(state_dir)


async def test_a_killed_supervisor_leaves_no_process_behind(state_dir: Path) -> None:
    async with served(state_dir, workers=2) as server:
        everybody = family(server.process.pid)
        assert len(everybody) > 3

        server.process.kill()

        await until(lambda: not alive(everybody))


async def test_ctrl_c_leaves_no_process_behind_although_a_page_is_listening(
    state_dir: Path,
) -> None:
    async with served(state_dir) as server:
        async with AsyncClient(base_url=server.url) as client:
            found = await client.get("/api/v1/threads", params={"article_url": PAGE})
        article_id = UUID(found.json()["article"]["id"])
        async with open_page(server.url, article_id):
            everybody = family(server.process.pid)

            assert await server.stop() == 0

            assert not alive(everybody)


async def test_a_killed_worker_is_replaced(state_dir: Path) -> None:
    async with served(state_dir) as server:
        (first,) = workers_of(server)
        os.kill(first, signal.SIGKILL)
        await until(lambda: workers_of(server) not in ({first}, set()))

        await until(lambda: answers(server))


async def test_a_killed_database_comes_back_by_itself(state_dir: Path) -> None:
    async with served(state_dir) as server:
        pid_file = state_dir / "postgres/data/postmaster.pid"
        killed = int(pid_file.read_text().splitlines()[0])
        os.kill(killed, signal.SIGKILL)

        await until(lambda: not alive({killed}))
        await until(lambda: answers(server))


async def test_the_next_start_finds_the_conversation(state_dir: Path) -> None:
    async with served(state_dir) as server, AsyncClient(base_url=server.url) as client:
        comment_id = await post(client, "The first walk across the bridge was a windy one.")
    assert comment_id is not None

    async with served(state_dir):
        assert comment_id in stored(state_dir)


def test_a_port_in_use_is_told_in_one_line_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = fruitful("serve", "--port", str(taken.getsockname()[1]), state_dir=tmp_path)

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "cannot be used" in line
    assert "--port" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FRUITFUL_PORT", "eighty", "FRUITFUL_PORT: "),
        ("FRUITFUL_WORKERS", "0", "FRUITFUL_WORKERS: "),
        ("FRUITFUL_SECRET", "short", "FRUITFUL_SECRET: "),
        ("DATABASE_URL", "mysql://localhost/db", "begins with postgresql://"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/db", "the database cannot be read"),
        ("FRUITFUL_HOST", "no.such.host.invalid", "there is no address no.such.host.invalid"),
    ],
)
def test_a_setting_that_cannot_work_is_told_in_one_line(
    tmp_path: Path, variable: str, value: str, told: str
) -> None:
    result = fruitful("serve", state_dir=tmp_path, **{"FRUITFUL_PORT": "0", variable: value})

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert told in line


def test_house_rules_with_a_mistake_keep_the_server_from_starting(
    state_dir: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('version = "1"\n[rules.violense]\n')

    result = fruitful("serve", "--port", "0", state_dir=state_dir, FRUITFUL_HOUSE_RULES=str(rules))

    assert result.returncode == 1
    assert str(rules) in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_with_an_old_schema_is_left_alone_and_the_way_on_is_told(
    tmp_path: Path,
) -> None:
    with EmbeddedPostgres(tmp_path / "other") as other:
        result = fruitful("serve", "--port", "0", state_dir=tmp_path, DATABASE_URL=other.url)
        assert result.returncode == 1
        assert "fruitful db upgrade" in result.stderr

        upgraded = fruitful("db", "upgrade", state_dir=tmp_path, DATABASE_URL=other.url)
        assert "applied: 0001" in upgraded.stdout


async def answers(server: Server) -> bool:
    async with AsyncClient(base_url=server.url) as client:
        try:
            response = await client.get("/api/v1/threads", params={"article_url": PAGE})
        except HTTPError:
            return False
    return response.status_code == 200
