"""Comments over HTTP: what the writer is told, and who sees what."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from starlette.types import ASGIApp

from fruitful.domain.policy import Outcome
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.clock import AdjustableClock
from support.newsroom import BRIDGE, canary, open_site
from support.visitors import FAIR, MORE_FAIR, Visitor

OTHER = MORE_FAIR[0]


@pytest.fixture
async def app(world: World) -> ASGIApp:
    await open_site(world)
    return create_app(world)


@pytest.fixture
def ada(app: ASGIApp) -> Visitor:
    return Visitor(app, "Ada Reader")


@pytest.fixture
def ben(app: ASGIApp) -> Visitor:
    return Visitor(app, "Ben Walker")


async def test_a_fair_comment_is_published_and_everybody_reads_it(
    ada: Visitor, ben: Visitor
) -> None:
    answer = await ada.write(FAIR)
    assert answer.status_code == 201
    posted = answer.json()
    assert (posted["status"], posted["outcome"], posted["total"]) == ("published", "publish", 1)
    assert answer.headers["location"] == f"/comments/{posted['id']}"
    thread = await ben.thread()
    assert [c["html"] for c in thread["comments"]] == [f"<p>{FAIR}</p>"]
    assert thread["comments"][0]["author"] == {"name": "Ada Reader", "badge": None}
    assert thread["comments"][0]["url"] == f"http://testserver/comments/{posted['id']}"


async def test_a_held_comment_is_seen_by_its_writer_only_with_the_reason(
    ada: Visitor, ben: Visitor, world: World
) -> None:
    text = canary(world, Outcome.HOLD)
    answer = await ada.write(text)
    assert answer.status_code == 201
    assert answer.json()["status"] == "held"
    reason = answer.json()["reasons"][0]
    assert reason["outcome"] == "hold"
    assert text[reason["start"] : reason["end"]] == world.house_rules.canaries[Outcome.HOLD]
    own = (await ada.own())["comments"]
    assert [(c["status"], c["text"]) for c in own] == [("held", text)]
    assert own[0]["reasons"] == answer.json()["reasons"]
    assert (await ben.own())["comments"] == []
    assert (await ben.thread())["comments"] == []


async def test_a_returned_comment_comes_back_with_the_rule_and_the_words(
    ada: Visitor, ben: Visitor, world: World
) -> None:
    text = canary(world, Outcome.RETURN)
    answer = await ada.write(text)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    refusal = answer.json()
    assert (refusal["code"], refusal["outcome"]) == ("comment_returned", "return")
    reason = refusal["reasons"][0]
    assert text[reason["start"] : reason["end"]] == world.house_rules.canaries[Outcome.RETURN]
    assert [c["status"] for c in (await ada.own())["comments"]] == ["returned"]
    assert (await ben.thread())["total"] == 0


async def test_a_returned_comment_can_be_mended_and_is_published_then(
    ada: Visitor, ben: Visitor, world: World
) -> None:
    refusal = (await ada.write(canary(world, Outcome.RETURN))).json()
    mended = await ada.request(
        "PATCH", f"/api/v1/comments/{refusal['comment_id']}", json={"text": FAIR}
    )
    assert mended.status_code == 200
    assert mended.json()["status"] == "published"
    assert [c["html"] for c in (await ben.thread())["comments"]] == [f"<p>{FAIR}</p>"]


async def test_a_rejected_comment_says_so(ada: Visitor, world: World) -> None:
    refusal = (await ada.write(canary(world, Outcome.REJECT))).json()
    assert (refusal["code"], refusal["outcome"]) == ("comment_rejected", "reject")


async def test_replies_stand_beneath_what_they_answer(ada: Visitor, ben: Visitor) -> None:
    root = (await ada.write(FAIR)).json()["id"]
    await ben.reply(root, OTHER)
    thread = await ada.thread()
    assert thread["total"] == 2
    assert [r["html"] for r in thread["comments"][0]["replies"]] == [f"<p>{OTHER}</p>"]


async def test_only_the_writer_edits_and_deletes(ada: Visitor, ben: Visitor) -> None:
    path = f"/api/v1/comments/{(await ada.write(FAIR)).json()['id']}"
    await ben.write(OTHER)
    for method in ("PATCH", "DELETE"):
        body = {"json": {"text": OTHER}} if method == "PATCH" else {}
        refused = await ben.request(method, path, **body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (await ada.request("DELETE", path)).status_code == 204
    assert (await ben.thread())["total"] == 1


async def test_the_edit_window_closes(ada: Visitor, clock: AdjustableClock) -> None:
    path = f"/api/v1/comments/{(await ada.write(FAIR)).json()['id']}"
    clock.advance(timedelta(seconds=901))
    late = await ada.request("PATCH", path, json={"text": OTHER})
    assert (late.status_code, late.json()["code"]) == (409, "edit_window_closed")


async def test_a_retried_post_never_doubles_and_gives_the_same_answer(
    ada: Visitor, ben: Visitor
) -> None:
    first = await ada.write(FAIR, key="k-1")
    again = await ada.write(FAIR, key="k-1")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (await ben.thread())["total"] == 1


async def test_posts_retried_at_the_same_moment_never_double(app: ASGIApp) -> None:
    twins = [Visitor(app, address="10.9.9.9") for _ in range(5)]
    answers = await asyncio.gather(*(twin.write(FAIR, key="k-2") for twin in twins))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await twins[0].thread())["total"] == 1


async def test_a_key_used_for_another_text_is_refused(ada: Visitor) -> None:
    await ada.write(FAIR, key="k-3")
    other = await ada.write(OTHER, key="k-3")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_too_many_comments_are_slowed_down_with_a_time_to_wait(
    ada: Visitor, world: World
) -> None:
    for text in MORE_FAIR[: world.limits.comments_per_minute]:
        assert (await ada.write(text)).status_code == 201
    refused = await ada.write(FAIR)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["retry_after"] == int(refused.headers["retry-after"])


async def test_respect_is_counted_once_a_reader(ada: Visitor, ben: Visitor) -> None:
    path = f"/api/v1/comments/{(await ada.write(FAIR)).json()['id']}/respect"
    assert (await ben.request("POST", path)).json()["count"] == 1
    assert (await ben.request("POST", path)).json()["count"] == 1
    assert (await ada.request("POST", path)).status_code == 403
    assert (await ada.thread())["comments"][0]["respect_count"] == 1


async def test_a_report_is_acknowledged_and_counted_once(ada: Visitor, ben: Visitor) -> None:
    path = f"/api/v1/comments/{(await ada.write(FAIR)).json()['id']}/reports"
    first = await ben.request("POST", path, json={"category": "spam", "note": "An advert."})
    assert first.status_code == 202
    assert first.json()["is_new"] is True
    again = await ben.request("POST", path, json={"category": "spam"})
    assert (again.status_code, again.json()["is_new"]) == (202, False)
    assert (await ada.thread())["total"] == 1


async def test_an_article_is_found_by_either_name(ada: Visitor) -> None:
    await ada.write(FAIR)
    article = (await ada.thread())["article"]
    posted = await ada.request(
        "POST",
        "/api/v1/comments",
        json={"article_id": article["id"], "text": OTHER, "author": {"name": "Ada"}},
    )
    assert posted.json()["article_id"] == article["id"]
    tracked = await ada.get("/api/v1/threads", params={"article_url": f"{BRIDGE}/?utm_source=x"})
    assert tracked.json()["total"] == 2


async def test_a_cookie_from_another_sites_page_changes_nothing(ada: Visitor) -> None:
    path = f"/api/v1/comments/{(await ada.write(FAIR)).json()['id']}"
    cookie = {"Cookie": f"fruitful_reader={ada.token}"}
    stranger = Visitor(ada.app, origin=None)
    for sender in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        refused = await stranger.request("DELETE", path, headers={**cookie, **sender})
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_origin")
    own_page = {**cookie, "Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert (await stranger.request("DELETE", path, headers=own_page)).status_code == 204
