"""Where a site's moderators draw the line: thresholds learnt from what they decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fruitful.domain.policy import Category, Outcome, Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Thresholds for the model's scores that a site learnt from its moderators.

    They hold for one model and one version of the house rules; with another they lapse, because
    scores and rules then mean something else. ``version`` counts a site's calibrations from 1.
    """

    version: int
    model: str
    house_rules: str
    thresholds: Mapping[Category, Thresholds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One category of a comment that the engine held or returned and a moderator then decided on.

    ``score`` is the model's, in 0..1; ``breaks`` is what the moderator found. Of a comment that
    was rejected under another category nothing is known about this one.
    """

    category: Category
    score: float
    breaks: bool
    outcome: Outcome
    """What the engine had decided on the comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was learnt about one category. ``why`` says why nothing moves, or what bounded it."""

    category: Category
    old: Thresholds
    new: Thresholds
    audited: int
    broke: int
    returns_audited: int
    why: str = ""

    @property
    def moves(self) -> bool:
        """Whether anything would change."""
        return self.old != self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRecord:
    """A calibration that was applied: who did it and when, and whether it was taken back.

    ``by`` is the moderator's name, or ``None`` for whoever runs the server."""

    id: UUID
    site_id: UUID
    learnt: Learnt
    audited: Mapping[Category, int]
    by: str | None
    applied_at: datetime
    taken_back_at: datetime | None = None
    taken_back_by: str | None = None


def learnt_from(stored: Mapping[str, object]) -> Learnt | None:
    """What was stored, or ``None`` where this version cannot read it: a site must not go down
    over what was learnt."""
    thresholds = stored.get("thresholds")
    version = stored.get("version")
    if not isinstance(thresholds, Mapping) or not isinstance(version, int):
        return None
    read: dict[Category, Thresholds] = {}
    for name, pair in thresholds.items():
        if name not in list(Category) or not _is_pair(pair):
            return None
        read[Category(name)] = Thresholds(hold_at=pair[0], return_at=pair[1])
    return Learnt(
        version=version,
        model=str(stored.get("model")),
        house_rules=str(stored.get("house_rules")),
        thresholds=read,
    )


def stored_learnt(learnt: Learnt) -> dict[str, object]:
    """What to store: numbers and words only, each pair as hold and return."""
    return {
        "version": learnt.version,
        "model": learnt.model,
        "house_rules": learnt.house_rules,
        "thresholds": {
            category.value: [at.hold_at, at.return_at] for category, at in learnt.thresholds.items()
        },
    }


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(
            each is None
            or (isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 1)
            for each in value
        )
    )
