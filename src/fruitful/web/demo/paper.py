"""What the fictional newspaper prints, and what its readers say: read from two data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fruitful.domain.conversation import ReportReason

SITE = "demo"
NAME = "The Marlhaven Courier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article. Its text is the template of the same name."""

    slug: str
    section: str
    headline: str
    standfirst: str
    author: str
    role: str
    picture: str
    picture_alt: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment of the first conversation, written ``minutes`` ago.

    ``kept`` marks what is meant to be published; of the rest the engine alone decides.
    """

    key: str
    reader: str
    minutes: int
    text: str
    story: str = "quay-street"
    parent: str | None = None
    respects: int = 0
    kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A report of the first conversation."""

    on: str
    reader: str
    reason: ReportReason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything said so far; parents come before their answers."""

    readers: dict[str, str]
    remarks: tuple[Remark, ...]
    complaints: tuple[Complaint, ...]


@cache
def stories() -> tuple[Story, ...]:
    """The stories, the main one first."""
    return tuple(Story(**fields) for fields in _read("paper.toml")["story"])


@cache
def conversation() -> Conversation:
    """What readers have said before anybody opens the paper."""
    data = _read("conversation.toml")
    remarks = [Remark(**{**f, "text": f["text"].strip()}) for f in data["comment"]]
    return Conversation(
        readers=data["readers"],
        remarks=tuple(sorted(remarks, key=lambda remark: -remark.minutes)),
        complaints=tuple(
            Complaint(**{**fields, "reason": ReportReason(fields["reason"])})
            for fields in data["report"]
        ),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("fruitful.web.demo") / name).read_text(encoding="utf-8"))
