"""A clock that stands still until it is told to move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class AdjustableClock:
    """Give it where a `fruitful.domain.ports.Clock` is wanted."""

    def __init__(self, moment: datetime = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by
