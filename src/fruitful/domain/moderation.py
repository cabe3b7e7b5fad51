"""What the engine works on and what it finds: submissions, signals, decisions and their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from fruitful.domain.policy import Category, Outcome


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in the text exactly as its writer typed it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the site already knows that bears on this submission; read once, before scoring.

    ``near_duplicates`` counts other recent texts on the site with nearly the same words,
    by anyone; ``same_author_recent`` counts this author's submissions in the last ten minutes;
    ``author_published`` counts the author's published comments.
    """

    near_duplicates: int = 0
    same_author_recent: int = 0
    author_published: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A text that somebody wants published, with the context in which to judge it."""

    text: str
    article_title: str | None = None
    parent_text: str | None = None
    author_name: str | None = None
    author_email: str | None = None
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing a detector measured.

    ``score`` is in 0..1. ``learned`` marks the judgement of a statistical model. ``demands`` is
    an outcome asked for whatever the thresholds say: canaries and floods use it. ``redact`` asks
    that the span be masked when the comment is shown, which is how a writer's own contact
    details are protected without being punished. ``evidence`` is a short stable word such as
    ``lexicon:strong`` or ``postal_address:us``; it never repeats the text.
    """

    category: Category
    score: float
    detector: str
    span: Span | None = None
    evidence: str = ""
    learned: bool = False
    demands: Outcome | None = None
    redact: bool = False


WRITER_IN_DANGER = "writer_in_danger"
"""Evidence of a signal that the writer speaks of ending their own life. Such a comment is held for
a person and never sent back, and its writer is shown where help is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A measurement that should exist and does not. It holds the comment.

    ``cause`` is a stable word: ``failed``, ``timed_out``, ``model_absent``, ``language``, ...
    """

    detector: str
    categories: frozenset[Category]
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule gave its outcome: one per signal that reached a threshold, or per missing signal.

    ``category`` is ``None`` only when a failed detector covers no particular category.
    """

    category: Category | None
    rule: str
    outcome: Outcome
    detector: str
    score: float | None = None
    span: Span | None = None
    evidence: str = ""


ATTRIBUTES = (
    "toxicity",
    "severe_toxicity",
    "insult",
    "identity_attack",
    "threat",
    "obscene",
    "sexually_explicit",
)
"""The general attributes beside the seven categories, named as in published toxicity data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the detectors said of one submission."""

    signals: tuple[Signal, ...]
    missing: tuple[Missing, ...]
    attributes: Mapping[str, float | None]
    scores: Mapping[Category, float | None]
    model: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The result of applying the house rules to the findings; the whole record that people read."""

    outcome: Outcome
    verdicts: Mapping[Category, Outcome]
    reasons: tuple[Reason, ...]
    redactions: tuple[Span, ...]
    findings: Findings
    house_rules: str

    @property
    def is_writer_in_danger(self) -> bool:
        """Whether the writer seems about to harm themselves and should be shown help."""
        return any(reason.evidence == WRITER_IN_DANGER for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it was recorded, by the engine or by a moderator."""

    id: UUID
    comment_id: UUID
    revision: int
    decided_at: datetime
    decision: Decision
