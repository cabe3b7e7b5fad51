"""Moderators' actions over the API."""

from __future__ import annotations

import pytest

from fruitful.domain.policy import Outcome
from fruitful.services.moderators import SignIn, add_moderator, sign_in
from fruitful.services.world import World
from fruitful.web.app import create_app
from fruitful.web.requests import MODERATOR_COOKIE
from support.newsroom import canary, open_site
from support.visitors import Visitor

PASSWORD = "correct horse battery"


@pytest.fixture
async def ada(world: World) -> Visitor:
    await open_site(world)
    return Visitor(create_app(world))


@pytest.fixture
async def session(world: World) -> str:
    await add_moderator(world, "Mo Derator", "mo@paper.example", PASSWORD)
    attempt = SignIn(email="mo@paper.example", password=PASSWORD, address_hash="0" * 32)
    return (await sign_in(world, attempt)).token


def moderator_headers(session: str, **more: str) -> dict[str, str]:
    return {"Cookie": f"{MODERATOR_COOKIE}={session}", "Sec-Fetch-Site": "same-origin", **more}


async def test_an_approved_comment_appears_and_its_writer_is_told(
    ada: Visitor, world: World, session: str
) -> None:
    held = (await ada.write(canary(world, Outcome.HOLD))).json()
    done = await Visitor(ada.app).request(
        "POST",
        f"/api/v1/moderation/comments/{held['id']}/actions",
        json={"action": "approve", "expected_state": "held"},
        headers=moderator_headers(session),
    )
    assert done.status_code == 200
    assert (done.json()["old_state"], done.json()["new_state"]) == ("held", "published")
    assert (await ada.thread())["total"] == 1
    notice = (await ada.own())["notices"][0]
    assert (notice["kind"], notice["comment_id"]) == ("comment_approved", held["id"])
    read = await ada.request("POST", "/api/v1/me/notices/read", json={"ids": [notice["id"]]})
    assert read.status_code == 204
    assert (await ada.own())["notices"] == []


async def test_two_moderators_cannot_decide_the_same_thing(
    ada: Visitor, world: World, session: str
) -> None:
    held = (await ada.write(canary(world, Outcome.HOLD))).json()
    path = f"/api/v1/moderation/comments/{held['id']}/actions"
    order = {"action": "reject", "category": "spam", "expected_state": "held"}
    codes = [
        (
            await Visitor(ada.app).request(
                "POST", path, json=order, headers=moderator_headers(session)
            )
        ).status_code
        for _ in range(2)
    ]
    assert codes == [200, 409]


async def test_only_moderators_on_our_own_pages_may_act(
    ada: Visitor, world: World, session: str
) -> None:
    held = (await ada.write(canary(world, Outcome.HOLD))).json()
    path = f"/api/v1/moderation/comments/{held['id']}/actions"
    approve = {"action": "approve"}
    for headers, status, code in (
        ({}, 401, "moderator_sign_in_required"),
        (moderator_headers("x" * 43), 401, "moderator_sign_in_required"),
        (moderator_headers(session, **{"Sec-Fetch-Site": "cross-site"}), 403, "cross_origin"),
        (
            {"Cookie": f"{MODERATOR_COOKIE}={session}", "Origin": "https://paper.example"},
            403,
            "cross_origin",
        ),
    ):
        visitor = Visitor(ada.app, origin=None)
        refused = await visitor.request("POST", path, json=approve, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await ada.thread())["total"] == 0
