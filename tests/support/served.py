"""A real server with real worker processes, and pages that listen to it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from httpx2 import AsyncClient

PATIENCE_SECONDS = 30.0

_ADDRESS = re.compile(r"serves (http://\S+)")


@dataclass
class Server:
    """``fruitful serve`` as an operator runs it."""

    process: asyncio.subprocess.Process
    url: str

    async def workers(self) -> dict[str, float]:
        """Open event streams of each worker process that answered; ask often to meet them all."""
        async with AsyncClient(base_url=self.url, verify=False) as client:
            text = (await client.get("/metrics")).text
        pid = re.search(r'fruitful_worker_info\{pid="(\d+)"\}', text)
        streams = re.search(r"^fruitful_live_connections (\S+)", text, re.MULTILINE)
        assert pid
        assert streams
        return {pid[1]: float(streams[1])}

    async def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does, and give its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), PATIENCE_SECONDS)


@asynccontextmanager
async def serving(database_url: str, state_dir: Path, *, workers: int) -> AsyncIterator[Server]:
    """Run the server on a free port until the block ends."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("fruitful"),
        "serve",
        "--port",
        "0",
        "--workers",
        str(workers),
        "--state-dir",
        str(state_dir),
        env={**os.environ, "DATABASE_URL": database_url, "FRUITFUL_LOG_FORMAT": "json"},
        stderr=asyncio.subprocess.PIPE,
    )
    said: list[str] = []
    output = asyncio.create_task(_take_down(process, said))
    try:
        await until(lambda: _ADDRESS.search("".join(said)) is not None or output.done())
        address = _ADDRESS.search("".join(said))
        assert address, "the server did not start:\n" + "".join(said)
        yield Server(process, address[1])
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await output


async def _take_down(process: asyncio.subprocess.Process, said: list[str]) -> None:
    assert process.stderr
    async for line in process.stderr:
        said.append(line.decode())


@dataclass
class OpenPage:
    """A page with the thread open, which hears of every change."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    has_ended: bool = False

    @property
    def kinds(self) -> list[str]:
        """What was heard of, in order."""
        return [data["kind"] for name, data in self.events if name == "thread"]


@asynccontextmanager
async def open_page(url: str, article_id: UUID) -> AsyncIterator[OpenPage]:
    """Listen from a connection of its own until the block ends."""
    page = OpenPage()
    listening = asyncio.create_task(_listen(url, article_id, page))
    try:
        await until(lambda: bool(page.events) or listening.done())
        if listening.done():
            listening.result()
        yield page
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _listen(url: str, article_id: UUID, page: OpenPage) -> None:
    async with (
        AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, verify=False) as client,
        client.stream("GET", f"/api/v1/events?article_id={article_id}") as response,
    ):
        assert response.status_code == 200
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                page.events.append((name, json.loads(line.removeprefix("data: "))))
    page.has_ended = True


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for the condition; fails when it does not come true in half a minute."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)
