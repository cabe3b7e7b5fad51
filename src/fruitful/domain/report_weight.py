"""How much a reader's report counts, and when reports take a comment back to the queue. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from fruitful.domain.standing import Record, standing

HIDE_AT = 1.0
"""Weight of independent open reports at which a published comment goes back to the queue: four
guests who were here before, or two readers with five recent comments each. Our own choice; how it
fares against brigades is in the tests."""

LEAST, MOST = 0.05, 1.0
"""No report is worth nothing, and no reader decides more than alone."""

NEWCOMERS_TOGETHER = 0.75
"""What reporters who came after the comment weigh together, however many there are: somebody who
was here before it must agree. Making a hundred new readers costs an attacker nothing."""

_NEWCOMER = 0.5
"""The part of its weight that a newcomer's report keeps."""

_PRIOR_REPORTS = 2
"""Accuracy starts as if so many reports had been upheld and as many dismissed, which keeps the
first one or two real ones from swinging it."""

TOGETHER_WITHIN = timedelta(minutes=10)
_TOGETHER_ON = 2
_TOGETHER_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """A report's weight, the keyed hash of the address it came from (empty where unknown), who
    sent it, and whether they are a newcomer."""

    weight: float
    address_hash: str
    reader_id: UUID | None = None
    is_newcomer: bool = False


@dataclass(frozen=True, slots=True)
class PastReport:
    """That a reader reported some comment, and when."""

    reader_id: UUID
    comment_id: UUID
    at: datetime


Pair = tuple[UUID, UUID]
"""Two readers, the smaller id first."""


def report_weight(record: Record, *, is_newcomer: bool = False) -> float:
    """The weight in 0.05..1 of the next report by a reader with this record.

    ``standing · 2 · accuracy``, with ``accuracy = (upheld+2)/(upheld+dismissed+4)``: 0.25 for a
    guest without a record, growing with taking part and with having been right, shrinking with
    having been wrong. Half of that for a newcomer: a reader who came after the comment that they
    report, and of whom nothing else is known.
    """
    accuracy = (record.upheld + _PRIOR_REPORTS) / (
        record.upheld + record.dismissed + 2 * _PRIOR_REPORTS
    )
    weight = standing(record) * 2 * accuracy * (_NEWCOMER if is_newcomer else 1.0)
    return min(MOST, max(LEAST, weight))


def independent_weight(reports: Iterable[Weighed], together: Collection[Pair] = ()) -> float:
    """The weight of reports together: of those that are not independent only the heaviest counts.

    Reports depend on each other where they share an address (reports of unknown origin count as
    if they shared one, so that a missing address is never an advantage) or where their readers
    are one of the pairs ``together``; so do those that are linked through others.
    """
    groups = _groups(list(reports), frozenset(together))
    heaviest = [max(group, key=lambda one: one.weight) for group in groups]
    newcomers = sum(one.weight for one in heaviest if one.is_newcomer)
    known = sum(one.weight for one in heaviest if not one.is_newcomer)
    return known + min(NEWCOMERS_TOGETHER, newcomers)


def acting_together(past: Iterable[PastReport]) -> frozenset[Pair]:
    """The pairs of readers whose earlier reports coincide so much that they count as one.

    Two do if they reported two or more of the same comments within ten minutes of each other, and
    these are at least half of all that either of them reported. It sees those who act together by
    habit; a bloc's first attacks, and members who keep apart by more than ten minutes, it does not.
    """
    by_reader: dict[UUID, dict[UUID, datetime]] = {}
    for report in past:
        by_reader.setdefault(report.reader_id, {})[report.comment_id] = report.at
    return frozenset(
        (one, other)
        for one, other in combinations(sorted(by_reader), 2)
        if _coincide(by_reader[one], by_reader[other])
    )


def _coincide(one: dict[UUID, datetime], other: dict[UUID, datetime]) -> bool:
    shared = sum(
        abs(one[comment] - other[comment]) <= TOGETHER_WITHIN for comment in one.keys() & other
    )
    return shared >= max(_TOGETHER_ON, _TOGETHER_SHARE * min(len(one), len(other)))


def _groups(reports: Sequence[Weighed], together: frozenset[Pair]) -> list[list[Weighed]]:
    """The reports in groups that depend on each other: a union of overlapping sets."""
    home = list(range(len(reports)))

    def root(place: int) -> int:
        while home[place] != place:
            home[place] = home[home[place]]
            place = home[place]
        return place

    at_address: dict[str, int] = {}
    of_reader: dict[UUID, int] = {}
    for place, report in enumerate(reports):
        home[place] = root(at_address.setdefault(report.address_hash, place))
        if report.reader_id is not None:
            of_reader[report.reader_id] = place
    for one, other in together:
        if one in of_reader and other in of_reader:
            home[root(of_reader[one])] = root(of_reader[other])
    grouped: dict[int, list[Weighed]] = {}
    for place, report in enumerate(reports):
        grouped.setdefault(root(place), []).append(report)
    return list(grouped.values())
