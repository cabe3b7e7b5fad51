"""A moderator approves or rejects a comment, or takes back what was decided last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from fruitful.domain.appeals import AppealState
from fruitful.domain.conversation import Action, CommentState, ModeratorAction
from fruitful.domain.errors import NotAllowed, StaleAction
from fruitful.domain.newsroom import ActionRecord, LockedComment
from fruitful.domain.policy import Category
from fruitful.domain.readable import clean_note
from fruitful.services.acting import (
    Case,
    Deed,
    carry_out,
    decision_in_force,
    first_category,
    open_case,
    publish,
    record_of,
    rule_details,
    take_away,
    tell_writer,
)
from fruitful.services.impartiality import check_is_impartial
from fruitful.services.overruling import house_rules_for
from fruitful.services.world import World
from fruitful.storage import actions, appeals, notices, reports

log = structlog.get_logger(__name__)

LONGEST_NOTE = 500
"""Characters of a moderator's note, which only the newsroom sees."""

_FROM = {
    ModeratorAction.APPROVE: {
        CommentState.HELD,
        CommentState.PUBLISHED,
        CommentState.REJECTED,
    },
    ModeratorAction.REJECT: {CommentState.HELD, CommentState.PUBLISHED},
}
"""A returned text is its writer's draft: it is never published over their head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a moderator wants done.

    ``expected_state`` and ``expected_revision`` say what the moderator had before their eyes;
    where the comment stands otherwise by now, nothing is done. ``category`` names the rule that a
    rejected comment breaks; without one it is that of the decision in force.
    """

    comment_id: UUID
    action: ModeratorAction
    moderator_id: UUID
    category: Category | None = None
    note: str = ""
    expected_state: CommentState | None = None
    expected_revision: int | None = None


async def moderate_comment(world: World, order: Order) -> Action:
    """Do it, log it, tell the writer, and see to it that the reporters are told.

    Raises :class:`UnknownComment`; :class:`StaleAction` where somebody else was faster;
    :class:`NotAllowed` for what cannot be done to a comment in this state; :class:`InvalidRequest`
    or :class:`UnreadableText` for the note.
    """
    order = replace(order, note=clean_note(order.note, longest=LONGEST_NOTE))
    async with world.database.transaction() as connection:
        case = await open_case(world, connection, order.moderator_id, order.comment_id)
        _check_is_as_expected(order, case.comment)
        undo = order.action is ModeratorAction.UNDO
        action = await (_undo(case, order) if undo else _decide(case, order))
    log.info(
        "comment.moderated",
        comment_id=str(action.comment_id),
        moderator_id=str(order.moderator_id),
        action=action.action,
        old_state=action.old_state,
        new_state=action.new_state,
    )
    return action


def _check_is_as_expected(order: Order, comment: LockedComment) -> None:
    if order.expected_state not in (None, comment.footing.state):
        raise StaleAction(state=comment.footing.state)
    if order.expected_revision not in (None, comment.revision):
        raise StaleAction("The writer has changed the comment meanwhile.")


async def _decide(case: Case, order: Order) -> Action:
    _check_can_be_decided(order, case.comment)
    rules = await house_rules_for(case.connection, case.world, case.comment.site_id)
    if order.action is ModeratorAction.REJECT:
        category = order.category or first_category(await decision_in_force(case))
        deed = Deed(action=order.action, category=category, note=order.note)
        record = await take_away(case, deed, rules)
        details = rule_details(rules, category)
        await tell_writer(case, record.action, "comment_rejected", details)
    else:
        record = await publish(case, Deed(action=order.action, note=order.note), rules)
        if case.comment.footing.state is not CommentState.PUBLISHED:
            await tell_writer(case, record.action, "comment_approved")
    return record.action


def _check_can_be_decided(order: Order, comment: LockedComment) -> None:
    state = comment.footing.state
    if order.action not in _FROM:
        raise NotAllowed("That is how an appeal is answered, and this is none.")
    if state is CommentState.DELETED:
        raise StaleAction("The writer has deleted the comment.", state=state)
    if order.action is ModeratorAction.REJECT and state is CommentState.REJECTED:
        raise StaleAction(state=state)
    if state not in _FROM[order.action]:
        raise NotAllowed("A returned comment is its writer's draft; it waits for nobody.")
    if not comment.has_text:
        raise NotAllowed("The text has been erased; nothing can be decided about it any more.")


async def _undo(case: Case, order: Order) -> Action:
    record = await actions.in_force(case.connection, case.comment)
    if record is None:
        raise StaleAction("There is nothing to undo: the comment has changed since.")
    after = record.before
    if after.state is CommentState.PUBLISHED and not case.comment.has_text:
        raise NotAllowed("The text has been erased; it cannot be shown again.")
    await _reopen_appeal(case, record)
    deed = Deed(
        action=order.action,
        category=record.action.category,
        note=order.note,
        undoes=record.action.id,
    )
    undoing = record_of(case, after, deed)
    await carry_out(case, undoing, after)
    reopened = await reports.reopen(
        case.connection, case.comment.id, since=record.action.created_at
    )
    withdrawn = await notices.withdraw(case.connection, [record.action.id, *reopened])
    shown_again = (undoing.action.old_state, after.state) == (
        CommentState.REJECTED,
        CommentState.PUBLISHED,
    )
    # Who had read of the rejection already must hear that it is no more.
    if shown_again and record.action.id not in withdrawn:
        await tell_writer(case, undoing.action, "comment_approved")
    return undoing.action


async def _reopen_appeal(case: Case, record: ActionRecord) -> None:
    """The appeal that the undone action answered waits again, for somebody impartial."""
    appeal = await appeals.by_action(case.connection, record.action.id)
    if appeal is None:
        return
    if case.moderator.id != record.moderator_id:
        await check_is_impartial(case.connection, case.moderator.id, appeal.decision_id)
    again = replace(appeal, state=AppealState.OPEN)
    await appeals.answer(case.connection, again, action_id=None, moment=None)
