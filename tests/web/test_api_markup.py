"""Hostile markup: whatever is written, everything that the server sends of it is inert."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import Limits, World
from fruitful.web.app import create_app
from support.inert import active_parts, faults
from support.newsroom import open_site
from support.visitors import FAIR, Visitor

LIST = Path(__file__).parents[1] / "data" / "web" / "hostile_markup.txt"
HOSTILE = [
    line.replace("\\n", "\n")
    for line in LIST.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.fixture
async def ada(world: World) -> Visitor:
    """Writes past an engine that publishes everything, so that all of it is shown."""
    await open_site(world)
    limits = Limits(comments_per_minute=10_000, comments_per_hour=10_000)
    engine = Engine([CanaryDetector()], model="none")
    return Visitor(create_app(replace(world, engine=engine, limits=limits)))


async def test_nothing_in_the_list_survives_in_any_form_that_is_sent(ada: Visitor) -> None:
    assert len(HOSTILE) > 100
    for text in HOSTILE:
        answer = await ada.write(text)
        assert answer.status_code == 201, text
        assert faults(answer.json()["html"]) == [], text
    thread = await ada.thread(limit="500")
    assert thread["total"] == len(HOSTILE)
    for comment in thread["comments"]:
        assert faults(comment["html"]) == []
    article_id = thread["article"]["id"]
    page = await ada.get(f"/threads/{article_id}")
    section = await ada.get("/embed/thread", params={"article_id": article_id})
    for shown in (page, section):
        assert shown.status_code == 200
        assert active_parts(shown.text) == []
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_hostile_names_are_shown_as_letters(ada: Visitor) -> None:
    for name in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"):
        ada.name = name
        assert (await ada.write(FAIR)).status_code == 201
    thread = await ada.thread()
    assert {c["author"]["name"] for c in thread["comments"]} >= {"<script>alert(1)</script>"}
    page = await ada.get(f"/threads/{thread['article']['id']}")
    assert active_parts(page.text) == []
    assert "&lt;script&gt;" in page.text
    assert ">49<" not in page.text


async def test_json_cannot_be_taken_for_a_page(ada: Visitor) -> None:
    await ada.write("<script>alert(1)</script>")
    answer = await ada.get(
        "/api/v1/threads", params={"article_url": "https://paper.example/2026/bridge"}
    )
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert json.loads(answer.text)["total"] == 1


def test_the_judge_of_markup_is_no_fool() -> None:
    """The two parsers above must see what they are there to see."""
    assert faults("<p>fine <a href='https://x.example' rel='nofollow'>x</a></p>") == []
    for html in ("<b>x</b>", "<a href='javascript:x'>x</a>", "<p onclick=x>x</p>", "<!-- x -->"):
        assert faults(html)
    for page in (
        "<script>alert(1)</script>",
        "<p onclick=x>",
        "<a href=' javascript:x'>",
        "<iframe></iframe>",
        "<p style='x'>",
    ):
        assert active_parts(page)
    assert active_parts("<script src='/static/x.js' type='module'></script>") == []
