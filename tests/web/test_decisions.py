"""What a writer reads of a decision and how they contest it, as HTTP: by program and by page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from starlette.types import ASGIApp

from fruitful.domain.conversation import Article
from fruitful.domain.policy import Category
from fruitful.domain.site_options import SiteOptions
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import Limits, World
from fruitful.storage import sites
from fruitful.web.app import create_app
from support.desk import Desk, four_strangers_report, open_desk
from support.newsroom import BRIDGE, open_article, open_site
from support.scripted import scripted_engine
from support.visitors import FAIR, Visitor

SERVER = "http://testserver"
RUDE = "What a pack of them [discourtesy 0.95]."
HEATED = "The council should be ashamed of itself [discourtesy 0.6]."
WORDS = "I meant the plan and not the people who drew it."


@pytest.fixture(scope="session")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
def world(world: World) -> World:
    return replace(world, limits=Limits(comments_per_minute=100))


@pytest.fixture
async def article(world: World) -> Article:
    site = await open_site(world)
    options = SiteOptions(contact="desk@paper.example")
    async with world.database.transaction() as connection:
        await sites.set_options(connection, site.id, options)
    return await open_article(world)


@pytest.fixture
def app(world: World, article: Article) -> ASGIApp:
    return create_app(world)


@pytest.fixture
def ada(app: ASGIApp) -> Visitor:
    return Visitor(app)


@pytest.fixture
async def desk(world: World, article: Article) -> Desk:
    return await open_desk(world)


async def statement(ada: Visitor, decision_id: str) -> dict[str, Any]:
    response = await ada.get(f"/api/v1/decisions/{decision_id}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def links_of(ada: Visitor, article: Article) -> list[str]:
    """The private links in what the widget shows to Ada alone: her decision, then all she wrote."""
    fragment = (await ada.get("/embed/me", params={"article_id": str(article.id)})).text
    found = re.findall(r'href="([^"]+/(?:decisions|me|comments)[^"]*)"', fragment)
    links = dict.fromkeys(link.replace("&amp;", "&") for link in found)
    return sorted(links, key=lambda link: "/me?" in link)


async def test_the_writer_reads_the_rule_the_words_and_that_a_machine_decided(
    ada: Visitor, world: World
) -> None:
    returned = (await ada.write(RUDE)).json()
    told = await statement(ada, returned["decision_id"])
    rule = world.house_rules.rules[Category.DISCOURTESY]
    (ground,) = told["grounds"]
    assert (ground["rule"], ground["explanation"]) == (rule.title, rule.explanation)
    (span,) = ground["spans"]
    assert RUDE[span["start"] : span["end"]] == "[discourtesy 0.95]"
    assert told["text"] == RUDE
    assert (told["source"], told["automated_detection"], told["automated_decision"]) == (
        "own_initiative",
        True,
        "fully",
    )
    assert (told["model"], told["house_rules"]) == ("scripted/1", world.house_rules.version)
    assert told["contest"] == {"here": True, "why_not": None, "contact": "desk@paper.example"}
    assert told["transparency"]["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert told["transparency"]["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    assert RUDE not in str(told["transparency"])


async def test_what_readers_took_down_says_so_and_marks_what_the_engine_had_seen(
    ada: Visitor, world: World, desk: Desk
) -> None:
    comment = (await ada.write(FAIR)).json()
    await four_strangers_report(world, comment["id"])
    (own,) = (await ada.get("/api/v1/me/comments")).json()["comments"]
    told = await statement(ada, own["decision_id"])
    assert own["state"] == "held"
    assert (told["source"], told["automated_detection"], told["automated_decision"]) == (
        "reports",
        False,
        "partially",
    )
    assert told["transparency"]["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"
    assert told["contest"]["here"]

    await desk.reject(comment["id"], category=Category.DISCOURTESY)
    (own,) = (await ada.get("/api/v1/me/comments")).json()["comments"]
    told = await statement(ada, own["decision_id"])
    assert (told["source"], told["automated_decision"]) == ("reports", "not")


async def test_a_moderators_decision_shows_the_words_that_the_engine_marked_under_that_rule(
    ada: Visitor, desk: Desk
) -> None:
    comment = (await ada.write(HEATED)).json()
    await desk.reject(comment["id"])
    (own,) = (await ada.get("/api/v1/me/comments")).json()["comments"]
    told = await statement(ada, own["decision_id"])
    (span,) = told["grounds"][0]["spans"]
    assert HEATED[span["start"] : span["end"]] == "[discourtesy 0.6]"
    assert (told["automated_detection"], told["automated_decision"]) == (True, "not")


async def test_a_statement_is_for_the_writer_only(ada: Visitor, app: ASGIApp) -> None:
    decision_id = (await ada.write(RUDE)).json()["decision_id"]
    eve = Visitor(app, name="Eve")
    await eve.write("Swallows nest beneath the arches.")
    for stranger in (eve, Visitor(app)):
        for path in (f"/api/v1/decisions/{decision_id}", f"/api/v1/decisions/{uuid4()}"):
            response = await stranger.get(path)
            assert (response.status_code, response.json()["code"]) == (404, "unknown_decision")
        sent = await stranger.request(
            "POST", f"/api/v1/decisions/{decision_id}/appeals", json={"text": WORDS}
        )
        assert sent.status_code == 404
        page = await stranger.get(f"/decisions/{decision_id}?key={'0' * 32}")
        assert page.status_code == 404
        assert RUDE not in page.text
    assert (await Visitor(app).get("/api/v1/me/comments")).status_code == 401


async def test_an_appeal_is_made_and_answered_by_program(ada: Visitor, desk: Desk) -> None:
    decision_id = (await ada.write(RUDE)).json()["decision_id"]
    path = f"/api/v1/decisions/{decision_id}/appeals"
    short = await ada.request("POST", path, json={"text": "No."})
    assert (short.status_code, short.json()["code"]) == (422, "invalid_appeal")
    made = await ada.request("POST", path, json={"text": WORDS})
    assert (made.status_code, made.json()["state"]) == (201, "open")
    again = await ada.request("POST", path, json={"text": WORDS})
    assert (again.status_code, again.json()["code"]) == (409, "already_appealed")
    told = await statement(ada, decision_id)
    assert told["appeal"]["id"] == made.json()["id"]
    assert told["contest"]["here"] is False

    published = (await ada.write(FAIR)).json()
    refused = await ada.request(
        "POST", f"/api/v1/decisions/{published['decision_id']}/appeals", json={"text": WORDS}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "not_appealable")


async def test_the_widgets_link_opens_the_page_in_a_browser_that_knows_nobody(
    ada: Visitor, article: Article, client: AsyncClient
) -> None:
    await ada.write(RUDE)
    decision_link, own_link = await links_of(ada, article)
    assert decision_link.startswith(f"{SERVER}/decisions/")
    page = await client.get(decision_link)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "private, no-store"
    assert "<mark>[discourtesy 0.95]</mark>" in page.text
    assert 'href="mailto:desk@paper.example"' in page.text
    assert "<script" not in page.text

    listed = await client.get(own_link)
    assert "Returned to you" in listed.text
    assert RUDE in listed.text
    forged = own_link.replace("pass=", "pass=1")
    assert RUDE not in (await client.get(forged)).text


async def test_a_pass_to_all_of_a_readers_comments_runs_out_after_a_day(
    ada: Visitor, article: Article, client: AsyncClient, clock: Any
) -> None:
    await ada.write(RUDE)
    _, own_link = await links_of(ada, article)
    clock.advance(timedelta(hours=25))
    assert RUDE not in (await client.get(own_link)).text


async def test_an_appeal_is_made_with_a_plain_form(
    ada: Visitor, article: Article, client: AsyncClient
) -> None:
    await ada.write(RUDE)
    link, _ = await links_of(ada, article)
    page = (await client.get(link)).text
    path = re.search(r'action="(/decisions/[^"]+/appeals)"', page)
    key = re.search(r'name="key" value="(\w+)"', page)
    assert path is not None
    assert key is not None
    form = {"key": key[1], "text": "No."}
    headers = {"Origin": SERVER}
    short = await client.post(path[1], data=form, headers=headers)
    assert short.status_code == 422
    assert "10 to 2,000 characters" in short.text
    assert ">No.</textarea>" in short.text
    foreign = await client.post(path[1], data=form, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403

    sent = await client.post(path[1], data={**form, "text": WORDS}, headers=headers)
    assert sent.status_code == 303
    done = (await client.get(sent.headers["location"])).text
    assert "A moderator will read your words and answer" in done
    assert WORDS in done
    assert "<form" not in done


async def test_a_notice_about_ones_comment_leads_to_the_decision(
    ada: Visitor, article: Article, desk: Desk, client: AsyncClient
) -> None:
    comment = (await ada.write(FAIR)).json()
    await desk.reject(comment["id"], category=Category.SPAM)
    link = next(one for one in await links_of(ada, article) if "/comments/" in one)
    page = await client.get(link, follow_redirects=True)
    assert page.status_code == 200
    assert "A person: a moderator of this site." in page.text


async def test_nothing_that_a_writer_types_becomes_markup_here(
    ada: Visitor, article: Article, client: AsyncClient
) -> None:
    await ada.write(f"<script>alert(1)</script> {RUDE}")
    link, own_link = await links_of(ada, article)
    decision_id = re.search(r"decisions/([0-9a-f-]+)", link)
    assert decision_id is not None
    path = f"/api/v1/decisions/{decision_id[1]}/appeals"
    await ada.request("POST", path, json={"text": "<img src=x onerror=alert(2)>"})
    for address in (link, own_link):
        page = (await client.get(address)).text
        assert "<script" not in page
        assert "<img" not in page


async def test_the_list_says_where_everything_stands_newest_first(ada: Visitor, clock: Any) -> None:
    for text in (FAIR, HEATED, RUDE):
        clock.advance(timedelta(minutes=1))
        await ada.write(text)
    comments = (await ada.get("/api/v1/me/comments")).json()["comments"]
    assert [one["state"] for one in comments] == ["returned", "held", "published"]
    assert {one["article_url"] for one in comments} == {BRIDGE}


async def test_a_reader_is_told_how_they_stand_and_why(
    ada: Visitor, article: Article, client: AsyncClient, app: ASGIApp
) -> None:
    await ada.write(FAIR)
    await ada.write(RUDE)
    told = (await ada.get("/api/v1/me/standing")).json()
    assert (told["published"], told["rejected"]) == (1, 0)
    assert 0.25 < told["standing"] < 0.4
    _, own_link = await links_of(ada, article)
    page = (await client.get(own_link)).text
    assert "1 comment of yours is published, which adds to it." in page
    assert "The rules are the same for all." in page
    assert (await Visitor(app).get("/api/v1/me/standing")).status_code == 401
