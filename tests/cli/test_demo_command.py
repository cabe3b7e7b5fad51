"""``fruitful demo`` from the first start to the second."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from fruitful.domain.identity import uuid7
from support.command import COMMAND

BUILT = Path(__file__).parents[2] / "src/fruitful/web/static/dist/embed.js"
pytestmark = pytest.mark.skipif(not BUILT.exists(), reason="the widget has not been built")


@asynccontextmanager
async def demo(state_dir: Path) -> AsyncIterator[str]:
    """Run the demo; gives all that it says until it serves. Ends it as Ctrl-C does."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        "demo",
        "--port",
        "0",
        "--state-dir",
        str(state_dir),
        # Another database that the developer has named must not be touched.
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/production"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    errors = asyncio.create_task(process.stderr.read())
    said = ""
    async with asyncio.timeout(120):
        while "Fruitful serves" not in said:
            line = await process.stdout.readline()
            assert line, (await errors).decode()
            said += line.decode()
    try:
        yield said
    finally:
        process.send_signal(2)
        assert await asyncio.wait_for(process.wait(), 60) == 0
        await errors


async def test_the_second_start_finds_the_conversation_where_the_first_left_it(
    tmp_path: Path,
) -> None:
    async with demo(tmp_path) as said:
        login = re.search(r"sign in as (\S+) with the password (\S+)", said)
        async with newspaper(said) as paper:
            assert (await paper.get("/")).status_code == 200
            before = await total(paper)
            assert before >= 40
            text = "My grandmother walked this quay to school, and I would like it quiet again."
            posted = await paper.post(
                "/api/v1/comments",
                json={"article_url": article(paper), "text": text, "author": {"name": "Wanda"}},
                headers={"Idempotency-Key": str(uuid7())},
            )
            assert posted.status_code == 201
            after = await total(paper)

    async with demo(tmp_path) as said:
        assert re.search(r"sign in as (\S+) with the password (\S+)", said) is not None
        assert login
        assert login[0] in said
        async with newspaper(said) as paper:
            assert await total(paper) == after


@asynccontextmanager
async def newspaper(said: str) -> AsyncIterator[AsyncClient]:
    address = re.search(r"The newspaper\s+(http://[^/\s]+)", said)
    assert address
    async with AsyncClient(base_url=address[1], timeout=60) as client:
        yield client


def article(paper: AsyncClient) -> str:
    return f"{str(paper.base_url).rstrip('/')}/articles/quay-street"


async def total(paper: AsyncClient) -> int:
    answer = await paper.get("/api/v1/threads", params={"article_url": article(paper)})
    return int(answer.json()["total"])
