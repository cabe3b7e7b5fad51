"""How much is said beneath many articles at once, for pages that list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fruitful.domain.errors import UnknownArticle
from fruitful.services.find_article import canonical_addresses
from fruitful.services.world import World
from fruitful.storage import threads


async def count_comments(world: World, urls: Sequence[str]) -> Mapping[str, int]:
    """For each address as it was given, in that order, how many comments are published there.

    None where nobody has opened the thread yet, and where no site serves the address: an index page
    has no use for an error. No article is made.
    """
    candidates = {url: _candidates(url) for url in urls}
    origins = {origin for found in candidates.values() for origin in found}
    addresses = {address for found in candidates.values() for address in found.values()}
    if not addresses:
        return dict.fromkeys(urls, 0)
    async with world.database.reading() as connection:
        totals = await threads.totals(connection, origins, addresses)
    return {
        url: next((totals[address] for address in found.values() if address in totals), 0)
        for url, found in candidates.items()
    }


def _candidates(url: str) -> Mapping[str, str]:
    try:
        return canonical_addresses(url)
    except UnknownArticle:
        return {}
