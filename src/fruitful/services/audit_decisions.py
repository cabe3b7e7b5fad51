"""The newsroom looks over its own shoulder and the engine's: decisions on record, and the log."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.conversation import Site
from fruitful.domain.errors import UnknownDecision
from fruitful.domain.newsroom import ActionRecord, DecisionFilter, DecisionOnRecord, LogFilter
from fruitful.domain.policy import HouseRules
from fruitful.services.policies import rules_of
from fruitful.services.world import World
from fruitful.storage import actions, audit, sites


async def audit_decisions(world: World, wanted: DecisionFilter) -> tuple[DecisionOnRecord, ...]:
    """Decisions of every outcome, newest first: what was returned and abandoned is seen only here.

    Texts that have been erased are ``None``; their decisions remain.
    """
    async with world.database.reading() as connection:
        return await audit.listed(connection, wanted)


async def decision_on_record(
    world: World, decision_id: UUID
) -> tuple[DecisionOnRecord, HouseRules]:
    """One decision with the text it judged, and the rules in force on its site now. Raises
    :class:`UnknownDecision`."""
    async with world.database.reading() as connection:
        found = await audit.one(connection, decision_id)
        site = await sites.by_id(connection, found.site_id) if found else None
    if found is None or site is None:
        raise UnknownDecision
    return found, rules_of(world, site)


async def moderation_log(world: World, wanted: LogFilter) -> tuple[ActionRecord, ...]:
    """What moderators did, newest first."""
    async with world.database.reading() as connection:
        return await actions.logged(connection, wanted)


async def rules_in_force(world: World) -> tuple[tuple[Site, HouseRules], ...]:
    """Each site with the house rules that its comments are judged by."""
    async with world.database.reading() as connection:
        return tuple((site, rules_of(world, site)) for site in await sites.every_site(connection))
