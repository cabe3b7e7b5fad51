"""What the newsroom calls things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fruitful.domain.conversation import CommentState, ModeratorAction, ReportReason
from fruitful.domain.moderation import Reason
from fruitful.domain.more_review import FIRST_COMMENT
from fruitful.domain.newsroom import BY_MODERATOR, BY_REPORTS, Urgency
from fruitful.domain.policy import Category, Outcome

CATEGORIES: Mapping[Category, str] = {
    Category.VIOLENCE: "Violence",
    Category.RACISM: "Racism, hate",
    Category.PROFANITY: "Profanity",
    Category.VULGARITY: "Vulgarity",
    Category.DOXING: "Doxing",
    Category.DISCOURTESY: "Discourtesy",
    Category.SPAM: "Spam",
}

REPORT_REASONS: Mapping[ReportReason, str] = {
    **{ReportReason(category): name for category, name in CATEGORIES.items()},
    ReportReason.OTHER: "Something else",
}

URGENCIES: Mapping[Urgency, str] = {
    Urgency.DANGER: "Danger",
    Urgency.REPORTED: "Taken back by reports",
    Urgency.CONTESTED: "Contested",
    Urgency.HELD: "Held",
    Urgency.VISIBLE: "Published, reported",
}

ACTIONS: Mapping[ModeratorAction, str] = {
    ModeratorAction.APPROVE: "Approved",
    ModeratorAction.REJECT: "Rejected",
    ModeratorAction.UNDO: "Undone",
    ModeratorAction.OVERTURN: "Overturned on appeal",
    ModeratorAction.CONFIRM: "Confirmed on appeal",
    ModeratorAction.PICK: "Picked",
    ModeratorAction.UNPICK: "Pick taken back",
    ModeratorAction.PIN: "Pinned",
    ModeratorAction.UNPIN: "Pin taken back",
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PUBLISH: "Published",
    Outcome.HOLD: "Held",
    Outcome.RETURN: "Returned",
    Outcome.REJECT: "Rejected",
}

COUNTED = (
    CommentState.PUBLISHED,
    CommentState.HELD,
    CommentState.RETURNED,
    CommentState.REJECTED,
    CommentState.DELETED,
)
"""The states in which an author's comments are counted, in this order."""

_DECIDERS = {BY_MODERATOR: "a moderator", BY_REPORTS: "readers’ reports"}


def decider(model: str) -> str:
    """Who or what made a decision, from the model on its record."""
    return _DECIDERS.get(model, "the engine")


def why(reason: Reason) -> str:
    """What lies behind a reason, in a few words: the detector, its score, its evidence."""
    kind, _, rest = reason.evidence.partition(":")
    if kind == "missing":
        return f"{reason.detector} could not check this: {rest.replace('_', ' ')}"
    if reason.evidence == FIRST_COMMENT:
        return "one of the writer’s first comments here, which this site has read by a person"
    if reason.detector == BY_MODERATOR:
        return "decided by a moderator"
    if reason.detector == BY_REPORTS:
        name = REPORT_REASONS[ReportReason(rest)] if rest else "readers"
        return f"reported: {name}, weight {reason.score or 0:.2f}"
    score = "" if reason.score is None else f" {reason.score:.2f}"
    return f"{reason.detector}{score}" + (f" · {reason.evidence}" if reason.evidence else "")


def duration(span: timedelta) -> str:
    """A length of time to two units: ``3 d 4 h``, ``2 h 5 min``, ``under a minute``."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    counted = [(days, "d"), (hours, "h"), (minutes, "min")]
    told = [f"{number} {unit}" for number, unit in counted if number]
    return " ".join(told[:2]) or "under a minute"


def moment(value: datetime) -> str:
    """A moment in UTC, for those without script; with it, it is told in their own time zone."""
    value = value.astimezone(UTC)
    return f"{value.day} {value:%b %Y, %H:%M} UTC"


def percent(share: float) -> str:
    """A share in 0..1 as a whole percentage, or to a tenth below ten per cent."""
    return f"{share * 100:.1f} %" if 0 < share < 0.1 else f"{share * 100:.0f} %"
