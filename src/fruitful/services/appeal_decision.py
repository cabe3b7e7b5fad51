"""A writer contests a decision on their comment, once and in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.appeals import (
    LONGEST,
    SHORTEST,
    Appeal,
    AppealState,
    Contested,
    Obstacle,
    obstacle,
)
from fruitful.domain.errors import (
    AlreadyAppealed,
    InvalidAppeal,
    NotAppealable,
    UnknownDecision,
    UnreadableText,
)
from fruitful.domain.readable import is_readable
from fruitful.services.limits import Pace, allow
from fruitful.services.private_links import Asker, opens
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import actions, appeals

log = structlog.get_logger(__name__)

WHY_NOT = {
    Obstacle.PUBLISHED: "The comment was published; there is nothing to contest.",
    Obstacle.SUPERSEDED: "This decision no longer stands, so there is nothing left to contest.",
    Obstacle.HEARD: "This is the answer to an appeal; a decision can be contested once.",
    Obstacle.ERASED: "The text has been erased, so nobody could read it again.",
    Obstacle.WAITING: "Nobody has read this comment yet; after a day you can contest the wait.",
}
"""What a writer is told where a decision cannot be contested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppeal:
    """What a writer sent. ``address_hash`` is the keyed hash of the address it came from."""

    decision_id: UUID
    text: str
    asker: Asker
    address_hash: str = ""


async def appeal_decision(world: World, new: NewAppeal) -> Appeal:
    """Put the appeal before the newsroom.

    Raises :class:`UnknownDecision` for anybody but the writer, :class:`InvalidAppeal` or
    :class:`UnreadableText` for the words, :class:`AlreadyAppealed`, :class:`NotAppealable` with
    a ``why``, :class:`~fruitful.domain.errors.TooManyRequests`.
    """
    text = _checked(new.text)
    pace = Pace(f"appeal:{new.address_hash}", world.limits.appeals_per_hour, timedelta(hours=1))
    await allow(world, pace)
    async with world.database.transaction() as connection:
        decision = await own_decision(connection, world, new.decision_id, new.asker)
        # Whoever changes the comment meanwhile has to wait, and the same appeal sent twice too.
        await actions.lock(connection, decision.comment_id)
        decision = await own_decision(connection, world, new.decision_id, new.asker)
        if await appeals.by_decision(connection, decision.decision_id):
            raise AlreadyAppealed
        why = obstacle(decision, world.clock())
        if why is not None:
            raise NotAppealable(WHY_NOT[why], why=why.value)
        appeal = Appeal(
            id=world.new_id(),
            decision_id=decision.decision_id,
            comment_id=decision.comment_id,
            text=text,
            state=AppealState.OPEN,
            created_at=world.clock(),
        )
        await appeals.add(connection, appeal)
    log.info("decision.appealed", appeal_id=str(appeal.id), decision_id=str(appeal.decision_id))
    return appeal


async def own_decision(
    connection: AsyncConnection, world: World, decision_id: UUID, asker: Asker
) -> Contested:
    """The decision, for the writer of the comment that it is about.

    Raises :class:`UnknownDecision` for everybody else, who need not know that there is one.
    """
    decision = await appeals.contested(connection, decision_id)
    if decision is None:
        raise UnknownDecision
    if not opens(world, asker.key, decision.comment_id):
        reader = await recognise(connection, world, None, asker.token)
        if reader is None or reader.id != decision.reader_id:
            raise UnknownDecision
    return decision


def _checked(text: str) -> str:
    text = text.strip()
    if not is_readable(text):
        raise UnreadableText
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidAppeal
    return text
