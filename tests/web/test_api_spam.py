"""Spam that takes two accounts to see."""

from __future__ import annotations

from starlette.types import ASGIApp

from fruitful.services.world import World
from fruitful.web.app import create_app
from support.newsroom import open_site
from support.visitors import FAIR, Visitor

PITCH = (
    "I doubled my savings in three weeks with the method of Professor Adler, and so can you. "
    "Look up his morning newsletter before Friday, {name}, and tell him that I have sent you."
)


async def _app(world: World) -> ASGIApp:
    await open_site(world)
    return create_app(world)


async def test_near_duplicate_spam_from_two_accounts_is_not_published_twice(world: World) -> None:
    app = await _app(world)
    outcomes = []
    for name in ("friend", "neighbour", "reader"):
        seller = Visitor(app, name.title())
        answer = await seller.write(PITCH.format(name=name))
        outcomes.append(answer.json())
    assert outcomes[1]["outcome"] in ("hold", "return", "reject")
    assert outcomes[2]["outcome"] in ("hold", "return", "reject")
    repeated = [r for r in outcomes[2]["reasons"] if r["category"] == "spam"]
    assert "repetition" in {r["detector"] for r in repeated}
    assert (await Visitor(app).thread())["total"] <= 1


async def test_the_same_short_thanks_from_two_readers_is_no_spam(world: World) -> None:
    app = await _app(world)
    for name in ("Ada Reader", "Ben Walker"):
        answer = await Visitor(app, name).write("Thank you, I agree.")
        assert not [r for r in answer.json()["reasons"] if r["category"] == "spam"]


async def test_a_retry_is_no_near_duplicate_of_itself(world: World) -> None:
    app = await _app(world)
    ada = Visitor(app)
    first = await ada.write(FAIR, key="once")
    again = await ada.write(FAIR, key="once")
    assert again.json()["outcome"] == first.json()["outcome"]
    assert again.json()["reasons"] == first.json()["reasons"]
