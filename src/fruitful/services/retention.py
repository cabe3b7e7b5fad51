"""Nothing is kept longer than it is of use. Both are jobs that run by themselves."""

from __future__ import annotations

from datetime import timedelta

import structlog

from fruitful.domain.conversation import CommentState
from fruitful.services.outgoing_mail import LETTERS_KEPT
from fruitful.services.world import World
from fruitful.storage import (
    appeals,
    comments,
    erasure,
    idempotency,
    outgoing_mail,
    personal_data,
    ranking,
    rates,
    reader_sessions,
)

log = structlog.get_logger(__name__)

KEYS_KEPT = timedelta(hours=24)
"""A client that has not heard back for a day will not send the same request again."""
ORDERS_KEPT = timedelta(hours=2)
"""Nobody reads the next page of a thread so long after the one before."""
ADDRESSES_KEPT = timedelta(days=7)
"""Reports that came from one address count once; later than this they have been decided."""
RATES_KEPT = timedelta(hours=24)
"""The longest window that is counted is an hour; the hashes of addresses change every day."""


async def erase_expired(world: World) -> None:
    """Erase what nobody may see and no longer serves an appeal: the texts of comments returned,
    rejected or deleted long enough ago, versions that were replaced or returned, everything that
    points into them, and the words of appeals that were answered.

    That there was a comment, who decided what about it, and by which rule, stays on record.
    """
    kept = {
        CommentState.RETURNED: world.retention.returned,
        CommentState.REJECTED: world.retention.rejected,
        CommentState.DELETED: world.retention.deleted,
    }
    for state, period in kept.items():
        async with world.database.transaction() as connection:
            before = world.clock() - period
            erased = await comments.erase_settled(connection, state, before=before)
            await erasure.erase_evidence(connection, erased)
        if erased:
            log.info("retention.erased", state=state.value, comments=len(erased))
    async with world.database.transaction() as connection:
        before = world.clock() - world.retention.returned
        revisions = await comments.erase_superseded(connection, before=before)
        await erasure.erase_evidence_on_revisions(connection, revisions)
        await appeals.erase_answered(connection, before=world.clock() - world.retention.rejected)


async def prune(world: World) -> None:
    """Forget answered requests, counted windows and sign-ins that have run out."""
    moment = world.clock()
    async with world.database.transaction() as connection:
        await idempotency.forget_before(connection, moment - KEYS_KEPT)
        await personal_data.forget_addresses(connection, before=moment - ADDRESSES_KEPT)
        await rates.forget_before(connection, moment - RATES_KEPT)
        await ranking.forget_orders(connection, before=moment - ORDERS_KEPT)
        await erasure.drop_sessions(connection, expired_by=moment)
        await reader_sessions.drop_expired(connection, expired_by=moment)
        await outgoing_mail.forget_before(connection, moment - LETTERS_KEPT)
