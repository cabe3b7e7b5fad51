"""The trust a reader has earned. It decides how much waits for review, never whether rules apply.

Everything counts for less as it lies longer ago: half as much after 90 days. Nothing is stored but
what happened; standing follows from it at any moment. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HALF_LIFE = timedelta(days=90)
"""Our own choice: long enough for somebody who takes part monthly, short enough to forgive."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When an event weighs 1 in a :class:`Tally`; later ones weigh more, so that sums never change."""

NEW = 0.25
"""The standing of somebody of whom nothing is known."""

LOW = 0.2
"""Below this, what a model is nearly unsure about waits for a person too. Nobody starts there: it
takes a rejected comment, or many reports that were wrong, and not much good beside it."""

NEARLY = 0.85
"""The part of a rule's hold threshold from which that is so."""

_HALF_EARNED_AT = 8
"""So many published comments and upheld reports earn half of what can be earned."""

_BENEFIT = 4
"""Good deeds that everybody is credited with when bad ones are weighed against them."""

_REJECTED_WEIGHS = 2
_HONEST_MISTAKES = 2
"""So many more reports may have been dismissed than upheld before it looks like bad faith."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a reader did, each deed counted by how long ago it was: 1 when new, ½ after 90 days."""

    published: float = 0.0
    """Comments that stand published."""
    rejected: float = 0.0
    upheld: float = 0.0
    """Reports that a moderator agreed with."""
    dismissed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums of ``2 ** ((when - EPOCH) / HALF_LIFE)`` over a reader's deeds.

    They are the same whenever they are taken; dividing by the present moment's weight makes them
    counts that have decayed until then.
    """

    published: float = 0.0
    rejected: float = 0.0
    upheld: float = 0.0
    dismissed: float = 0.0

    def at(self, moment: datetime) -> Record:
        """The decayed counts at the moment."""
        decay = 2.0 ** ((EPOCH - moment) / HALF_LIFE)
        return Record(
            published=self.published * decay,
            rejected=self.rejected * decay,
            upheld=self.upheld * decay,
            dismissed=self.dismissed * decay,
        )


def standing(record: Record) -> float:
    """The standing in 0..1 that the record gives; :data:`NEW` for an empty one.

    ``(0.25 + 0.75·e/(e+8)) · (e+4)/(e+4+b)``, where ``e`` counts published comments and upheld
    reports, and ``b`` is twice the rejected comments plus the dismissed reports beyond two more
    than were upheld, all decayed.
    """
    earned = record.published + record.upheld
    bad_faith = max(0.0, record.dismissed - record.upheld - _HONEST_MISTAKES)
    against = _REJECTED_WEIGHS * record.rejected + bad_faith
    share = earned / (earned + _HALF_EARNED_AT)
    conduct = (earned + _BENEFIT) / (earned + _BENEFIT + against)
    return (NEW + (1 - NEW) * share) * conduct
