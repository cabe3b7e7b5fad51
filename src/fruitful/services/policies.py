"""Which house rules are in force on a site."""

from __future__ import annotations

from functools import lru_cache

from fruitful.domain.conversation import Site
from fruitful.domain.policy import HouseRules
from fruitful.moderation.house_rules import parse_house_rules
from fruitful.moderation.learning import with_learnt
from fruitful.moderation.operating_points import Curves
from fruitful.services.world import World


def rules_of(world: World, site: Site) -> HouseRules:
    """The site's own rules where it has some, else the default ones; with the thresholds that it
    learnt from its moderators, as long as rules and model are those it learnt them with."""
    rules = written_rules(world, site)
    return with_learnt(rules, site.learnt) if has_learnt(world, site) else rules


def written_rules(world: World, site: Site) -> HouseRules:
    """The rules as they are written, without anything learnt."""
    if site.house_rules is None:
        return world.house_rules
    return _parsed(site.house_rules, site.slug, world.curves)


def has_learnt(world: World, site: Site) -> bool:
    """Whether thresholds learnt from moderators are in force, and not lapsed."""
    learnt = site.learnt
    return (
        learnt is not None
        and learnt.model == world.curves.model
        and learnt.house_rules == written_rules(world, site).version
    )


@lru_cache(maxsize=256)
def _parsed(text: str, slug: str, curves: Curves) -> HouseRules:
    return parse_house_rules(text, source=f"house rules of {slug}", curves=curves)
