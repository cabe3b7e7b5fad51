"""When the server cannot save anything for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from fruitful.services.world import World, now
from fruitful.storage.database import Database
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import upgrade
from support.browsing import OpenReader, Paper, comment, composer, opened, write
from support.postgres import UNSAFE_BUT_FAST

OUTAGE_SECONDS = 10


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, which it may take away."""
    server = EmbeddedPostgres(tmp_path, database="fruitful", settings=UNSAFE_BUT_FAST)
    upgrade(server.start())
    yield server
    server.stop()


@pytest.fixture
async def paper(postgres: EmbeddedPostgres, world: World) -> AsyncIterator[Paper]:
    database = Database(postgres.cluster.url("fruitful"))
    async with opened(replace(world, database=database, clock=now)) as paper:
        yield paper
    await database.dispose()


async def test_ten_seconds_without_database_keep_the_draft_and_send_it_once(
    paper: Paper, reader: OpenReader, postgres: EmbeddedPostgres
) -> None:
    page = await reader()
    plain = await reader(
        f"{paper.server}/threads/by-url?article_url={paper.story}", java_script_enabled=False
    )
    await expect(composer(page)).to_be_visible()
    await asyncio.to_thread(postgres.stop)
    outage = asyncio.create_task(asyncio.sleep(OUTAGE_SECONDS))

    await write(composer(page), "A remark about the bridge.")
    problem = composer(page).locator("[data-problem]")
    await expect(problem).to_contain_text("Your draft is kept")
    await expect(composer(page).locator("textarea")).to_have_value("A remark about the bridge.")

    # Without JavaScript the answer itself carries the draft, and a button to try again.
    await write(composer(plain), "Another about the ferry.", "Ben")
    await expect(plain.get_by_role("heading", name="Your draft is kept")).to_be_visible()
    await expect(plain.locator("textarea")).to_have_value("Another about the ferry.")

    await outage
    await asyncio.to_thread(postgres.start)
    await expect(comment(page, "A remark about the bridge.")).to_be_visible(timeout=40_000)
    await expect(problem).to_be_hidden()
    await plain.get_by_role("button", name="Try again").click()
    await expect(comment(plain, "Another about the ferry.")).to_be_visible()
    await expect(plain.locator("[data-count]")).to_have_text("2")


async def test_a_draft_outlives_a_reload_while_the_server_is_away(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await page.context.route(f"{paper.server}/api/**", lambda route: route.abort())
    await write(composer(page), "A remark about the bridge.")
    await expect(composer(page).locator("[data-problem]")).to_be_visible()
    await page.context.unroute_all()
    await page.reload()
    await expect(composer(page).locator("textarea")).to_have_value("A remark about the bridge.")
    await composer(page).locator("[data-send]").click()
    await expect(comment(page, "A remark about the bridge.")).to_be_visible()


async def test_a_comment_that_was_taken_is_not_sent_again_when_its_fetching_fails(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await page.context.route(f"{paper.server}/embed/comments/**", lambda route: route.abort())
    await write(composer(page), "A remark about the bridge.")
    await expect(page.locator("[data-live]")).to_have_text("Your comment is published.")
    await expect(composer(page).locator("[data-problem]")).to_be_hidden()
    await expect(composer(page).locator("textarea")).to_have_value("")
    await expect(page.locator("[data-count]")).to_have_text("1")
