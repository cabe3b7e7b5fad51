"""What every use case is given to work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fruitful.domain.identity import uuid7
from fruitful.domain.letters import Mailer
from fruitful.domain.notifications import Pusher
from fruitful.domain.policy import HouseRules
from fruitful.domain.ports import Clock, JobQueue, NewId
from fruitful.moderation.operating_points import Curves, shipped_curves
from fruitful.moderation.pipeline import Engine
from fruitful.services.key_sets import KeySets
from fruitful.services.openid_providers import OpenIdProviders
from fruitful.services.safe_fetch import PageFetcher
from fruitful.storage.database import Database


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one sender may do. Counts are per window of the given length."""

    comments_per_minute: int = 6
    comments_per_hour: int = 60
    reports_per_hour: int = 30
    appeals_per_hour: int = 20
    respects_per_hour: int = 120
    scores_per_minute: int = 120
    letters_per_hour: int = 6
    confirmations_per_hour: int = 5
    checks_per_minute: int = 30
    sign_ins_per_quarter_hour: int = 10
    reader_sign_ins_per_minute: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long texts that nobody may see are kept before a job erases them."""

    returned: timedelta = timedelta(days=7)
    rejected: timedelta = timedelta(days=30)
    deleted: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The collaborators of the use cases; made once by the composition root."""

    database: Database
    engine: Engine
    jobs: JobQueue
    house_rules: HouseRules
    """The rules of every site that has none of its own."""
    curves: Curves = field(default_factory=shipped_curves)
    """What the classifier in use was measured to catch, for operating points in house rules."""
    secret: bytes
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    key_sets: KeySets = field(default_factory=KeySets)
    """Public keys of the publishers whose accounts sign in."""
    openid_providers: OpenIdProviders = field(default_factory=OpenIdProviders)
    """The OpenID providers at which readers sign in."""
    mailer: Mailer | None = None
    """Sends letters; ``None`` where no mail server is set."""
    public_url: str | None = None
    """Where readers reach this server, for links in letters: the address that a request names
    could have been made up by its sender."""
    pusher: Pusher | None = None
    """Sends pushes to browsers; ``None`` where no contact for push services is set."""
    pages: PageFetcher = field(default_factory=PageFetcher)
    """Fetches public pages that readers link to."""
    clock: Clock = now
    new_id: NewId = uuid7

    @property
    def sends_letters(self) -> bool:
        """Whether there is a mail server, and an address that letters can lead to."""
        return self.mailer is not None and self.public_url is not None

    @property
    def reaches_out(self) -> bool:
        """Whether readers can be told anything outside the page."""
        return self.sends_letters or self.pusher is not None
