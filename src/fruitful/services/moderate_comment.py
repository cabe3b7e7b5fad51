"""A moderator approves or rejects a comment, or takes back what was decided last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    Action,
    CommentState,
    Moderator,
    ModeratorAction,
    Notice,
    ReportReason,
    ReportState,
)
from fruitful.domain.errors import NotAllowed, StaleAction, UnknownComment
from fruitful.domain.moderation import Reason, StoredDecision
from fruitful.domain.newsroom import BY_MODERATOR, ActionRecord, Footing, LockedComment
from fruitful.domain.policy import Category, HouseRules, Outcome, Rule
from fruitful.domain.readable import clean_note
from fruitful.services.overruling import Ruling, house_rules_for, overrule
from fruitful.services.world import World
from fruitful.storage import actions, changes, decisions, moderators, notices, reports

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


@dataclass(frozen=True, slots=True)
class _Case:
    """An order about a comment, by somebody, inside a transaction."""

    world: World
    connection: AsyncConnection
    order: Order
    comment: LockedComment
    moderator: Moderator


async def moderate_comment(world: World, order: Order) -> Action:
    """Do it, log it, tell the writer, and see to it that the reporters are told.

    Raises :class:`UnknownComment`; :class:`StaleAction` where somebody else was faster;
    :class:`NotAllowed` for what cannot be done to a comment in this state; :class:`InvalidRequest`
    or :class:`UnreadableText` for the note.
    """
    order = replace(order, note=clean_note(order.note, longest=LONGEST_NOTE))
    async with world.database.transaction() as connection:
        moderator = await moderators.by_id(connection, order.moderator_id)
        if moderator is None:
            raise NotAllowed
        comment = await actions.lock(connection, order.comment_id)
        if comment is None:
            raise UnknownComment
        _check_is_as_expected(order, comment)
        case = _Case(world, connection, order, comment, moderator)
        undo = order.action is ModeratorAction.UNDO
        action = await (_undo(case) if undo else _decide(case))
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


async def _decide(case: _Case) -> Action:
    before = case.comment.footing
    _check_can_be_decided(case.order, case.comment)
    rules = await house_rules_for(case.connection, case.world, case.comment.site_id)
    former = await _decision_in_force(case)
    category = _category(case.order, former)
    ruling = _ruling(case.order.action, category, rules)
    decision = await overrule(case.connection, case.world, case.comment, ruling)
    after = await _footing(case, former, decision)
    record = _record(case, after, category=category)
    await _carry_out(case, record, after)
    await _settle_reports(case, record.action)
    if after.state is CommentState.REJECTED:
        rule = rules.rules[category] if category else None
        await _tell_writer(case, record.action, "comment_rejected", rule)
    elif before.state is not CommentState.PUBLISHED:
        await _tell_writer(case, record.action, "comment_approved")
    return record.action


def _check_can_be_decided(order: Order, comment: LockedComment) -> None:
    state = comment.footing.state
    if state is CommentState.DELETED:
        raise StaleAction("The writer has deleted the comment.", state=state)
    if order.action is ModeratorAction.REJECT and state is CommentState.REJECTED:
        raise StaleAction(state=state)
    if state not in _FROM[order.action]:
        raise NotAllowed("A returned comment is its writer's draft; it waits for nobody.")
    if not comment.has_text:
        raise NotAllowed("The text has been erased; nothing can be decided about it any more.")


async def _settle_reports(case: _Case, action: Action) -> None:
    """At once, so that what was decided leaves the queue; their reporters are told by a job."""
    upheld = action.action is ModeratorAction.REJECT
    state = ReportState.UPHELD if upheld else ReportState.DISMISSED
    await reports.settle(case.connection, case.comment.id, state, moment=action.created_at)
    await case.world.jobs.enqueue(
        case.connection, "settle_reports", comment_id=str(case.comment.id)
    )


async def _decision_in_force(case: _Case) -> StoredDecision | None:
    decision_id = case.comment.footing.decision_id
    return await decisions.by_id(case.connection, decision_id) if decision_id else None


def _category(order: Order, former: StoredDecision | None) -> Category | None:
    if order.action is not ModeratorAction.REJECT:
        return None
    named = [reason.category for reason in former.decision.reasons] if former else []
    return order.category or next((category for category in named if category), None)


def _ruling(action: ModeratorAction, category: Category | None, rules: HouseRules) -> Ruling:
    if action is ModeratorAction.APPROVE:
        return Ruling(by=BY_MODERATOR, outcome=Outcome.PUBLISH, reasons=(), house_rules=rules)
    reason = Reason(
        category=category,
        rule=rules.rules[category].title if category else "",
        outcome=Outcome.REJECT,
        detector=BY_MODERATOR,
        evidence=BY_MODERATOR,
    )
    return Ruling(by=BY_MODERATOR, outcome=Outcome.REJECT, reasons=(reason,), house_rules=rules)


async def _footing(case: _Case, former: StoredDecision | None, decision: StoredDecision) -> Footing:
    before = case.comment.footing
    if case.order.action is ModeratorAction.REJECT:
        return replace(
            before,
            state=CommentState.REJECTED,
            decision_id=decision.id,
            held_at=None,
            settled_at=decision.decided_at,
        )
    reported = await reports.open_reasons(case.connection, case.comment.id)
    return Footing(
        state=CommentState.PUBLISHED,
        decision_id=decision.id,
        approved_reasons=before.approved_reasons | reported | _pointed_at(former),
        held_at=None,
        settled_at=None,
    )


def _pointed_at(former: StoredDecision | None) -> frozenset[ReportReason]:
    """What the moderator was shown as the reasons; a check that could not run showed nothing."""
    if former is None:
        return frozenset()
    return frozenset(
        ReportReason(reason.category)
        for reason in former.decision.reasons
        if reason.category and not reason.evidence.startswith("missing:")
    )


async def _undo(case: _Case) -> Action:
    record = await actions.in_force(case.connection, case.comment)
    if record is None:
        raise StaleAction("There is nothing to undo: the comment has changed since.")
    after = record.before
    if after.state is CommentState.PUBLISHED and not case.comment.has_text:
        raise NotAllowed("The text has been erased; it cannot be shown again.")
    undoing = _record(case, after, category=record.action.category, undoes=record.action.id)
    await _carry_out(case, undoing, after)
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
        await _tell_writer(case, undoing.action, "comment_approved")
    return undoing.action


def _record(
    case: _Case, after: Footing, *, category: Category | None, undoes: UUID | None = None
) -> ActionRecord:
    before = case.comment.footing
    return ActionRecord(
        action=Action(
            id=case.world.new_id(),
            comment_id=case.comment.id,
            moderator_name=case.moderator.name,
            action=case.order.action,
            category=category,
            note=case.order.note,
            old_state=before.state,
            new_state=after.state,
            created_at=case.world.clock(),
        ),
        moderator_id=case.moderator.id,
        before=before,
        decision_id=after.decision_id,
        undoes=undoes,
    )


async def _carry_out(case: _Case, record: ActionRecord, after: Footing) -> None:
    comment, before = case.comment, case.comment.footing
    await actions.put(case.connection, comment.id, after)
    await actions.add(case.connection, record)
    was_shown = before.state is CommentState.PUBLISHED
    is_shown = after.state is CommentState.PUBLISHED
    if was_shown is not is_shown:
        kind: changes.ChangeKind = "published" if is_shown else "removed"
        await changes.announce(case.connection, comment.article_id, kind, comment.id)


async def _tell_writer(case: _Case, action: Action, kind: str, rule: Rule | None = None) -> None:
    told = Notice(
        id=case.world.new_id(),
        kind=kind,
        comment_id=case.comment.id,
        created_at=action.created_at,
        details={
            "category": rule.category.value,
            "rule": rule.title,
            "explanation": rule.explanation,
        }
        if rule
        else {},
    )
    await notices.add(case.connection, told, reader_id=case.comment.reader_id, subject_id=action.id)
