"""A word before posting: what a writer is told of a draft, and the slip that tells what came of it.

No text is kept. The slip says only which site showed a note, on which day and how grave it was.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fruitful.domain.moderation import Decision, Reason
from fruitful.domain.policy import Category, Outcome, most_severe

_GOOD_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What would become of a draft by the rules that a writer is told of before posting."""

    outcome: Outcome
    """``publish``, ``hold`` or ``return``."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeCounts:
    """How many drafts were shown a note, how many of them were sent in a milder form, and how
    many were sent as grave as before. The rest were never sent."""

    shown: int = 0
    mended: int = 0
    posted_anyway: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """That a draft was shown a note; ``outcome`` is the gravest that was foretold."""

    site_id: UUID
    day: date
    outcome: Outcome

    def signed(self, key: bytes) -> str:
        """The slip as a token that only a holder of the key can make."""
        said = f"{self.site_id.hex}.{self.day.isoformat()}.{self.outcome}"
        return f"{_text(said.encode())}.{_signature(said, key)}"


def read_slip(token: str | None, key: bytes, *, site_id: UUID, today: date) -> Slip | None:
    """The slip, if it is one of ours, for this site and not old."""
    packed, _, signature = (token or "").partition(".")
    try:
        said = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        if not hmac.compare_digest(_signature(said, key), signature):
            return None
        site, day, outcome = said.split(".")
    except (ValueError, TypeError):
        return None
    slip = Slip(site_id=UUID(site), day=date.fromisoformat(day), outcome=Outcome(outcome))
    return slip if slip.site_id == site_id and today - slip.day < _GOOD_FOR else None


def foretold(decision: Decision) -> Foretold:
    """What the writer is told. Nothing of spam, whose senders would learn to pass, nor of the
    canaries, which count as spam; and nothing of checks that could not be made."""
    reasons = tuple(
        reason
        for reason in decision.reasons
        if reason.category not in (None, Category.SPAM)
        and not reason.evidence.startswith("missing:")
    )
    outcome = most_severe(*(reason.outcome for reason in reasons))
    return Foretold(
        outcome=Outcome.RETURN if outcome is Outcome.REJECT else outcome, reasons=reasons
    )


def _signature(said: str, key: bytes) -> str:
    digest = hmac.new(key, b"fruitful slip|" + said.encode(), hashlib.sha256).digest()
    return _text(digest[:16])


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
