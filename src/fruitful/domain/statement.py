"""What a writer is told of a decision: which rule, at which words, by whom, how to contest it.

The contents follow Article 17(3) of Regulation (EU) 2022/2065 (the Digital Services Act), which
reaches comment sections of any size; the categories follow the published schema of the
Commission's transparency database, version 2. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fruitful.domain.appeals import Appeal, Obstacle
from fruitful.domain.conversation import CommentState
from fruitful.domain.moderation import Reason, Span, StoredDecision
from fruitful.domain.newsroom import BY_MODERATOR, BY_REPORTS
from fruitful.domain.policy import Category, Outcome


class Source(StrEnum):
    """What drew attention to the comment: readers, or the site's own checks and people."""

    OWN_INITIATIVE = "own_initiative"
    REPORTS = "reports"


class Automation(StrEnum):
    """How far a decision was a machine's."""

    FULLY = "fully"
    PARTIALLY = "partially"
    """By a fixed rule that weighs what people said: readers' reports."""
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One house rule that was met, with the words that met it.

    ``category`` is ``None`` where a check could not be completed (``evidence`` begins with
    ``missing:``) or readers named no rule; ``spans`` index the text as its writer typed it.
    """

    category: Category | None
    rule: str
    explanation: str
    outcome: Outcome
    evidence: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOfReasons:
    """The whole of what the writer is told about one decision on their comment."""

    decision_id: UUID
    comment_id: UUID
    article_id: UUID
    article_title: str | None
    article_url: str
    site_name: str
    contact: str
    """How else to reach the newsroom; empty where the site names no way."""
    text: str | None
    """What was judged, as typed; ``None`` once erased."""
    written_at: datetime
    decided_at: datetime
    outcome: Outcome
    grounds: tuple[Ground, ...]
    source: Source
    is_detected_automatically: bool
    automation: Automation
    model: str
    """Version of the engine that measured."""
    house_rules: str
    """Version of the house rules that were applied."""
    comment_state: CommentState
    is_in_force: bool
    """Whether the comment still stands under this decision."""
    appeal: Appeal | None
    """The writer's appeal against this decision."""
    answers: Appeal | None
    """The appeal that this decision answers."""
    obstacle: Obstacle | None
    """Why the decision cannot be contested (any more); ``None`` where it can, or was."""

    @property
    def can_be_contested(self) -> bool:
        """Whether the writer can appeal now."""
        return self.obstacle is None and self.appeal is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecided:
    """One of a reader's comments, whatever became of it, with the decision it stands under."""

    comment_id: UUID
    article_title: str | None
    article_url: str
    article_id: UUID
    state: CommentState
    text: str | None
    created_at: datetime
    edited_at: datetime | None
    decision_id: UUID
    decided_at: datetime
    decided_by: str
    """The model on the decision's record."""
    appeal: Appeal | None
    """The latest appeal about the comment."""


def grounds_of(
    decided: StoredDecision, found: StoredDecision, explanations: Mapping[Category, str]
) -> tuple[Ground, ...]:
    """The rules that the decision rests on, most telling first and each named once.

    A decision by people marks no words itself; it is shown with those that ``found``, the
    engine's decision on the same text, marked under the same rule.
    """
    marked = [*decided.decision.reasons, *found.decision.reasons]
    named: dict[tuple[Category | None, str], Ground] = {}
    for reason in decided.decision.reasons:
        key = (reason.category, reason.evidence if reason.category is None else "")
        if reason.evidence.startswith("missing:"):
            key = (None, "missing")
        if key in named:
            continue
        is_gap = key == (None, "missing")
        category = None if is_gap else reason.category
        named[key] = Ground(
            category=category,
            rule=reason.rule,
            explanation=explanations.get(category, "") if category else "",
            outcome=reason.outcome,
            evidence=reason.evidence,
            spans=() if category is None else _spans(marked, category),
        )
    return tuple(named.values())


def source_of(decided: StoredDecision, earlier: Iterable[StoredDecision]) -> Source:
    """Whether readers' reports led to the decision.

    ``earlier`` are the decisions before it on the same text, oldest first: what a moderator
    decides upon reports is owed to them too.
    """
    before = list(earlier)
    by_reports = decided.decision.findings.model == BY_REPORTS
    upon_reports = bool(before) and before[-1].decision.findings.model == BY_REPORTS
    return Source.REPORTS if by_reports or upon_reports else Source.OWN_INITIATIVE


def automation_of(decided: StoredDecision) -> Automation:
    """Who decided: the engine by itself, reports by their weight, or a person."""
    model = decided.decision.findings.model
    if model == BY_MODERATOR:
        return Automation.NOT
    return Automation.PARTIALLY if model == BY_REPORTS else Automation.FULLY


def is_detected_automatically(found: StoredDecision, source: Source) -> bool:
    """Whether the engine, by itself, had found the comment worth a look."""
    return source is Source.OWN_INITIATIVE and found.decision.outcome is not Outcome.PUBLISH


def _spans(reasons: Iterable[Reason], category: Category) -> tuple[Span, ...]:
    found = {r.span for r in reasons if r.category is category and r.span is not None}
    return tuple(sorted(found))
