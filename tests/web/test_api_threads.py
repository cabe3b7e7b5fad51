"""Reading a thread: validators, caches, pages and what other origins may see."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp

from fruitful.services.world import World
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, ORIGIN, open_site
from support.visitors import FAIR, MORE_FAIR, Visitor

THREAD = "/api/v1/threads"


@pytest.fixture
async def ada(world: World) -> Visitor:
    await open_site(world)
    return Visitor(create_app(world))


@pytest.fixture
def app(ada: Visitor) -> ASGIApp:
    return ada.app


async def test_an_unchanged_thread_is_not_sent_again(ada: Visitor) -> None:
    await ada.write(FAIR)
    first = await ada.get(THREAD, params={"article_url": BRIDGE})
    etag = first.headers["etag"]
    assert etag.startswith('"')
    known = {"If-None-Match": etag}
    again = await ada.get(THREAD, params={"article_url": BRIDGE}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    await ada.write(MORE_FAIR[0])
    changed = await ada.get(THREAD, params={"article_url": BRIDGE}, headers=known)
    assert changed.status_code == 200
    assert changed.json()["total"] == 2


async def test_every_encoding_has_a_validator_of_its_own(ada: Visitor) -> None:
    for text in MORE_FAIR[:5]:
        await ada.write(text)
    query = {"article_url": BRIDGE}
    plain = await ada.get(THREAD, params=query, headers={"Accept-Encoding": "identity"})
    packed = await ada.get(THREAD, params=query, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]


async def test_a_thread_may_be_shared_because_nothing_in_it_is_personal(ada: Visitor) -> None:
    await ada.write(FAIR)
    stranger = Visitor(ada.app, "Ben Walker")
    query = {"article_url": BRIDGE}
    mine, theirs = await ada.get(THREAD, params=query), await stranger.get(THREAD, params=query)
    assert "public" in mine.headers["cache-control"]
    assert "s-maxage" in mine.headers["cache-control"]
    assert "set-cookie" not in mine.headers
    assert mine.content == theirs.content


async def test_own_comments_are_never_shared(ada: Visitor) -> None:
    article_id = (await ada.thread())["article"]["id"]
    own = await ada.get("/api/v1/me", params={"article_id": article_id})
    assert own.headers["cache-control"] == "private, no-store"


async def test_long_threads_come_in_pages(ada: Visitor) -> None:
    for text in MORE_FAIR[:5]:
        await ada.write(text)
    first = await ada.thread(limit="2", sort="oldest")
    assert len(first["comments"]) == 2
    second = await ada.thread(limit="2", sort="oldest", cursor=first["next_cursor"])
    third = await ada.thread(limit="2", sort="oldest", cursor=second["next_cursor"])
    ids = [c["id"] for page in (first, second, third) for c in page["comments"]]
    assert len(set(ids)) == 5
    assert third["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["made-up", "W10", "eyJhIjogMX0", "💥"])
async def test_a_cursor_made_up_is_refused(ada: Visitor, cursor: str) -> None:
    answer = await ada.get(THREAD, params={"article_url": BRIDGE, "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_an_article_on_an_origin_that_is_no_sites_is_unknown(ada: Visitor) -> None:
    answer = await ada.get(THREAD, params={"article_url": "https://elsewhere.example/a"})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_article")


async def test_pages_of_a_site_may_read_answers_and_others_may_not(app: ASGIApp) -> None:
    query = {"article_url": BRIDGE}
    served = await Visitor(app).get(THREAD, params=query)
    assert served.headers["access-control-allow-origin"] == ORIGIN
    assert "ETag" in served.headers["access-control-expose-headers"]
    assert "Origin" in served.headers["vary"]
    assert "access-control-allow-credentials" not in served.headers
    other = await Visitor(app, origin="https://elsewhere.example").get(THREAD, params=query)
    assert "access-control-allow-origin" not in other.headers
    assert "Origin" in other.headers["vary"]


async def test_errors_can_be_read_by_pages_of_a_site_too(ada: Visitor) -> None:
    refused = await ada.write("")
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == ORIGIN


async def test_a_browser_may_ask_first(app: ASGIApp) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x"}
    allowed = await Visitor(app).request("OPTIONS", "/api/v1/comments", headers=asks)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    for name in ("Authorization", "Content-Type", "Idempotency-Key"):
        assert name in allowed.headers["access-control-allow-headers"]
    stranger = Visitor(app, origin="https://elsewhere.example")
    refused = await stranger.request("OPTIONS", "/api/v1/comments", headers=asks)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


async def test_a_links_host_in_a_shared_answer_is_that_of_the_request(ada: Visitor) -> None:
    await ada.write(FAIR)
    forged = {"Host": "elsewhere.example"}
    await ada.get(THREAD, params={"article_url": BRIDGE}, headers=forged)
    assert (await ada.thread())["comments"][0]["url"].startswith("http://testserver/")
