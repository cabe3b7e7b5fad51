"""A moderator answers an appeal: the comment is published, or its writer is told why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from fruitful.domain.appeals import LONGEST, SHORTEST, Appeal, AppealState
from fruitful.domain.conversation import Action, CommentState, ModeratorAction
from fruitful.domain.errors import (
    AnswerNeeded,
    NotAllowed,
    StaleAction,
    UnknownAppeal,
    UnreadableText,
)
from fruitful.domain.newsroom import ActionRecord
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.domain.readable import is_readable
from fruitful.services.acting import (
    Case,
    Deed,
    confirm,
    decision_in_force,
    first_category,
    publish,
    rule_details,
    take_away,
    tell_writer,
)
from fruitful.services.impartiality import check_is_impartial
from fruitful.services.overruling import house_rules_for
from fruitful.services.world import World
from fruitful.storage import actions, appeals, moderators

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a moderator says to an appeal.

    ``answer`` is told to the writer: required where the decision is confirmed. ``category`` names
    the rule that the comment breaks; without one it is that of the contested decision.
    """

    appeal_id: UUID
    moderator_id: UUID
    is_overturned: bool
    answer: str = ""
    category: Category | None = None


async def decide_appeal(world: World, answer: Answer) -> Action:
    """Do it, log it, and tell the writer with the reason.

    Overturning publishes the comment, whatever state it was in: its writer asked for that. What is
    confirmed stays where it is, and a comment that was only held is rejected, since nobody will
    come back to it. Either way the comment stands under a person's decision from then on.

    Raises :class:`UnknownAppeal`; :class:`StaleAction` where it has been answered or has lapsed;
    :class:`OwnDecision` for whoever made the contested decision and has a colleague;
    :class:`AnswerNeeded`, :class:`UnreadableText`, :class:`NotAllowed`.
    """
    answer = replace(answer, answer=_checked(answer))
    async with world.database.transaction() as connection:
        moderator = await moderators.by_id(connection, answer.moderator_id)
        if moderator is None:
            raise NotAllowed
        found = await appeals.by_id(connection, answer.appeal_id)
        comment = await actions.lock(connection, found.comment_id) if found else None
        # Only now nobody else can answer it or change what it is about.
        appeal = await appeals.by_id(connection, answer.appeal_id)
        if appeal is None or comment is None:
            raise UnknownAppeal
        if appeal.state is not AppealState.OPEN:
            raise StaleAction(_gone(appeal), state=appeal.state.value)
        await check_is_impartial(connection, moderator.id, appeal.decision_id)
        record = await _answer(Case(world, connection, comment, moderator), appeal, answer)
    action = record.action
    log.info(
        "appeal.answered",
        appeal_id=str(appeal.id),
        comment_id=str(action.comment_id),
        moderator_id=str(answer.moderator_id),
        action=action.action,
        old_state=action.old_state,
        new_state=action.new_state,
    )
    return action


async def _answer(case: Case, appeal: Appeal, answer: Answer) -> ActionRecord:
    if not case.comment.has_text:
        raise NotAllowed("The text has been erased; nothing can be decided about it any more.")
    rules = await house_rules_for(case.connection, case.world, case.comment.site_id)
    if answer.is_overturned:
        deed = Deed(action=ModeratorAction.OVERTURN, note=answer.answer)
        record = await publish(case, deed, rules)
        state, kind = AppealState.OVERTURNED, "appeal_upheld"
        details = {"answer": answer.answer} if answer.answer else {}
    else:
        record = await _confirm(case, answer, rules)
        state, kind = AppealState.DISMISSED, "appeal_dismissed"
        details = {"answer": answer.answer, **rule_details(rules, record.action.category)}
    action = record.action
    decided = replace(appeal, state=state)
    await appeals.answer(case.connection, decided, action_id=action.id, moment=action.created_at)
    await tell_writer(case, action, kind, details)
    return record


async def _confirm(case: Case, answer: Answer, rules: HouseRules) -> ActionRecord:
    category = answer.category or first_category(await decision_in_force(case))
    deed = Deed(action=ModeratorAction.CONFIRM, category=category, note=answer.answer)
    state = case.comment.footing.state
    if state is CommentState.HELD:
        return await take_away(case, deed, rules)
    outcome = Outcome.RETURN if state is CommentState.RETURNED else Outcome.REJECT
    return await confirm(case, deed, rules, outcome)


def _checked(answer: Answer) -> str:
    text = answer.answer.strip()
    if not is_readable(text):
        raise UnreadableText
    shortest = 0 if answer.is_overturned else SHORTEST
    if not shortest <= len(text) <= LONGEST:
        raise AnswerNeeded
    return text


def _gone(appeal: Appeal) -> str:
    if appeal.state is AppealState.LAPSED:
        return "The decision that was contested no longer stands."
    return "Somebody else has answered this appeal already."
