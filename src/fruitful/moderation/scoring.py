"""The score command's JSON lines, in and out: one form for the command and the score API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from fruitful.domain.errors import (
    CommentTooLong,
    DomainError,
    EmptyComment,
    InvalidRequest,
    MalformedJson,
    UnreadableText,
)
from fruitful.domain.moderation import ATTRIBUTES, Decision, Missing, Signal, Submission
from fruitful.domain.policy import Category
from fruitful.domain.readable import is_readable
from fruitful.moderation.normalise import fold

RecordId: TypeAlias = str | int | None
"""What a caller may use to tell its records apart; echoed, never interpreted."""

LONGEST_SCORED_TEXT = 20_000
"""Code points. Scoring takes texts that a site's own limit would refuse, within reason."""


def parse_score_line(line: bytes) -> tuple[RecordId, Submission]:
    """Read one input line of the score contract; fields it does not know are ignored.

    Raises a :class:`DomainError` with a stable code; ``details["id"]`` is the record's id as far
    as it could be read, else ``None``.
    """
    return parse_score_record(_json_object(line))


def parse_score_record(record: Mapping[str, Any]) -> tuple[RecordId, Submission]:
    """Read one record that is JSON already. Raises as :func:`parse_score_line` does."""
    record_id = _record_id(record)
    try:
        return record_id, _submission(record)
    except DomainError as error:
        error.details["id"] = record_id
        raise


def decision_to_record(record_id: RecordId, decision: Decision) -> dict[str, Any]:
    """The output record of the score contract; offsets count code points of the text as given."""
    findings = decision.findings
    return {
        "id": record_id,
        "outcome": decision.outcome.value,
        "verdicts": {c.value: decision.verdicts[c].value for c in Category},
        "scores": {c.value: _rounded(findings.scores[c]) for c in Category},
        "missing": [_gap(missing) for missing in findings.missing],
        "redactions": [{"start": s.start, "end": s.end} for s in decision.redactions],
        "signals": [_signal(signal) for signal in findings.signals],
        "attributes": {name: _rounded(findings.attributes.get(name)) for name in ATTRIBUTES},
        "model": findings.model,
        "house_rules": decision.house_rules,
    }


def error_to_record(record_id: RecordId, error: DomainError) -> dict[str, Any]:
    """The output record of a line that could not be scored."""
    return {"id": record_id, "error": {"code": error.code, "message": str(error)}}


def to_json_line(record: Mapping[str, Any]) -> bytes:
    """One line of ASCII JSON, so that no consumer's encoding can spoil it."""
    return json.dumps(record, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"


def _json_object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJson("The line is not valid JSON in UTF-8.", id=None) from error
    if not isinstance(value, dict):
        raise InvalidRequest("The line is not a JSON object.", id=None)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _record_id(record: Mapping[str, Any]) -> RecordId:
    value = record.get("id")
    # JSON's true is an int in Python, and a float does not survive the round trip.
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    raise InvalidRequest('"id" is neither a string nor a whole number.', id=None)


def _submission(record: Mapping[str, Any]) -> Submission:
    if "text" not in record:
        raise InvalidRequest('"text" is missing.')
    text = record["text"]
    if not isinstance(text, str):
        raise InvalidRequest('"text" is not a string.')
    _require_readable(text)
    if len(text) > LONGEST_SCORED_TEXT:
        raise CommentTooLong(f"The text is longer than {LONGEST_SCORED_TEXT} characters.")
    if not fold(text).text.strip():  # Folding takes out what cannot be seen.
        raise EmptyComment
    return Submission(
        text=text,
        article_title=_context(record, "article", "title"),
        parent_text=_context(record, "parent", "text"),
        author_name=_context(record, "author", "name"),
        author_email=_context(record, "author", "email"),
    )


def _context(record: Mapping[str, Any], name: str, member: str) -> str | None:
    group = record.get(name)
    if group is None:
        return None
    if not isinstance(group, dict):
        raise InvalidRequest(f'"{name}" is not an object.')
    value = group.get(member)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidRequest(f'"{name}.{member}" is not a string.')
    _require_readable(value)
    return value


def _require_readable(text: str) -> None:
    if not is_readable(text):
        raise UnreadableText


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), 6)


def _gap(missing: Missing) -> str:
    return f"{missing.detector}:{missing.cause}"


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "category": signal.category.value,
        "score": _rounded(signal.score),
        "start": signal.span.start if signal.span else None,
        "end": signal.span.end if signal.span else None,
        "detector": signal.detector,
        "evidence": signal.evidence,
    }
