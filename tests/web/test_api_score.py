"""Judging texts over HTTP without storing them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.scoring import decision_to_record, parse_score_line
from fruitful.services.world import Limits, World
from fruitful.storage.tables import CommentRow, DecisionRow
from fruitful.web.app import create_app
from support.newsroom import canary
from support.visitors import FAIR, Visitor

SCORE = "/api/v1/score"


@pytest.fixture
def ada(world: World) -> Visitor:
    return Visitor(create_app(world))


async def test_a_text_is_judged_as_the_score_command_judges_it(ada: Visitor, world: World) -> None:
    line = {"id": "7", "text": canary(world, Outcome.RETURN), "article": {"title": "The bridge"}}
    answer = await ada.request("POST", SCORE, json=line)
    assert answer.status_code == 200
    record_id, submission = parse_score_line(json.dumps(line).encode())
    decision = await world.engine.judge(submission, world.house_rules)
    expected = decision_to_record(record_id, decision)
    assert answer.json() == json.loads(json.dumps(expected))
    assert answer.json()["outcome"] == "return"
    assert set(answer.json()["verdicts"]) == set(Category)


async def test_many_texts_keep_their_order_and_a_bad_one_its_place(ada: Visitor) -> None:
    items = [{"id": 1, "text": FAIR}, {"id": 2, "text": ""}, 3, {"id": 4, "text": FAIR}]
    answer = await ada.request("POST", SCORE, json={"items": items})
    records = answer.json()["items"]
    assert [r.get("id") for r in records] == [1, 2, None, 4]
    assert [r.get("error", {}).get("code") for r in records] == [
        None,
        "empty_comment",
        "invalid_request",
        None,
    ]


async def test_nothing_is_stored(ada: Visitor, world: World) -> None:
    await ada.request("POST", SCORE, json={"text": FAIR})
    async with world.database.reading() as connection:
        for table in (CommentRow, DecisionRow):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "empty_comment"),
        ({"text": 7}, "invalid_request"),
        ({}, "invalid_request"),
        ([], "invalid_request"),
        ({"items": []}, "invalid_request"),
        ({"items": {}}, "invalid_request"),
        ({"items": [{"text": "x"}] * 65}, "invalid_request"),
        ({"text": "a" * 20_001}, "comment_too_long"),
        ({"text": "a\0b"}, "unreadable_text"),
        ({"text": "\ud800"}, "unreadable_text"),
        ({"id": [1], "text": "x"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_judged_has_a_code(ada: Visitor, body: object, code: str) -> None:
    answer = await ada.request(
        "POST",
        SCORE,
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_scoring_has_a_pace(world: World) -> None:
    ada = Visitor(create_app(replace(world, limits=Limits(scores_per_minute=2))))
    codes = [(await ada.request("POST", SCORE, json={"text": FAIR})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
