"""What operators and developers get: health, metrics, headers, the reference, one log line."""

from __future__ import annotations

import json
import re
from ipaddress import ip_network

import pytest
from httpx2 import ASGITransport, AsyncClient

from fruitful.config import load_settings
from fruitful.domain.policy import Outcome
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, canary, open_site
from support.visitors import FAIR, MORE_FAIR, Visitor


@pytest.fixture
async def ada(world: World) -> Visitor:
    await open_site(world)
    return Visitor(create_app(world))


async def test_a_sound_server_is_ready(ada: Visitor) -> None:
    assert (await ada.get("/healthz")).json() == {"status": "alive"}
    ready = await ada.get("/readyz")
    assert ready.status_code == 200
    checks = ready.json()["checks"]
    assert (checks["database"], checks["migrations"]) == ("ok", "current")


async def test_metrics_count_decisions_by_outcome_and_category_and_the_queue(
    ada: Visitor, world: World
) -> None:
    await ada.write(canary(world, Outcome.HOLD))
    await ada.write(canary(world, Outcome.RETURN))
    exposed = (await ada.get("/metrics")).text
    for line in (
        'fruitful_decisions_total{outcome="hold"} 1.0',
        'fruitful_decisions_total{outcome="return"} 1.0',
        'fruitful_decision_reasons_total{category="spam",outcome="return"} 1.0',
        "fruitful_queue_size 1.0",
        "fruitful_live_connections 0.0",
        'fruitful_http_requests_total{method="POST",route="/api/v1/comments",status="422"} 1.0',
    ):
        assert line in exposed


async def test_every_answer_has_an_id_and_strict_headers(ada: Visitor) -> None:
    for path in ("/healthz", "/api/v1/nothing", "/docs", "/openapi.json", "/nowhere"):
        answer = await ada.get(path)
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


async def test_the_reference_loads_nothing_from_anybody_else(ada: Visitor) -> None:
    page = await ada.get("/docs")
    assert page.status_code == 200
    assert "/api/v1/comments" in page.text
    assert "//" not in re.sub(r"https?://(testserver|example)[^\s\"<]*", "", _loaded(page.text))
    paths = (await ada.get("/openapi.json")).json()["paths"]
    assert {"/api/v1/comments", "/api/v1/threads", "/api/v1/score", "/api/v1/events"} <= set(paths)


def _loaded(page: str) -> str:
    return " ".join(re.findall(r"(?:src|href)=\"([^\"]*)\"", page))


async def test_a_link_to_nowhere_is_a_page_for_people(ada: Visitor) -> None:
    article_id = (await ada.thread())["article"]["id"]
    for path, status in (("/nowhere", 404), (f"/threads/{article_id}?sort=best", 422)):
        page = await ada.get(path, headers={"Accept": "text/html"})
        assert page.status_code == status
        assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert (await ada.get("/nowhere")).json()["code"] == "not_found"


async def test_one_log_line_a_request_without_text_address_or_mail(
    ada: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    await ada.write(FAIR, author={"name": "Ada Reader", "email": "ada@letters.example"})
    logged = capsys.readouterr().out
    assert logged.count("http.request") == 1
    assert "route=/api/v1/comments" in logged
    for secret in (FAIR, "letters.example", "Ada Reader", ada.address, str(ada.token), BRIDGE):
        assert secret not in logged


async def test_only_a_trusted_proxy_tells_who_the_client_is(world: World) -> None:
    await open_site(world)
    settings = load_settings(trusted_proxies=(ip_network("10.1.0.0/16"),))
    app = create_app(world, settings)

    async def status(peer: str, forwarded: str, text: str) -> int:
        transport = ASGITransport(app=app, client=(peer, 1))
        body = {"article_url": BRIDGE, "text": text, "author": {"name": "Ada"}}
        async with AsyncClient(transport=transport, base_url="http://testserver") as client:
            headers = {"X-Forwarded-For": forwarded}
            return (await client.post("/api/v1/comments", json=body, headers=headers)).status_code

    # Behind the proxy each client has a limit of its own, whatever it claims to have come through.
    for number, text in enumerate(MORE_FAIR[:8]):
        assert await status("10.1.0.1", f"1.1.1.1, 192.0.2.{number}", text) != 429
    # A stranger who claims to be many is one.
    codes = [await status("203.0.113.9", f"192.0.2.{n}", t) for n, t in enumerate(MORE_FAIR[:7])]
    assert codes[-1] == 429


async def test_a_problem_document_has_its_parts(ada: Visitor) -> None:
    answer = await ada.get("/api/v1/nothing")
    document = json.loads(answer.text)
    assert set(document) == {"type", "title", "status", "code", "detail"}
    assert (document["status"], document["title"]) == (404, "Not Found")
    assert answer.headers["cache-control"] == "no-store"
