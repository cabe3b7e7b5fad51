"""A statement of reasons in the words of the Commission's transparency database. Pure.

Schema version 2 as its official dumps use it. What is sent there, and whether a site has to, is the
publisher's affair; the record only saves them the translation. It holds no text of the comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fruitful.domain.policy import Category, Outcome
from fruitful.domain.statement import Automation, Source, StatementOfReasons

_VISIBILITY: Mapping[Outcome, str] = {
    Outcome.HOLD: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Outcome.RETURN: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Outcome.REJECT: "DECISION_VISIBILITY_CONTENT_REMOVED",
}

_OTHER = ("STATEMENT_CATEGORY_OTHER_VIOLATION_TC", ())
"""A violation of a site's own terms that no listed kind of content names."""

_CATEGORIES: Mapping[Category, tuple[str, tuple[str, ...]]] = {
    Category.VIOLENCE: (
        "STATEMENT_CATEGORY_VIOLENCE",
        ("KEYWORD_INCITEMENT_VIOLENCE_HATRED",),
    ),
    Category.RACISM: (
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        ("KEYWORD_HATE_SPEECH", "KEYWORD_DISCRIMINATION"),
    ),
    Category.DOXING: ("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", ()),
    Category.SPAM: ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", ()),
}

_AUTOMATION: Mapping[Automation, str] = {
    Automation.FULLY: "AUTOMATED_DECISION_FULLY",
    Automation.PARTIALLY: "AUTOMATED_DECISION_PARTIALLY",
    Automation.NOT: "AUTOMATED_DECISION_NOT_AUTOMATED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparencyRecord:
    """One statement for the database. The names and words are the schema's."""

    decision_visibility: tuple[str, ...]
    decision_ground: str
    incompatible_content_ground: str
    incompatible_content_explanation: str
    category: str
    category_specification: tuple[str, ...]
    content_type: tuple[str, ...]
    content_date: date
    application_date: date
    source_type: str
    automated_detection: str
    automated_decision: str
    puid: str
    """Unique among the platform's statements, and free of personal data."""


def transparency_record(statement: StatementOfReasons) -> TransparencyRecord | None:
    """The record of a decision that restricts a comment; ``None`` for one that publishes it."""
    if statement.outcome is Outcome.PUBLISH:
        return None
    ground = statement.grounds[0] if statement.grounds else None
    kind = ground.category if ground else None
    category, keywords = _CATEGORIES.get(kind, _OTHER) if kind else _OTHER
    reported = statement.source is Source.REPORTS
    return TransparencyRecord(
        decision_visibility=(_VISIBILITY[statement.outcome],),
        decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
        incompatible_content_ground=ground.rule if ground else "",
        incompatible_content_explanation=ground.explanation if ground else "",
        category=category,
        category_specification=keywords,
        content_type=("CONTENT_TYPE_TEXT",),
        content_date=statement.written_at.date(),
        application_date=statement.decided_at.date(),
        source_type="SOURCE_TYPE_OTHER_NOTIFICATION" if reported else "SOURCE_VOLUNTARY",
        automated_detection="Yes" if statement.is_detected_automatically else "No",
        automated_decision=_AUTOMATION[statement.automation],
        puid=str(statement.decision_id),
    )
