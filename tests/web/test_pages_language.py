"""Whoever asks for a page in their language is led on in it, by links, forms and redirections."""

from __future__ import annotations

import re

import pytest
from httpx2 import AsyncClient

from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from support.newsroom import BRIDGE, Person, open_article, open_site
from support.scripted import scripted_engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


async def test_every_way_on_from_an_arabic_thread_stays_arabic(
    client: AsyncClient, world: World
) -> None:
    await open_site(world)
    await Person(world, "Ada").write("A remark about the bridge.")
    lead = await client.get("/threads/by-url", params={"article_url": BRIDGE, "lang": "ar"})
    assert lead.headers["location"].endswith("?lang=ar")

    page = await client.get(lead.headers["location"])

    assert '<html lang="ar" dir="rtl">' in page.text
    ways = re.findall(r'(?:href|action)="(/[^"]*)"', page.text)
    on_here = [way for way in ways if not way.startswith("/static/")]
    assert len(on_here) > 5
    assert [way for way in on_here if "lang=ar" not in way] == []


async def test_a_form_sent_in_arabic_is_answered_in_arabic(
    client: AsyncClient, world: World
) -> None:
    await open_site(world)
    article = await open_article(world)
    answer = await client.post(
        f"/threads/{article.id}/comments?lang=ar",
        data={"text": "A remark about the bridge.", "name": "Ada"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303
    before, _, fragment = answer.headers["location"].partition("#")
    assert "lang=ar" in before
    assert "lang" not in fragment


async def test_an_english_page_asks_for_no_language(client: AsyncClient, world: World) -> None:
    await open_site(world)
    article = await open_article(world)
    page = await client.get(f"/threads/{article.id}")
    assert "?lang=" not in page.text
    assert "&amp;lang=" not in page.text
