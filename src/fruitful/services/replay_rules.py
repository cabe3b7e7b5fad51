"""What house rules would have decided on comments that were judged already. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fruitful.domain.moderation import Decision
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.decide import decide
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.world import World
from fruitful.storage import replaying, sites
from fruitful.storage.replaying import Measured, Selection

ERASED = "the text and what was measured in it have been erased"
UNMEASURED = "no signals are on record"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWanted:
    """Which decisions, and how many of those that change are told one by one.

    ``against`` are rules to compare with; without them the comparison is with what was decided at
    the time. ``with_text`` tells the comments' texts too.
    """

    site: str | None = None
    since: datetime | None = None
    last: int | None = None
    show: int = 20
    with_text: bool = False
    against: HouseRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A comment that would come out otherwise, and the rule that makes most of the difference;
    ``score`` is the highest in its category."""

    decision_id: UUID
    comment_id: UUID
    article: str
    old: Outcome
    new: Outcome
    category: Category | None
    rule: str
    score: float | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """``outcomes`` counts decisions by old and new outcome; ``verdicts`` counts, by category, what
    its rule alone gave and would give. ``changes`` are the newest, not all."""

    replayed: int
    not_replayable: Mapping[str, int]
    outcomes: Mapping[tuple[Outcome, Outcome], int]
    verdicts: Mapping[tuple[Category, Outcome, Outcome], int]
    changes: tuple[Change, ...]

    @property
    def changed(self) -> int:
        """How many comments would come out otherwise."""
        return sum(count for (old, new), count in self.outcomes.items() if old is not new)


async def replay_rules(
    world: World,
    house_rules: HouseRules,
    wanted: ReplayWanted,
    *,
    on_progress: Callable[[int], None] = lambda count: None,
) -> Replay:
    """Apply the rules to what was measured when the comments were judged; no model runs.

    Lists of links, contacts, languages and canaries bear on measuring, so a change in them does
    not show. Raises :class:`~fruitful.services.publish_sites.UnknownSite`.
    """
    replaying_now = _Replaying(house_rules, wanted)
    async with world.database.reading() as connection:
        site = await sites.by_slug(connection, wanted.site) if wanted.site else None
        if wanted.site and site is None:
            raise UnknownSite
        selection = Selection(
            site_id=site.id if site else None, since=wanted.since, last=wanted.last
        )
        async for measured in replaying.engine_decisions(connection, selection):
            replaying_now.take(measured)
            on_progress(replaying_now.seen)
    return replaying_now.result()


class _Replaying:
    """Counts as decisions pass by; only as many are kept as will be shown."""

    def __init__(self, house_rules: HouseRules, wanted: ReplayWanted) -> None:
        self._rules = house_rules
        self._wanted = wanted
        self._left_out: Counter[str] = Counter()
        self._outcomes: Counter[tuple[Outcome, Outcome]] = Counter()
        self._verdicts: Counter[tuple[Category, Outcome, Outcome]] = Counter()
        self._changes: list[Change] = []

    @property
    def seen(self) -> int:
        return self._outcomes.total() + self._left_out.total()

    def take(self, measured: Measured) -> None:
        findings = measured.stored.decision.findings
        if not findings.signals and (why := _unreplayable(measured)):
            self._left_out[why] += 1
            return
        against = self._wanted.against
        old = decide(findings, against) if against else measured.stored.decision
        new = decide(findings, self._rules)
        self._outcomes[old.outcome, new.outcome] += 1
        for category in Category:
            before = old.verdicts.get(category, Outcome.PUBLISH)
            self._verdicts[category, before, new.verdicts[category]] += 1
        if old.outcome is not new.outcome and len(self._changes) < self._wanted.show:
            self._changes.append(self._change(measured, old, new))

    def result(self) -> Replay:
        return Replay(
            replayed=self._outcomes.total(),
            not_replayable=dict(self._left_out),
            outcomes=dict(self._outcomes),
            verdicts=dict(self._verdicts),
            changes=tuple(self._changes),
        )

    def _change(self, measured: Measured, old: Decision, new: Decision) -> Change:
        category = _most_changed(old, new)
        scores = measured.stored.decision.findings.scores
        return Change(
            decision_id=measured.stored.id,
            comment_id=measured.stored.comment_id,
            article=measured.article,
            old=old.outcome,
            new=new.outcome,
            category=category,
            rule=self._rules.rules[category].title if category else "",
            score=scores.get(category) if category else None,
            text=measured.text if self._wanted.with_text else None,
        )


def _unreplayable(measured: Measured) -> str:
    """Why a decision without signals cannot be made again; empty where nothing had been found."""
    if measured.text is None:
        return ERASED
    return UNMEASURED if any(measured.stored.decision.findings.scores.values()) else ""


def _most_changed(old: Decision, new: Decision) -> Category | None:
    """The category whose verdict differs most, ``None`` where a missing measurement decided."""

    def distance(category: Category) -> int:
        before = old.verdicts.get(category, Outcome.PUBLISH)
        return abs(before.severity - new.verdicts[category].severity)

    furthest = max(Category, key=distance)
    return furthest if distance(furthest) else None
