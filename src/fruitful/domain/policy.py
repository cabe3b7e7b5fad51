"""The words of the house rules: categories, outcomes and the rules themselves, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fruitful.domain.operating_points import ResolvedPoint


class Category(StrEnum):
    """One kind of conduct the house rules do not tolerate, in the order shown to people."""

    VIOLENCE = "violence"
    RACISM = "racism"
    PROFANITY = "profanity"
    VULGARITY = "vulgarity"
    DOXING = "doxing"
    DISCOURTESY = "discourtesy"
    SPAM = "spam"


class Outcome(StrEnum):
    """What happens to a submission, from mildest to most severe."""

    PUBLISH = "publish"
    HOLD = "hold"
    RETURN = "return"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        """0 for publish up to 3 for reject; the most severe outcome of all rules wins."""
        return _SEVERITY[self]


_SEVERITY = {outcome: rank for rank, outcome in enumerate(Outcome)}


def most_severe(*outcomes: Outcome) -> Outcome:
    """The severest of the outcomes; publish when there are none."""
    return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.PUBLISH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Scores in 0..1 from which comments are held and returned; ``None`` for never."""

    hold_at: float | None
    return_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One house rule: what is not tolerated, in the site's words, and where its thresholds lie.

    Each threshold is a score in 0..1 at or above which the outcome applies; ``None`` means that
    the rule never gives that outcome. ``return_at`` and ``hold_at`` look at every signal of the
    category; ``reject_at`` looks only at signals that are not learned, because a model alone
    returns a comment to its writer and never rejects it.

    ``certain`` are the thresholds for signals that are not learned, where they differ: operating
    points, and what a site learnt from its moderators, speak about the model's scores alone.
    ``hold_point`` and ``return_point`` tell what an operating point in the rules came to.
    """

    category: Category
    title: str
    explanation: str
    hold_at: float | None
    return_at: float | None
    reject_at: float | None = None
    certain: Thresholds | None = None
    hold_point: ResolvedPoint | None = None
    return_point: ResolvedPoint | None = None

    def thresholds(self, *, learned: bool) -> Thresholds:
        """Those that a signal is compared with: a model's own, or another detector's."""
        if self.certain is not None and not learned:
            return self.certain
        return Thresholds(hold_at=self.hold_at, return_at=self.return_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """A site's whole policy. ``rules`` holds exactly one rule for each category.

    ``canaries`` maps an outcome to the text with which an operator tries an installation: a
    comment that contains the text gets at least that outcome. ``allowed_links`` and
    ``allowed_contacts`` are domains, e-mail addresses and telephone numbers that are never
    held against a comment.
    """

    version: str
    rules: Mapping[Category, Rule]
    canaries: Mapping[Outcome, str]
    languages: frozenset[str] = frozenset({"en"})
    allowed_links: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    max_length: int = 5_000
