"""How much a reader's report counts, and when reports take a comment back to the queue. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HIDE_AT = 1.0
"""Weight of independent open reports at which a published comment goes back to the queue: four
strangers, or two readers with five published comments each. Our own choice, not yet measured."""

LEAST, MOST = 0.05, 1.0
"""No report is worth nothing, and no reader decides more than alone."""

_GUEST = 0.25
_EARNED = 0.5
_HALF_EARNED_AT = 5
"""So many published comments earn half of what comments can earn."""

_PRIOR_REPORTS = 2
"""Accuracy starts as if so many reports had been upheld and as many dismissed, which keeps the
first one or two real ones from swinging it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A report's weight and the keyed hash of the address it came from (empty where unknown)."""

    weight: float
    address_hash: str


def report_weight(*, published: int, upheld: int, dismissed: int) -> float:
    """The weight in 0.05..1 of the next report by a reader with this record.

    ``(0.25 + 0.5·n/(n+5)) · 2·accuracy`` where ``n`` counts the reader's published comments and
    ``accuracy = (upheld+2)/(upheld+dismissed+4)``: 0.25 for a guest without a record, growing
    with taking part and with having been right, shrinking with having been wrong.
    """
    standing = _GUEST + _EARNED * published / (published + _HALF_EARNED_AT)
    accuracy = (upheld + _PRIOR_REPORTS) / (upheld + dismissed + 2 * _PRIOR_REPORTS)
    return min(MOST, max(LEAST, standing * 2 * accuracy))


def independent_weight(reports: Iterable[Weighed]) -> float:
    """The weight of reports together: of one address only the heaviest counts.

    Reports of unknown origin count as if they shared one address, so that a missing address
    can never be an advantage.
    """
    heaviest: dict[str, float] = {}
    for report in reports:
        heaviest[report.address_hash] = max(report.weight, heaviest.get(report.address_hash, 0.0))
    return sum(heaviest.values())
