"""Writers who contest decisions and moderators who answer, in as few words as a test needs."""

from __future__ import annotations

from uuid import UUID

from fruitful.domain.appeals import Appeal
from fruitful.domain.conversation import Action
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.decide_appeal import Answer, decide_appeal
from fruitful.services.private_links import Asker
from fruitful.services.review_queue import comment_history
from fruitful.services.world import World
from support.desk import Desk
from support.newsroom import Person

WORDS = "I meant the plan and not the people who drew it."
WHY = "The words are aimed at people, and the rule is about that."


async def appeal(reader: Person, decision_id: UUID, text: str = WORDS) -> Appeal:
    """The reader contests the decision."""
    asker = Asker(token=reader.token)
    new = NewAppeal(decision_id=decision_id, text=text, asker=asker, address_hash=reader.address)
    return await appeal_decision(reader.world, new)


async def answer(desk: Desk, contested: Appeal, *, overturn: bool, words: str = WHY) -> Action:
    """The moderator answers."""
    return await decide_appeal(
        desk.world,
        Answer(
            appeal_id=contested.id,
            moderator_id=desk.moderator.id,
            is_overturned=overturn,
            answer=words,
        ),
    )


async def in_force(world: World, comment_id: UUID) -> UUID:
    """The decision that the comment stands under."""
    decision_id = (await comment_history(world, comment_id)).in_force
    assert decision_id is not None
    return decision_id
