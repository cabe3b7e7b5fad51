"""Who may answer an appeal: a person with no part in what is contested, if there is one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.errors import OwnDecision
from fruitful.storage import appeals, moderators


async def check_is_impartial(
    connection: AsyncConnection, moderator_id: UUID, decision_id: UUID
) -> None:
    """Raise :class:`OwnDecision` where the moderator made the decision and has a colleague.

    In a newsroom of one, that one has to answer: an appeal that nobody may read helps nobody.
    """
    decider = (await appeals.deciders(connection, [decision_id])).get(decision_id)
    is_own = decider is not None and decider.moderator_id == moderator_id
    if is_own and len(await moderators.everyone(connection)) > 1:
        raise OwnDecision
