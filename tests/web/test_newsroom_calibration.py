"""The newsroom sees what it taught, applies it and takes it back; and reads what points came to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx2 import ASGITransport, AsyncClient

from fruitful.domain.operating_points import Estimate, Measure, OperatingPoint, ResolvedPoint
from fruitful.domain.policy import Category
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.clock import AdjustableClock
from support.desk import PASSWORD, open_desk
from support.lenient import judge_many, scripted_classifier
from support.newsroom import Person, open_site

CALIBRATION = "/newsroom/house-rules/paper/calibration"


@pytest.fixture
async def paper(world: World) -> AsyncIterator[World]:
    engine = scripted_classifier(world)
    point = ResolvedPoint(
        point=OperatingPoint(Measure.PRECISION, 0.6),
        threshold=0.35,
        mixture="a thousand letters",
        estimate=Estimate(share=0.61, low=0.55, high=0.67, rests_on=240, caught=200),
        caution="rests on a test",
    )
    rule = replace(world.house_rules.rules[Category.RACISM], hold_at=0.35, hold_point=point)
    rules = {**world.house_rules.rules, Category.RACISM: rule}
    try:
        yield replace(world, engine=engine, house_rules=replace(world.house_rules, rules=rules))
    finally:
        engine.close()


@asynccontextmanager
async def newsroom_of(world: World) -> AsyncIterator[AsyncClient]:
    """A browser in which the moderator is signed in."""
    transport = ASGITransport(app=create_app(world))
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with AsyncClient(
        transport=transport, base_url="http://testserver", headers=headers
    ) as client:
        fields = {"email": "mo@paper.example", "password": PASSWORD}
        assert (await client.post("/newsroom/sign-in", data=fields)).status_code == 303
        yield client


async def test_what_was_learnt_is_seen_applied_and_taken_back(
    paper: World, clock: AdjustableClock
) -> None:
    await open_site(paper)
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=13)
    async with newsroom_of(paper) as newsroom:
        shown = (await newsroom.get(CALIBRATION)).text
        assert "0.3 → <strong>0.45</strong>" in shown
        assert "Of the last 52 comments, 13 would come out otherwise" in shown
        seal = re.findall(r'name="seal" value="(\w+)"', shown)[0]

        stale = await newsroom.post(CALIBRATION, data={"do": "apply", "seal": "older"})
        assert stale.status_code == 409
        applied = await newsroom.post(CALIBRATION, data={"do": "apply", "seal": seal})
        assert applied.status_code == 303
        shown = (await newsroom.get(CALIBRATION)).text
        assert "calibration 1 is in force" in shown
        assert "Mo Derator" in shown
        rules = (await newsroom.get("/newsroom/house-rules")).text
        assert "Calibration 1, learnt from moderators, is in force" in rules
        assert CALIBRATION in rules

        await newsroom.post(CALIBRATION, data={"do": "take-back"})
        shown = (await newsroom.get(CALIBRATION)).text
        assert "is in force" not in shown
        assert "Take the latest back" not in shown


async def test_house_rules_and_decisions_show_what_an_operating_point_came_to(
    paper: World,
) -> None:
    await open_site(paper)
    await open_desk(paper)
    sent = await Person(paper, "Ada").write("About the ferry [racism 0.4] and its timetable.")
    async with newsroom_of(paper) as newsroom:
        rules = (await newsroom.get("/newsroom/house-rules")).text
        assert "precision &gt;= 0.6" in rules
        assert "measured 0.610 (0.550 to 0.670) on a thousand letters" in rules
        assert "rests on a test" in rules
        address = f"/newsroom/decisions/{sent.comment.decision_id}"
        decision = (await newsroom.get(address)).text
        assert re.search(r'0\.35 <span class="chip">precision &gt;= 0\.6</span>', decision)


async def test_a_site_that_nobody_knows_is_told_and_strangers_see_nothing(paper: World) -> None:
    await open_site(paper)
    await open_desk(paper)
    async with newsroom_of(paper) as newsroom:
        answer = await newsroom.get("/newsroom/house-rules/nobody/calibration")
        assert answer.status_code == 404
        newsroom.cookies.clear()
        assert (await newsroom.get(CALIBRATION)).status_code == 303
