"""A browser, the real server it talks to, and a newspaper on another origin."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from fruitful.moderation.pipeline import Engine
from fruitful.services.world import Limits, World, now
from support.browsing import AXE, FLAGS, OpenReader, Paper, opened
from support.scripted import scripted_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Finds what the text says it should find, so that each test chooses the outcome."""
    return scripted_engine()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            # Chromium refuses to be both root's and sandboxed.
            chromium_sandbox=os.geteuid() != 0,
            args=FLAGS,
        )
        yield browser
        await browser.close()


@pytest.fixture
async def paper(world: World) -> AsyncIterator[Paper]:
    world = replace(world, clock=now, limits=Limits(comments_per_minute=60))
    async with opened(world) as paper:
        yield paper


@pytest.fixture
async def reader(chromium: Browser, paper: Paper) -> AsyncIterator[OpenReader]:
    """Opens pages, each in a browser of somebody else; a page's script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    async def open_page(url: str = paper.story, **options: Any) -> Page:
        context = await chromium.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert errors == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return AXE.read_text(encoding="utf-8")
