"""Hostile markup: whatever is written, everything that the server sends of it is inert."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fruitful.domain.policy import Outcome
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.moderators import SignIn, add_moderator, sign_in
from fruitful.services.world import Limits, World
from fruitful.web.app import create_app
from fruitful.web.requests import MODERATOR_COOKIE
from support.inert import active_parts, faults
from support.newsroom import canary, open_site
from support.visitors import FAIR, Visitor

LIST = Path(__file__).parents[1] / "data" / "web" / "hostile_markup.txt"
HOSTILE = [
    line.replace("\\n", "\n")
    for line in LIST.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.fixture
async def lenient(world: World) -> World:
    """Publishes everything but canaries, so that all of it is shown."""
    await open_site(world)
    limits = Limits(comments_per_minute=10_000, comments_per_hour=10_000)
    engine = Engine([CanaryDetector()], model="none")
    return replace(world, engine=engine, limits=limits)


@pytest.fixture
def ada(lenient: World) -> Visitor:
    return Visitor(create_app(lenient))


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


async def test_what_is_held_is_inert_for_its_writer_and_in_the_newsroom(
    ada: Visitor, lenient: World
) -> None:
    await add_moderator(lenient, "Mo Derator", "mo@paper.example", "correct horse battery")
    attempt = SignIn(
        email="mo@paper.example", password="correct horse battery", address_hash="0" * 32
    )
    cookie = {"Cookie": f"{MODERATOR_COOKIE}={(await sign_in(lenient, attempt)).token}"}
    for text in HOSTILE:
        held = (await ada.write(f"{text}\n\n{canary(lenient, Outcome.HOLD)}")).json()
        assert held["status"] == "held", text
    article_id = (await ada.thread())["article"]["id"]
    own = await ada.get("/embed/me", params={"article_id": article_id})
    queue = await ada.get("/newsroom", headers=cookie)
    for shown in (own, queue):
        assert shown.status_code == 200
        assert "alert(1)" in shown.text
        assert active_parts(shown.text) == []


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
