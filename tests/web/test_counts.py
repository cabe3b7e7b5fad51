"""How many comments an index page tells of."""

from __future__ import annotations

from httpx2 import AsyncClient

from fruitful.domain.policy import Outcome
from fruitful.services.world import World
from support.newsroom import BRIDGE, ORIGIN, Person, canary, open_site

FERRY = f"{ORIGIN}/2026/ferry"


async def test_many_articles_are_counted_in_one_request_in_the_order_asked(
    world: World, client: AsyncClient
) -> None:
    await open_site(world)
    ada = Person(world, "Ada")
    await ada.write("The towers are the best part of it.")
    await ada.write("The lamps are, if you ask me.")
    await ada.write(canary(world, Outcome.HOLD))
    await ada.write("I shall miss the ferries.", url=FERRY)
    nobody = f"{ORIGIN}/2026/nobody-wrote-here"
    asked = [FERRY, f"{BRIDGE}/?utm_source=letter", nobody, "https://elsewhere.example/", "x"]
    response = await client.get(
        "/api/v1/counts", params={"article_url": asked, "lang": "en"}, headers={"Origin": ORIGIN}
    )
    counts = response.json()["counts"]
    assert list(counts.items()) == list(zip(asked, [1, 2, 0, 0, 0], strict=True))
    texts = response.json()["texts"]
    assert [texts[url] for url in asked[:3]] == ["1 comment", "2 comments", "0 comments"]
    assert response.headers["access-control-allow-origin"] == ORIGIN


async def test_counts_may_be_kept_by_anybody_and_are_asked_for_again_cheaply(
    world: World, client: AsyncClient
) -> None:
    await open_site(world)
    first = await client.get("/api/v1/counts", params={"article_url": BRIDGE})
    assert "public" in first.headers["cache-control"]
    again = await client.get(
        "/api/v1/counts",
        params={"article_url": BRIDGE},
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert again.status_code == 304


async def test_counting_makes_no_article(world: World, client: AsyncClient) -> None:
    await open_site(world)
    await client.get("/api/v1/counts", params={"article_url": BRIDGE})
    page = await client.get("/threads/by-url", params={"article_id": "bridge", "site": "paper"})
    assert page.status_code == 404


async def test_more_than_a_hundred_articles_are_too_many(client: AsyncClient) -> None:
    asked = [f"{ORIGIN}/{number}" for number in range(101)]
    response = await client.get("/api/v1/counts", params={"article_url": asked})
    assert response.json()["code"] == "invalid_request"


async def test_the_count_script_may_run_on_any_page(client: AsyncClient) -> None:
    response = await client.get("/count.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
