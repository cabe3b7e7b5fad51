"""A world with a mail server, and two readers in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from support.newsroom import Person, open_site
from support.postbox import Postbox, open_postbox
from support.scripted import scripted_engine
from support.told import FAIR, has_email, with_mail


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Finds what the text says it should find, so that each test chooses the outcome."""
    return scripted_engine()


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def mailing(world: World, postbox: Postbox) -> World:
    world = with_mail(world, postbox)
    await open_site(world)
    return world


@pytest.fixture
async def ada(mailing: World) -> Person:
    """A reader with a published comment and an address that is hers."""
    ada = Person(mailing, "Ada Reader")
    await ada.write(FAIR)
    await has_email(ada, "ada@reader.example")
    return ada


@pytest.fixture
def bob(mailing: World) -> Person:
    return Person(mailing, "Bob")
