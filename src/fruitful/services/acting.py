"""What all actions of moderators have in common: a decision, a line in the log, people told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

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
from fruitful.domain.errors import NotAllowed, UnknownComment
from fruitful.domain.moderation import Reason, StoredDecision
from fruitful.domain.newsroom import BY_MODERATOR, ActionRecord, Footing, LockedComment
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.services.announcing import News, announce
from fruitful.services.notices import leave_notice
from fruitful.services.overruling import Ruling, overrule
from fruitful.services.world import World
from fruitful.storage import actions, decisions, moderators, reports
from fruitful.storage.changes import ChangeKind


@dataclass(frozen=True, slots=True)
class Case:
    """A comment before a moderator, inside a transaction."""

    world: World
    connection: AsyncConnection
    comment: LockedComment
    moderator: Moderator


async def open_case(
    world: World, connection: AsyncConnection, moderator_id: UUID, comment_id: UUID
) -> Case:
    """Lock the comment for the moderator, so that nobody else can decide on it meanwhile.

    Raises :class:`NotAllowed` for who is no moderator, and :class:`UnknownComment`.
    """
    moderator = await moderators.by_id(connection, moderator_id)
    if moderator is None:
        raise NotAllowed
    comment = await actions.lock(connection, comment_id)
    if comment is None:
        raise UnknownComment
    return Case(world, connection, comment, moderator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a moderator does, by which rule and why, as the log will have it."""

    action: ModeratorAction
    category: Category | None = None
    note: str = ""
    undoes: UUID | None = None


async def publish(case: Case, deed: Deed, rules: HouseRules) -> ActionRecord:
    """Let everybody see the comment, for good as far as what is known against it goes."""
    former = await decision_in_force(case)
    ruling = Ruling(by=BY_MODERATOR, outcome=Outcome.PUBLISH, reasons=(), house_rules=rules)
    decision = await overrule(case.connection, case.world, case.comment, ruling)
    reported = await reports.open_reasons(case.connection, case.comment.id)
    approved = case.comment.footing.approved_reasons | reported | _pointed_at(former)
    after = Footing(
        state=CommentState.PUBLISHED,
        decision_id=decision.id,
        approved_reasons=approved,
        held_at=None,
        settled_at=None,
    )
    record = record_of(case, after, deed)
    await carry_out(case, record, after)
    await _settle_reports(case, record.action, ReportState.DISMISSED)
    return record


async def take_away(case: Case, deed: Deed, rules: HouseRules) -> ActionRecord:
    """Let nobody see the comment."""
    decision = await _rule(case, deed, rules, Outcome.REJECT)
    after = replace(
        case.comment.footing,
        state=CommentState.REJECTED,
        decision_id=decision.id,
        held_at=None,
        settled_at=decision.decided_at,
    )
    record = record_of(case, after, deed)
    await carry_out(case, record, after)
    await _settle_reports(case, record.action, ReportState.UPHELD)
    return record


async def confirm(case: Case, deed: Deed, rules: HouseRules, outcome: Outcome) -> ActionRecord:
    """Leave the comment where it is, now by a person's decision."""
    decision = await _rule(case, deed, rules, outcome)
    after = replace(case.comment.footing, decision_id=decision.id)
    record = record_of(case, after, deed)
    await carry_out(case, record, after)
    return record


async def decision_in_force(case: Case) -> StoredDecision | None:
    """The decision that the comment stands under."""
    decision_id = case.comment.footing.decision_id
    return await decisions.by_id(case.connection, decision_id) if decision_id else None


def first_category(decision: StoredDecision | None) -> Category | None:
    """The rule that the decision rests on most."""
    named = [reason.category for reason in decision.decision.reasons] if decision else []
    return next((category for category in named if category), None)


def record_of(case: Case, after: Footing, deed: Deed) -> ActionRecord:
    """The line of the log for a deed that leaves the comment on this footing."""
    before = case.comment.footing
    return ActionRecord(
        action=Action(
            id=case.world.new_id(),
            comment_id=case.comment.id,
            moderator_name=case.moderator.name,
            action=deed.action,
            category=deed.category,
            note=deed.note,
            old_state=before.state,
            new_state=after.state,
            created_at=case.world.clock(),
        ),
        moderator_id=case.moderator.id,
        before=before,
        decision_id=after.decision_id,
        undoes=deed.undoes,
    )


async def carry_out(case: Case, record: ActionRecord, after: Footing) -> None:
    """Put the comment on the footing, write the line, and let open pages know."""
    comment, before = case.comment, case.comment.footing
    await actions.put(case.connection, comment.id, after)
    await actions.add(case.connection, record)
    was_shown = before.state is CommentState.PUBLISHED
    is_shown = after.state is CommentState.PUBLISHED
    if was_shown is not is_shown:
        kind: ChangeKind = "published" if is_shown else "removed"
        await announce(case.world, case.connection, News(comment.article_id, kind, comment.id))


async def tell_writer(
    case: Case, action: Action, kind: str, details: Mapping[str, str] | None = None
) -> None:
    """Leave the writer a notice about the action."""
    told = Notice(
        id=case.world.new_id(),
        kind=kind,
        comment_id=case.comment.id,
        created_at=action.created_at,
        details=dict(details or {}),
    )
    reader_id = case.comment.reader_id
    await leave_notice(case.connection, case.world, told, reader_id=reader_id, subject_id=action.id)


def rule_details(rules: HouseRules, category: Category | None) -> Mapping[str, str]:
    """The rule in the words of the house rules, for a notice."""
    if category is None:
        return {}
    rule = rules.rules[category]
    return {"category": category.value, "rule": rule.title, "explanation": rule.explanation}


async def _rule(case: Case, deed: Deed, rules: HouseRules, outcome: Outcome) -> StoredDecision:
    reason = Reason(
        category=deed.category,
        rule=rules.rules[deed.category].title if deed.category else "",
        outcome=outcome,
        detector=BY_MODERATOR,
        evidence=BY_MODERATOR,
    )
    ruling = Ruling(by=BY_MODERATOR, outcome=outcome, reasons=(reason,), house_rules=rules)
    return await overrule(case.connection, case.world, case.comment, ruling)


def _pointed_at(former: StoredDecision | None) -> frozenset[ReportReason]:
    """What the moderator was shown as the reasons; a check that could not run showed nothing."""
    if former is None:
        return frozenset()
    return frozenset(
        ReportReason(reason.category)
        for reason in former.decision.reasons
        if reason.category and not reason.evidence.startswith("missing:")
    )


async def _settle_reports(case: Case, action: Action, state: ReportState) -> None:
    """At once, so that what was decided leaves the queue; their reporters are told by a job."""
    await reports.settle(case.connection, case.comment.id, state, moment=action.created_at)
    await case.world.jobs.enqueue(
        case.connection, "settle_reports", comment_id=str(case.comment.id)
    )
