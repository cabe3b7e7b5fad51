"""A decision made by people, on the same record as the engine's: what was measured stays on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.errors import UnknownComment
from fruitful.domain.moderation import Decision, Findings, Reason, StoredDecision
from fruitful.domain.newsroom import LockedComment
from fruitful.domain.policy import Category, HouseRules, Outcome, most_severe
from fruitful.services.policies import rules_of
from fruitful.services.world import World
from fruitful.storage import decisions, sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What people decided. ``by`` is ``BY_MODERATOR`` or ``BY_REPORTS``."""

    by: str
    outcome: Outcome
    reasons: Sequence[Reason]
    house_rules: HouseRules


async def overrule(
    connection: AsyncConnection, world: World, comment: LockedComment, ruling: Ruling
) -> StoredDecision:
    """Put the ruling on record as a decision on the comment's present text.

    Scores, attributes and redactions are carried over from the decision in force, so that the
    new one is a whole record and the same private details stay masked. The signals stay with the
    decision that measured them.
    """
    former = None
    if comment.footing.decision_id is not None:
        former = await decisions.by_id(connection, comment.footing.decision_id)
    stored = StoredDecision(
        id=world.new_id(),
        comment_id=comment.id,
        revision=comment.revision,
        decided_at=world.clock(),
        decision=_decision(ruling, former.decision if former else None),
    )
    await decisions.add(connection, stored)
    return stored


async def house_rules_for(connection: AsyncConnection, world: World, site_id: UUID) -> HouseRules:
    """The house rules in force on the site."""
    site = await sites.by_id(connection, site_id)
    if site is None:
        raise UnknownComment
    return rules_of(world, site)


def _decision(ruling: Ruling, former: Decision | None) -> Decision:
    findings = Findings(
        signals=(),
        missing=(),
        attributes=former.findings.attributes if former else {},
        scores=former.findings.scores if former else {},
        model=ruling.by,
        milliseconds=0.0,
    )
    return Decision(
        outcome=ruling.outcome,
        verdicts={
            category: most_severe(*(r.outcome for r in ruling.reasons if r.category is category))
            for category in Category
        },
        reasons=tuple(ruling.reasons),
        redactions=former.redactions if former else (),
        findings=findings,
        house_rules=ruling.house_rules.version,
    )
