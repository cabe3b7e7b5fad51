"""A word before posting: what a writer is told of a draft, and what is counted of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from httpx2 import AsyncClient
from starlette.types import ASGIApp

from fruitful.domain.policy import Category
from fruitful.moderation.pipeline import Engine
from fruitful.services.nudges import counted_lately
from fruitful.services.review_queue import overview
from fruitful.services.world import Limits, World
from fruitful.storage import comments, sites
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, open_site
from support.scripted import scripted_engine
from support.visitors import FAIR, Visitor


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def app(world: World) -> ASGIApp:
    await open_site(world)
    return create_app(world)


async def check(visitor: Visitor, text: str, **more: Any) -> dict[str, Any]:
    body = {"article_url": BRIDGE, "text": text, **more}
    response = await visitor.request("POST", "/api/v1/drafts/check", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize(
    ("text", "outcome", "categories"),
    [
        (FAIR, "publish", []),
        ("He is a [discourtesy 0.6] man.", "hold", ["discourtesy"]),
        ("He is a [discourtesy 1.0] man.", "return", ["discourtesy"]),
        ("Buy [spam 1.0] now.", "publish", []),
        ("Buy [spam 1.0] now, you [discourtesy 0.6].", "hold", ["discourtesy"]),
    ],
)
async def test_the_writer_is_told_of_every_rule_but_spam(
    app: ASGIApp, text: str, outcome: str, categories: list[str]
) -> None:
    answer = await check(Visitor(app), text)
    assert answer["outcome"] == outcome
    assert [reason["category"] for reason in answer["reasons"]] == categories
    for reason in answer["reasons"]:
        words = text[reason["start"] : reason["end"]]
        assert words.startswith("[discourtesy")


async def test_the_preview_shows_what_would_be_published(app: ASGIApp) -> None:
    answer = await check(Visitor(app), "It is *late*, and **dark**.")
    assert "<em>late</em>" in answer["html"]


async def test_nothing_of_a_draft_is_stored_but_one_count_however_often_it_is_looked_at(
    app: ASGIApp, world: World
) -> None:
    ada = Visitor(app)
    first = await check(ada, "He is a [discourtesy 0.6] man.")
    again = await check(ada, "He is a [discourtesy 0.6] old man.", token=first["token"])
    await check(ada, "He is late.", token=again["token"])
    async with world.database.reading() as connection:
        counts = await counted_lately(connection, world)
        thread = await ada.thread()
        own = await comments.owned_in_article(connection, thread["article"]["id"], world.new_id())
    assert (counts.shown, counts.mended, counts.posted_anyway) == (1, 0, 0)
    assert thread["total"] == 0
    assert own == []
    assert ada.token is None


@pytest.mark.parametrize(
    ("drafted", "sent", "mended", "posted_anyway"),
    [
        ("[discourtesy 0.6]", "He is late.", 1, 0),
        ("[discourtesy 1.0]", "He is a [discourtesy 0.6] man.", 1, 0),
        ("[discourtesy 0.6]", "He is a [discourtesy 0.6] man.", 0, 1),
        ("[discourtesy 0.6]", "He is a [discourtesy 1.0] man.", 0, 1),
        ("[discourtesy 0.6]", "Buy [spam 0.9] now.", 1, 0),
    ],
)
async def test_who_mends_their_text_is_counted_for_the_newsroom(
    app: ASGIApp, world: World, drafted: str, sent: str, mended: int, posted_anyway: int
) -> None:
    ada = Visitor(app)
    note = await check(ada, f"He is a {drafted} man.")
    for _ in range(2):
        await ada.write(sent, key="one", draft_token=note["token"])
    counts = (await overview(world)).nudges
    assert (counts.shown, counts.mended, counts.posted_anyway) == (1, mended, posted_anyway)


async def test_a_draft_that_grew_worse_and_was_mended_to_where_it_began_is_mended(
    app: ASGIApp, world: World
) -> None:
    ada = Visitor(app)
    mild = await check(ada, "He is a [discourtesy 0.6] man.")
    grave = await check(ada, "He is a [discourtesy 1.0] man.", token=mild["token"])
    await ada.write("He is a [discourtesy 0.6] man.", draft_token=grave["token"])
    counts = (await overview(world)).nudges
    assert (counts.shown, counts.mended) == (1, 1)


@pytest.mark.parametrize("token", ["", "x", "x.y", "é.é", "a" * 300, "AAAA.AAAA"])
async def test_a_token_that_is_not_ours_counts_for_nothing(
    app: ASGIApp, world: World, token: str
) -> None:
    ada = Visitor(app)
    assert (await ada.write(FAIR, draft_token=token)).status_code == 201
    counts = (await overview(world)).nudges
    assert (counts.shown, counts.mended, counts.posted_anyway) == (0, 0, 0)


async def test_a_site_may_do_without_notes_and_still_have_previews(
    app: ASGIApp, world: World
) -> None:
    async with world.database.transaction() as connection:
        site = await sites.by_slug(connection, "paper")
        assert site
        await sites.set_options(connection, site.id, replace(site.options, nudge=False))
    answer = await check(Visitor(app), "He is a *[discourtesy 0.6]* man.")
    assert (answer["outcome"], answer["reasons"], answer["token"]) == (None, [], None)
    assert "<em>" in answer["html"]


async def test_drafts_are_looked_at_so_often_and_no_oftener(app: ASGIApp, world: World) -> None:
    ada = Visitor(create_app(replace(world, limits=Limits(checks_per_minute=2))))
    for _ in range(2):
        await check(ada, FAIR)
    body = {"article_url": BRIDGE, "text": FAIR}
    refused = await ada.request("POST", "/api/v1/drafts/check", json=body)
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert (await ada.write(FAIR)).status_code == 201


async def test_without_javascript_a_preview_keeps_the_draft_and_names_the_rule(
    app: ASGIApp, client: AsyncClient, world: World
) -> None:
    thread = await client.get("/threads/by-url", params={"article_url": BRIDGE})
    address = thread.headers["location"]
    fields = {"text": "He is *a* [discourtesy 0.6] man.", "name": "Ada", "preview": "yes"}
    page = await client.post(f"{address}/comments", data=fields)
    assert page.status_code == 200
    assert "<em>a</em>" in page.text
    assert "He is *a* [discourtesy 0.6] man.</textarea>" in page.text
    assert 'value="Ada"' in page.text
    assert "a moderator will read it first" in page.text
    assert world.house_rules.rules[Category.DISCOURTESY].title in page.text
    assert "<mark>[discourtesy 0.6]</mark>" in page.text
    assert "Nobody has written here yet" in page.text
    assert (await overview(world)).nudges.shown == 1
