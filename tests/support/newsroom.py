"""A site, its articles and its readers, as tests of services need them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from fruitful.domain.conversation import Article, NewComment, Site, Submitted
from fruitful.domain.identity import uuid7
from fruitful.domain.policy import Outcome
from fruitful.services.find_article import ArticleRef, find_article
from fruitful.services.submit_comment import submit_comment
from fruitful.services.world import World
from fruitful.storage import sites

ORIGIN = "https://paper.example"
BRIDGE = f"{ORIGIN}/2026/bridge"


async def open_site(world: World, *, guests_allowed: bool = True) -> Site:
    """A newspaper that serves its pages from :data:`ORIGIN`."""
    site = Site(
        id=uuid7(),
        slug="paper",
        name="The Paper",
        origins=(ORIGIN,),
        guests_allowed=guests_allowed,
        edit_window_seconds=900,
        house_rules=None,
    )
    async with world.database.transaction() as connection:
        await sites.add(connection, site)
    return site


async def open_article(world: World, url: str = BRIDGE) -> Article:
    """The article at this address of the site."""
    _, article = await find_article(world, ArticleRef(url=url))
    return article


@dataclass
class Person:
    """Somebody at a browser: keeps the token that they were given, has an address of their own."""

    world: World
    name: str
    token: str | None = None
    address: str = field(default_factory=lambda: uuid7().hex)

    async def write(self, text: str, *, parent: UUID | None = None, **more: str) -> Submitted:
        """Send a comment on the bridge article."""
        new = NewComment(
            article_url=more.pop("url", BRIDGE),
            article_key=None,
            text=text,
            parent_id=parent,
            author_name=self.name,
            reader_token=self.token,
            address_hash=self.address,
        )
        submitted = await submit_comment(self.world, replace(new, **more))  # type: ignore[arg-type]
        self.token = submitted.reader_token or self.token
        return submitted


def canary(world: World, outcome: Outcome) -> str:
    """A text that is certain to get the outcome."""
    return f"Is the engine awake? {world.house_rules.canaries[outcome]}"
