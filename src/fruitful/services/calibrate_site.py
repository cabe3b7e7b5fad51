"""Move a site's thresholds to where its moderators draw the line: shown first, then applied."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.calibration import (
    Audited,
    CalibrationRecord,
    Learnt,
    Proposal,
    stored_learnt,
)
from fruitful.domain.conversation import Site
from fruitful.domain.errors import DomainError, StaleAction
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.learning import propose, with_learnt
from fruitful.moderation.operating_points import LEARNED_CATEGORIES
from fruitful.services.policies import has_learnt, rules_of, written_rules
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.replay_rules import Replay, ReplayWanted, replay_rules
from fruitful.services.world import World
from fruitful.storage import calibrations, feedback, sites
from fruitful.storage.feedback import Ruled
from fruitful.storage.replaying import Selection

LAST_RULINGS = 5_000
"""Newest rulings to learn from: how moderators decided long ago counts for less than nothing."""
LAST_DECISIONS = 1_000
"""Newest decisions on which the effect is shown."""

_CLASSIFIER = "classifier"


class NothingLearnt(DomainError):
    """Moderators' decisions give no reason to move a threshold, so there is nothing to apply."""

    code = "nothing_learnt"
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a site's moderators taught, and what it would change.

    ``learnt`` is what would be applied, ``None`` where nothing moves; ``effect`` compares it with
    the rules in force on the last decisions. ``in_force`` is what was applied before, and
    ``has_lapsed`` says that other rules or another model have put it out of force since.
    """

    site: Site
    house_rules: HouseRules
    proposals: tuple[Proposal, ...]
    learnt: Learnt | None
    effect: Replay | None
    in_force: Learnt | None
    has_lapsed: bool
    records: tuple[CalibrationRecord, ...] = field(default=())

    @property
    def seal(self) -> str:
        """Changes with what would be applied: who saw other numbers applies nothing."""
        told = stored_learnt(self.learnt) if self.learnt else {}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


async def propose_calibration(world: World, slug: str) -> Calibration:
    """What could be learnt now, with its effect; nothing is changed. Raises ``UnknownSite``."""
    async with world.database.reading() as connection:
        site = await _site(connection, slug)
        records = await calibrations.of_site(connection, site.id)
        proposals = await _proposals(connection, world, site)
    learnt = _learnt(world, site, proposals, records)
    effect = None
    if learnt is not None:
        wanted = ReplayWanted(site=slug, last=LAST_DECISIONS, against=rules_of(world, site))
        effect = await replay_rules(world, with_learnt(written_rules(world, site), learnt), wanted)
    return Calibration(
        site=site,
        house_rules=written_rules(world, site),
        proposals=proposals,
        learnt=learnt,
        effect=effect,
        in_force=site.learnt,
        has_lapsed=site.learnt is not None and not has_learnt(world, site),
        records=records,
    )


async def apply_calibration(
    world: World, slug: str, *, by: UUID | None = None, seal: str | None = None
) -> CalibrationRecord:
    """Put in force what can be learnt now. ``by`` is a moderator; ``None`` is the command line.

    ``seal`` is that of the proposal somebody saw. Raises ``UnknownSite``, :class:`NothingLearnt`,
    and :class:`~fruitful.domain.errors.StaleAction` where moderators have decided more since.
    """
    proposed = await propose_calibration(world, slug)
    if proposed.learnt is None:
        raise NothingLearnt
    if seal is not None and seal != proposed.seal:
        raise StaleAction
    record = CalibrationRecord(
        id=world.new_id(),
        site_id=proposed.site.id,
        learnt=proposed.learnt,
        audited={p.category: p.audited for p in proposed.proposals if p.moves},
        by=None,
        applied_at=world.clock(),
    )
    async with world.database.transaction() as connection:
        await calibrations.lock(connection, record.site_id)
        newest = await calibrations.newest_version(connection, record.site_id)
        if record.learnt.version != newest + 1:
            raise StaleAction
        await calibrations.add(connection, record, by)
        await calibrations.put_in_force(connection, record.site_id, record.learnt)
    return record


async def take_back_calibration(
    world: World, slug: str, *, by: UUID | None = None
) -> CalibrationRecord:
    """Return to what was in force before the latest calibration. Raises ``UnknownSite``, and
    :class:`NothingLearnt` where none is left to take back."""
    async with world.database.transaction() as connection:
        site = await _site(connection, slug)
        await calibrations.lock(connection, site.id)
        standing = [
            record
            for record in await calibrations.of_site(connection, site.id)
            if record.taken_back_at is None
        ]
        if not standing:
            raise NothingLearnt
        await calibrations.take_back(connection, standing[0].id, by, world.clock())
        before = standing[1].learnt if len(standing) > 1 else None
        await calibrations.put_in_force(connection, site.id, before)
    return standing[0]


async def _site(connection: AsyncConnection, slug: str) -> Site:
    site = await sites.by_slug(connection, slug)
    if site is None:
        raise UnknownSite
    return site


async def _proposals(connection: AsyncConnection, world: World, site: Site) -> tuple[Proposal, ...]:
    audited: defaultdict[Category, list[Audited]] = defaultdict(list)
    selection = Selection(site_id=site.id, last=LAST_RULINGS)
    async for ruled in feedback.rulings(connection, selection):
        for each in audited_in(ruled, world.curves.model):
            audited[each.category].append(each)
    rules = written_rules(world, site).rules
    return tuple(propose(rules[c], audited[c]) for c in Category if c in LEARNED_CATEGORIES)


def audited_in(ruled: Ruled, model: str) -> list[Audited]:
    """What a ruling says about the scores that the classifier ``model`` had given.

    A comment that was published after all broke no rule; one that was rejected broke the rule it
    was rejected by, and of the others nothing is known. What the engine published itself is left
    out: readers' reports chose it, so it says nothing of comments with that score.
    """
    decision = ruled.engine.decision
    # The name goes on with the other detectors', or tells that the model's fast stage was absent.
    same_model = f"{_CLASSIFIER} {model},", f"{_CLASSIFIER} {model} "
    is_kept_back = decision.outcome in (Outcome.HOLD, Outcome.RETURN)
    if not is_kept_back or not decision.findings.model.startswith(same_model):
        return []
    scores: dict[Category, float] = {}
    for reason in decision.reasons:
        if reason.detector == _CLASSIFIER and reason.category and reason.score is not None:
            scores[reason.category] = max(reason.score, scores.get(reason.category, 0.0))
    is_clean = ruled.outcome is Outcome.PUBLISH
    return [
        Audited(category=category, score=score, breaks=not is_clean, outcome=decision.outcome)
        for category, score in scores.items()
        if category in LEARNED_CATEGORIES and (is_clean or ruled.category is category)
    ]


def _learnt(
    world: World,
    site: Site,
    proposals: Sequence[Proposal],
    records: Sequence[CalibrationRecord],
) -> Learnt | None:
    """What would be applied; ``None`` where it is what is in force already."""
    moved = {p.category: p.new for p in proposals if p.moves}
    current: Mapping[Category, object] = {}
    if site.learnt is not None and has_learnt(world, site):
        current = site.learnt.thresholds
    if not moved or moved == current:
        return None
    return Learnt(
        version=max((record.learnt.version for record in records), default=0) + 1,
        model=world.curves.model,
        house_rules=written_rules(world, site).version,
        thresholds=moved,
    )
