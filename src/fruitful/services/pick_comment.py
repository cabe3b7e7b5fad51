"""The newsroom points readers to good comments: any number of picks, one pin an article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from fruitful.domain.conversation import Action, CommentState, ModeratorAction
from fruitful.domain.errors import NotAllowed, StaleAction, UnknownComment
from fruitful.domain.newsroom import Candidate, LockedComment, Marks
from fruitful.domain.readable import clean_note
from fruitful.services.acting import Case, Deed, open_case, record_of
from fruitful.services.announcing import News, announce
from fruitful.services.moderate_comment import LONGEST_NOTE, Order
from fruitful.services.world import World
from fruitful.storage import actions, picks

log = structlog.get_logger(__name__)

PICKING = frozenset(
    {
        ModeratorAction.PICK,
        ModeratorAction.UNPICK,
        ModeratorAction.PIN,
        ModeratorAction.UNPIN,
    }
)
"""The actions that point to a comment and leave its state as it is."""

CANDIDATES = 40
"""Comments offered to be picked, on one page."""


@dataclass(frozen=True, slots=True)
class _Marking:
    case: Case
    action: ModeratorAction


async def pick_comment(world: World, order: Order) -> Action:
    """Pick or pin a published comment, or take that back; on record like every action.

    A pin takes the place of the article's former one. The mark goes by itself when the comment is
    changed, taken down or deleted, and does not come back with it.

    Raises :class:`UnknownComment`; :class:`StaleAction` where it is so already or the comment is
    not what the moderator saw; :class:`NotAllowed` for a comment that is not published, and for
    pinning an answer, which would stand without what it answers.
    """
    note = clean_note(order.note, longest=LONGEST_NOTE)
    async with world.database.transaction() as connection:
        case = await open_case(world, connection, order.moderator_id, order.comment_id)
        comment = case.comment
        if order.expected_revision not in (None, comment.revision):
            raise StaleAction("The writer has changed the comment meanwhile.")
        if not await _mark(_Marking(case, order.action)):
            raise StaleAction(state=comment.footing.state)
        deed = Deed(action=order.action, note=note)
        # Under no decision: it decides nothing, so it is nothing that undo could take back.
        record = replace(record_of(case, comment.footing, deed), decision_id=None)
        await actions.add(connection, record)
        await announce(world, connection, News(comment.article_id, "picked", comment.id))
    log.info("comment.marked", comment_id=str(order.comment_id), action=order.action.value)
    return record.action


async def marks_of(world: World, comment_id: UUID) -> Marks:
    """Whether the comment is picked or pinned. Raises :class:`UnknownComment`."""
    async with world.database.reading() as connection:
        marks = await picks.marks(connection, comment_id)
    if marks is None:
        raise UnknownComment
    return marks


async def candidates(world: World) -> tuple[Candidate, ...]:
    """What readers find most fruitful of the last days, with what is picked already, best first."""
    async with world.database.reading() as connection:
        return await picks.candidates(connection, limit=CANDIDATES)


async def _mark(marking: _Marking) -> bool:
    case, action = marking.case, marking.action
    comment, connection, moment = case.comment, case.connection, case.world.clock()
    if action is ModeratorAction.UNPICK:
        return await picks.set_picked(connection, comment.id, None)
    if action is ModeratorAction.UNPIN:
        return await picks.unpin(connection, comment.id)
    _check_is_published(comment)
    if action is ModeratorAction.PICK:
        return await picks.set_picked(connection, comment.id, moment)
    if comment.is_reply:
        raise NotAllowed("An answer cannot be pinned: it would stand without what it answers.")
    return await picks.pin(connection, comment.article_id, comment.id, moment)


def _check_is_published(comment: LockedComment) -> None:
    if comment.footing.state is not CommentState.PUBLISHED:
        raise NotAllowed("Only a published comment can be picked or pinned.")
