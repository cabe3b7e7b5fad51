"""The appeals that wait for a moderator, with all that is needed to answer them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fruitful.domain.appeals import Appeal, AppealItem, AppealNumbers
from fruitful.domain.conversation import Moderator
from fruitful.domain.newsroom import Urgency
from fruitful.services.review_queue import QueuePage, items_at
from fruitful.services.world import World
from fruitful.storage import appeals, moderators
from fruitful.storage.queue import Place

_COUNTED = timedelta(days=90)
"""How far back the newsroom's numbers on answered appeals reach."""


async def review_appeals(
    world: World, moderator: Moderator, page: QueuePage | None = None
) -> tuple[AppealItem, ...]:
    """The open appeals, the longest waiting first, as this moderator may answer them."""
    page = page or QueuePage()
    async with world.database.reading() as connection:
        found = await appeals.waiting(connection, limit=page.limit, offset=page.offset)
        places = [
            Place(
                comment_id=appeal.comment_id,
                urgency=Urgency.CONTESTED,
                waiting_since=appeal.created_at,
            )
            for appeal in found
        ]
        items = await items_at(connection, world, places)
        deciders = await appeals.deciders(connection, [appeal.decision_id for appeal in found])
        has_colleague = len(await moderators.everyone(connection)) > 1
    listed = []
    for appeal, item in zip(found, items, strict=True):
        decider = deciders.get(appeal.decision_id)
        is_own = decider is not None and decider.moderator_id == moderator.id
        listed.append(
            AppealItem(
                appeal=appeal,
                item=item,
                decided_by=decider.name if decider else None,
                may_answer=not (is_own and has_colleague),
            )
        )
    return tuple(listed)


async def appeals_on(world: World, comment_id: UUID) -> tuple[Appeal, ...]:
    """Every appeal about the comment, oldest first."""
    async with world.database.reading() as connection:
        return (await appeals.on_comments(connection, [comment_id])).get(comment_id, ())


async def appeal_numbers(world: World) -> AppealNumbers:
    """How many appeals wait, and how those of the last 90 days came out."""
    async with world.database.reading() as connection:
        return await appeals.numbers(connection, since=world.clock() - _COUNTED)
