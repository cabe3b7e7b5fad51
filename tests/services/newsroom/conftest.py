"""A moderator at a desk, and a reader who writes."""

from __future__ import annotations

import pytest

from fruitful.moderation.pipeline import Engine
from fruitful.services.world import World
from support.desk import Desk, open_desk
from support.newsroom import Person, open_site
from support.scripted import scripted_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Finds what the text says it should find, so that each test chooses the outcome."""
    return scripted_engine()


@pytest.fixture
async def desk(world: World) -> Desk:
    await open_site(world)
    return await open_desk(world)


@pytest.fixture
def ada(world: World) -> Person:
    return Person(world, "Ada Reader")
