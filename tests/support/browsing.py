"""A newspaper on one origin, the comments' server on another, and a browser between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Locator, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from fruitful.config import Settings
from fruitful.domain.conversation import NewComment, Site, Submitted
from fruitful.services.submit_comment import submit_comment
from fruitful.services.world import World
from fruitful.storage import sites
from fruitful.web.app import create_app
from support.waiting import until

FLAGS = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

EMBED = """<script type="module" src="{server}/embed.js"></script>
<fruitful-comments></fruitful-comments>"""
"""The two lines, exactly as a publisher's developer adds them."""


@dataclass
class Paper:
    """A newspaper on an origin of its own, whose pages embed the comments of ``server``."""

    world: World
    server: str
    origin: str
    pages: dict[str, Response]

    @property
    def story(self) -> str:
        """The address of its only article."""
        return f"{self.origin}/story"

    def print(self, body: str, *, policy: str | None = None, path: str = "/story") -> str:
        """Put a page online; gives its address."""
        html = f"<!doctype html><html lang=en><title>A story</title>{body}"
        headers = {"Content-Security-Policy": policy} if policy else {}
        self.pages[path] = HTMLResponse(html, headers=headers)
        return self.origin + path

    async def comment(self, text: str, name: str = "Ada", **more: Any) -> Submitted:
        """Somebody's comment, sent from another device."""
        new = NewComment(
            article_url=self.story, article_key=None, text=text, author_name=name, **more
        )
        return await submit_comment(self.world, replace(new, address_hash=name))


OpenReader = Callable[..., Awaitable[Page]]
"""Opens a page in a browser of somebody else, with a browser context's options."""


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[int]:
    """Serve on a free port until the block ends; gives the port."""
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or task.done())
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Paper]:
    """The server and the newspaper, on two origins that are two sites to a browser."""
    pages: dict[str, Response] = {}

    async def page(request: Request) -> Response:
        return pages.get(request.url.path, Response(status_code=404))

    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(
            listening(Starlette(routes=[Route("/{path:path}", page)]))
        )
        inside = await stack.enter_async_context(listening(create_app(world, Settings())))
        paper = Paper(world, f"http://127.0.0.1:{inside}", f"http://localhost:{outside}", pages)
        async with world.database.transaction() as connection:
            await sites.add(
                connection,
                Site(
                    id=world.new_id(),
                    slug="paper",
                    name="The Paper",
                    origins=(paper.origin,),
                    guests_allowed=True,
                    edit_window_seconds=600,
                    house_rules=None,
                ),
            )
        paper.print(EMBED.format(server=paper.server))
        yield paper


def composer(page: Page | Locator) -> Locator:
    """The form for a comment on the article."""
    return page.locator("form#composer")


async def write(form: Locator, text: str, name: str | None = "Ada") -> None:
    """Fill a form in and send it."""
    await form.locator("textarea").fill(text)
    if name is not None:
        await form.get_by_label("Your name").fill(name)
    await form.locator("[data-send]").click()


def comment(page: Page, text: str) -> Locator:
    """The published comment that says so."""
    return page.locator("article.comment[data-id]", has_text=text)


async def violations(page: Page, axe: str) -> list[str]:
    """What axe finds in the section against WCAG 2.2 AA, one line for each."""
    # Evaluated, not added as a tag: a page's content security policy does not hold that up.
    await page.evaluate(axe)
    found = await page.evaluate(
        """async () => {
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            const where = document.querySelector("fruitful-comments, .fruitful");
            const { violations, passes } = await axe.run(where, { runOnly: tags });
            const tell = (node) => node.target.flat().join(" ") + " " + node.failureSummary;
            return [passes.length, violations.map((v) => [v.id, ...v.nodes.map(tell)].join("; "))];
        }"""
    )
    checks_passed, lines = found
    assert checks_passed > 10, "axe looked at nothing"
    return [str(line) for line in lines]


async def breaches(page: Page, axe: str) -> list[str]:
    """What axe finds on the whole page, one line for each rule."""
    await page.evaluate(axe)
    found: list[str] = await page.evaluate(
        """async () => (await axe.run()).violations.map(
            (v) => `${v.id}: ${v.nodes.map((node) => node.target.flat().join(" ")).join("; ")}`
        )"""
    )
    return found
