"""Everything that can be wrong with a request: a code of its own, and nothing lost or shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response

from fruitful.domain.errors import DomainError
from fruitful.domain.identity import uuid7
from fruitful.services.world import World
from fruitful.storage import articles
from fruitful.web.app import create_app
from support.newsroom import BRIDGE, ORIGIN, open_article, open_site
from support.visitors import FAIR, Visitor

COMMENTS = "/api/v1/comments"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def ada(world: World) -> Visitor:
    await open_site(world)
    return Visitor(create_app(world))


async def post_raw(visitor: Visitor, body: bytes, **headers: str) -> Response:
    return await visitor.request("POST", COMMENTS, content=body, headers={**JSON, **headers})


def posted(text: str = FAIR, **more: Any) -> bytes:
    body = {"article_url": BRIDGE, "text": text, "author": {"name": "Ada"}, **more}
    return json.dumps(body).encode()


def assert_problem(response: Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_comment"),
        (" \n\t ", "empty_comment"),
        ("\u200b\u2060\ufeff", "empty_comment"),
        ("a" * 100_000, "comment_too_long"),
        ("before\0after", "unreadable_text"),
        ("a lone \ud83d surrogate", "unreadable_text"),
    ],
    ids=["empty", "blank", "invisible", "100 kB", "NUL", "lone surrogate"],
)
async def test_a_text_that_cannot_be_a_comment(ada: Visitor, text: str, code: str) -> None:
    assert_problem(await post_raw(ada, posted(text)), 422, code)
    assert (await ada.thread())["total"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "empty_body"),
        (b'{"text": "cut', 400, "malformed_json"),
        (b'{"text": NaN}', 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b'{"text": ' + b"9" * 5_000 + b"}", 400, "malformed_json"),
        (b'{"text": "\xff\xfe"}', 400, "invalid_utf8"),
        (b'"just a string"', 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (posted(text=7), 422, "invalid_request"),  # type: ignore[arg-type]
        (posted(author="Ada"), 422, "invalid_request"),
        (posted(parent_id="not-an-id"), 422, "invalid_request"),
        (json.dumps({"text": FAIR}).encode(), 422, "invalid_request"),
        (json.dumps({"article_url": BRIDGE}).encode(), 422, "invalid_request"),
        (posted(author={}), 422, "invalid_name"),
        (posted(author={"name": "n" * 61}), 422, "invalid_name"),
        (posted(author={"name": "Ada", "email": "nowhere"}), 422, "invalid_email"),
        (posted(author={"name": "A\0da"}), 422, "unreadable_text"),
        (b'{"\\ud800": 1, "text": "x", "article_url": "x"}', 422, "unreadable_text"),
        (posted(article_url="https://elsewhere.example/2026/bridge"), 404, "unknown_article"),
        (posted(article_url="javascript:alert(1)"), 404, "unknown_article"),
        (posted(article_url=f"{ORIGIN}:0/x"), 404, "unknown_article"),
        (posted(article_url=f"{ORIGIN}/{'x' * 3_000}"), 422, "invalid_request"),
        (posted(parent_id=str(uuid7())), 404, "unknown_comment"),
    ],
)
async def test_a_body_that_is_wrong(ada: Visitor, body: bytes, status: int, code: str) -> None:
    assert_problem(await post_raw(ada, body), status, code)
    assert (await ada.thread())["total"] == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_content_type_that_is_not_json(ada: Visitor, kind: str) -> None:
    answer = await ada.request("POST", COMMENTS, content=posted(), headers={"Content-Type": kind})
    assert_problem(answer, 415, "unsupported_media_type")


async def test_json_with_a_charset_or_a_byte_order_mark_is_json(ada: Visitor) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    answer = await ada.request("POST", COMMENTS, content=b"\xef\xbb\xbf" + posted(), headers=kind)
    assert answer.status_code == 201


async def test_members_that_are_not_known_are_ignored(ada: Visitor) -> None:
    assert (await post_raw(ada, posted(mood="curious"))).status_code == 201


async def test_a_body_of_one_megabyte(ada: Visitor) -> None:
    assert_problem(await post_raw(ada, posted("a" * 1_000_000)), 413, "body_too_large")


async def test_a_body_of_one_megabyte_that_does_not_say_so(ada: Visitor) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    answer = await ada.request("POST", COMMENTS, content=pieces(), headers=JSON)
    assert_problem(answer, 413, "body_too_large")


async def test_no_answer_repeats_what_was_sent(ada: Visitor) -> None:
    secret = "hunter2-and-my-address"
    for body in (
        posted(text={"deep": secret}),  # type: ignore[arg-type]
        posted(parent_id=secret),
        posted(author={"name": [secret]}),
        json.dumps({"article_url": secret, "text": FAIR}).encode(),
    ):
        answer = await post_raw(ada, body)
        assert answer.status_code >= 400
        assert secret not in answer.text


async def test_ten_thousand_combining_marks_are_judged_like_any_text(ada: Visitor) -> None:
    answer = await ada.write("e" + "\u0301" * 10_000)
    assert_problem(answer, 422, "comment_too_long")
    shorter = await ada.write("Fine weather" + "\u0301" * 4_000)
    assert shorter.status_code in (201, 422)
    assert shorter.json()["outcome"] in ("publish", "hold", "return")


async def test_right_to_left_overrides_do_not_turn_the_page_around(ada: Visitor) -> None:
    ada.name = "Ada \u202eredaeR"
    answer = await ada.write(f"{FAIR} \u202egnp.exe \u2067mirrored")
    assert answer.status_code == 201
    thread = await ada.thread()
    own = (await ada.own())["comments"]
    shown = (thread["comments"] or own)[0]
    # A browser ends every override at the end of its paragraph; a name stands in a line of ours.
    assert (shown["html"][:3], shown["html"][-4:]) == ("<p>", "</p>")
    assert shown["author"]["name"] == "Ada redaeR"


async def test_quotes_a_thousand_deep_are_rendered_in_time(ada: Visitor) -> None:
    answer = await ada.write(">" * 1_000 + " " + FAIR)
    assert answer.status_code in (201, 422)


async def test_a_closed_article_takes_no_comments(ada: Visitor, world: World) -> None:
    article = await open_article(world)
    async with world.database.transaction() as connection:
        await articles.set_closed(connection, article.id, world.clock())
    assert_problem(await ada.write(FAIR), 409, "article_closed")


async def test_a_parent_on_another_article(ada: Visitor) -> None:
    parent = (await ada.write(FAIR)).json()["id"]
    answer = await ada.write(FAIR, parent_id=parent, article_url=f"{ORIGIN}/2026/harbour")
    assert_problem(answer, 422, "parent_on_another_article")


async def test_a_parent_deleted_meanwhile(ada: Visitor) -> None:
    parent = (await ada.write(FAIR)).json()["id"]
    await ada.request("DELETE", f"{COMMENTS}/{parent}")
    assert_problem(await ada.reply(parent, "I agree with most of this."), 409, "parent_gone")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("PUT", COMMENTS, 405, "method_not_allowed"),
        ("PATCH", f"{COMMENTS}/not-an-id", 422, "invalid_request"),
        ("DELETE", f"{COMMENTS}/{UUID(int=7)}", 404, "unknown_comment"),
        ("GET", "/api/v1/threads", 422, "invalid_request"),
        ("GET", "/api/v1/threads?article_url=%00", 404, "unknown_article"),
        ("GET", "/api/v1/threads?article_id=%00&site=%00", 404, "unknown_article"),
        ("GET", f"/api/v1/threads?article_url={BRIDGE}&sort=best", 422, "invalid_request"),
        ("GET", f"/api/v1/threads?article_url={BRIDGE}&limit=-1", 422, "invalid_request"),
        ("GET", "/api/v1/me?article_id=nonsense", 422, "invalid_request"),
        ("GET", f"/api/v1/me?article_id={UUID(int=7)}", 404, "unknown_article"),
        ("GET", f"/api/v1/events?article_id={UUID(int=7)}", 404, "unknown_article"),
    ],
)
async def test_an_address_that_is_wrong(
    ada: Visitor, method: str, path: str, status: int, code: str
) -> None:
    body = {"content": b'{"text": "x"}', "headers": JSON} if method in ("PUT", "PATCH") else {}
    assert_problem(await ada.request(method, path, **body), status, code)


@pytest.mark.parametrize("key", ["", " ", "k" * 201, "clé".encode("latin-1")])
async def test_an_idempotency_key_that_is_none(ada: Visitor, key: str | bytes) -> None:
    answer = await ada.request(
        "POST", COMMENTS, content=posted(), headers={**JSON, "Idempotency-Key": key}
    )
    assert_problem(answer, 422, "invalid_request")


@pytest.mark.parametrize("token", ["x", "Bearer", "../../etc", "a" * 500, "0" * 43])
async def test_a_token_that_is_nobodys_makes_a_stranger(ada: Visitor, token: str) -> None:
    ada.token = token
    answer = await ada.write(FAIR)
    assert answer.status_code == 201
    assert answer.json()["reader_token"] != token


async def test_a_report_that_is_wrong(ada: Visitor) -> None:
    path = f"{COMMENTS}/{(await ada.write(FAIR)).json()['id']}/reports"
    ben = Visitor(ada.app, "Ben Walker")
    for body, code in (
        ({"category": "taste"}, "invalid_request"),
        ({"category": "spam", "note": "n" * 501}, "invalid_request"),
        ({"category": "spam", "note": "a\0b"}, "unreadable_text"),
        ({}, "invalid_request"),
    ):
        assert_problem(await ben.request("POST", path, json=body), 422, code)


def test_every_code_is_used_for_one_thing_only() -> None:
    """Clients branch on codes, so two errors must not share one."""
    codes: dict[str, type[DomainError]] = {}
    waiting = list(DomainError.__subclasses__())
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        assert error.code not in codes, f"{error.__name__} and {codes[error.code].__name__}"
        codes[error.code] = error
