"""Which house rules are in force on a site."""

from __future__ import annotations

from functools import lru_cache

from fruitful.domain.conversation import Site
from fruitful.domain.policy import HouseRules
from fruitful.moderation.house_rules import parse_house_rules
from fruitful.moderation.operating_points import Curves
from fruitful.services.world import World


def rules_of(world: World, site: Site) -> HouseRules:
    """The site's own rules where it has some, else the default ones."""
    if site.house_rules is None:
        return world.house_rules
    return _parsed(site.house_rules, site.slug, world.curves)


@lru_cache(maxsize=256)
def _parsed(text: str, slug: str, curves: Curves) -> HouseRules:
    return parse_house_rules(text, source=f"house rules of {slug}", curves=curves)
