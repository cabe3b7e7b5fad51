"""Judge texts and store nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from fruitful.domain.errors import DomainError, InvalidRequest
from fruitful.domain.moderation import Submission
from fruitful.moderation.scoring import (
    RecordId,
    decision_to_record,
    error_to_record,
    parse_score_record,
    to_json_line,
)
from fruitful.services.limits import Pace, allow
from fruitful.services.world import World
from fruitful.web.api.bodies import read_json
from fruitful.web.requests import sender_hash, world_of

router = APIRouter(tags=["score"])

MOST_ITEMS = 64

_EXAMPLE = {"id": "7", "text": "What a thoughtful piece.", "article": {"title": "The harbour"}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "example": _EXAMPLE}},
    }
}


@router.post("/api/v1/score", openapi_extra=_BODY)
async def post_score(request: Request) -> Response:
    """Judge one text, or up to 64 as `{"items": [...]}`, in the form of the `score` command. An
    item that cannot be read gets an `error` in its place."""
    world = world_of(request)
    body = await read_json(request)
    if not isinstance(body, dict):
        raise InvalidRequest("Send one JSON object.")
    limit = world.limits.scores_per_minute
    await allow(world, Pace(f"score/minute:{sender_hash(request)}", limit, timedelta(minutes=1)))
    if "items" not in body:
        record_id, submission = parse_score_record(body)
        return _answer((await _judged(world, [(record_id, submission)]))[0])
    items = body["items"]
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise InvalidRequest(f'"items" is a list of 1 to {MOST_ITEMS} objects.')
    return _answer({"items": await _records(world, items)})


async def _records(world: World, items: Sequence[Any]) -> list[Mapping[str, Any]]:
    """One record for each item, in their order."""
    records: list[Mapping[str, Any] | None] = []
    readable: list[tuple[RecordId, Submission]] = []
    for item in items:
        try:
            readable.append(_parsed(item))
            records.append(None)
        except DomainError as error:
            record_id = cast(RecordId, error.details.get("id"))
            records.append(error_to_record(record_id, error))
    judged = iter(await _judged(world, readable) if readable else ())
    return [next(judged) if record is None else record for record in records]


def _parsed(item: Any) -> tuple[RecordId, Submission]:
    if not isinstance(item, dict):
        raise InvalidRequest("The item is not a JSON object.", id=None)
    return parse_score_record(item)


async def _judged(
    world: World, readable: Sequence[tuple[RecordId, Submission]]
) -> list[Mapping[str, Any]]:
    submissions = [submission for _, submission in readable]
    decisions = await world.engine.judge_batch(submissions, world.house_rules)
    return [
        decision_to_record(record_id, decision)
        for (record_id, _), decision in zip(readable, decisions, strict=True)
    ]


def _answer(record: Mapping[str, Any]) -> Response:
    return Response(to_json_line(record), media_type="application/json")
