"""What a writer who speaks of ending their own life is told, through the API and on the page."""

from __future__ import annotations

import pytest
from httpx2 import AsyncClient

from fruitful.domain.site_options import CRISIS_HELP
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.detectors.crisis import CrisisDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.publish_sites import set_site_options
from fruitful.services.world import World
from support.newsroom import BRIDGE, ORIGIN, open_article, open_site

IN_DANGER = "I have no reason to live and I am going to end my life tonight."


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Knows such words, and canaries."""
    return Engine([CrisisDetector(), CanaryDetector()], model="scripted")


async def write(client: AsyncClient, text: str) -> dict[str, object]:
    answer = await client.post(
        "/api/v1/comments",
        json={"article_url": BRIDGE, "text": text, "author": {"name": "Ada"}},
        headers={"Origin": ORIGIN},
    )
    assert answer.status_code == 201
    posted: dict[str, object] = answer.json()
    return posted


async def test_the_writer_is_held_and_told_where_help_is(client: AsyncClient, world: World) -> None:
    await open_site(world)
    posted = await write(client, IN_DANGER)
    assert (posted["status"], posted["help"]) == ("held", CRISIS_HELP)


async def test_nobody_else_is_told(client: AsyncClient, world: World) -> None:
    await open_site(world)
    posted = await write(client, "A remark about the bridge.")
    assert (posted["status"], posted["help"]) == ("published", None)


async def test_a_site_names_the_lines_of_its_country(client: AsyncClient, world: World) -> None:
    site = await open_site(world)
    await set_site_options(world, site.slug, {"crisis_help": "Call 116 123, day and night."})
    assert (await write(client, IN_DANGER))["help"] == "Call 116 123, day and night."


async def test_the_page_says_so_above_the_comment_that_waits(
    client: AsyncClient, world: World
) -> None:
    await open_site(world)
    article = await open_article(world)
    fields = {"text": IN_DANGER, "name": "Ada"}
    answer = await client.post(
        f"/threads/{article.id}/comments", data=fields, headers={"Origin": "http://testserver"}
    )
    page = answer if answer.status_code == 200 else await client.get(answer.headers["location"])
    assert "findahelpline.com" in page.text
    assert "You are not alone." in page.text
