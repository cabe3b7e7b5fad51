"""What a publisher chooses for a site."""

from __future__ import annotations

import pytest

from fruitful.domain.errors import InvalidOption
from fruitful.domain.site_options import SiteOptions, options_from
from fruitful.services.publish_sites import (
    NewSite,
    UnknownSite,
    add_site,
    every_site,
    set_site_options,
)
from fruitful.services.world import World


async def test_a_choice_is_kept_and_the_rest_stays_at_its_default(world: World) -> None:
    await add_site(world, NewSite(slug="tide", name="The Tide", origins=["https://tide.example"]))

    await set_site_options(world, "tide", {"contact": " desk@tide.example "})

    (site,) = [site for site in await every_site(world) if site.slug == "tide"]
    assert site.options == SiteOptions(contact="desk@tide.example")


async def test_a_choice_that_does_not_exist_changes_nothing(world: World) -> None:
    await add_site(world, NewSite(slug="tide", name="The Tide", origins=["https://tide.example"]))

    with pytest.raises(InvalidOption, match="there is no option colour"):
        await set_site_options(world, "tide", {"contact": "desk", "colour": "red"})

    (site,) = [site for site in await every_site(world) if site.slug == "tide"]
    assert site.options.contact == ""


async def test_options_of_an_unknown_site_are_refused(world: World) -> None:
    with pytest.raises(UnknownSite):
        await set_site_options(world, "nowhere", {})


def test_what_a_later_version_stored_does_not_take_the_site_down() -> None:
    assert options_from({"contact": "desk", "from_the_future": 3}) == SiteOptions(contact="desk")
