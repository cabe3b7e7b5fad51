"""What a moderator does to a comment, what is written down about it, and how it is taken back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from fruitful.domain.conversation import CommentState, ModeratorAction, ReportReason, ReportState
from fruitful.domain.errors import NotAllowed, StaleAction, UnknownComment
from fruitful.domain.identity import uuid7
from fruitful.domain.newsroom import BY_MODERATOR, Footing, LogFilter
from fruitful.domain.policy import Category, Outcome
from fruitful.services.audit_decisions import moderation_log
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.list_thread import own_comments
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.notices import mark_notices_read, unread_notices
from fruitful.services.retention import erase_expired
from fruitful.services.review_queue import comment_history, review_queue
from fruitful.services.settle_reports import settle_reports
from fruitful.services.world import World
from fruitful.storage import actions
from support.clock import AdjustableClock
from support.desk import (
    Desk,
    four_strangers_report,
    is_shown,
    open_desk,
    report,
    state_of,
    told,
)
from support.newsroom import Person, open_article

FAIR = "The council should publish what the bridge has cost so far."
HEATED = "The council should be ashamed of itself [discourtesy 0.6]."


async def test_an_approved_comment_is_seen_by_everybody_and_its_writer_told(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    assert not await is_shown(desk.world, comment.id)
    await desk.approve(comment.id)
    assert await is_shown(desk.world, comment.id)
    assert await told(ada) == [("comment_approved", {})]
    assert await review_queue(desk.world) == ()


async def test_a_rejected_comment_is_gone_and_its_writer_reads_which_rule_it_broke(
    desk: Desk, ada: Person
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    rule = world.house_rules.rules[Category.SPAM]
    await desk.reject(comment.id, category=Category.SPAM)
    assert not await is_shown(world, comment.id)
    details = {"category": "spam", "rule": rule.title, "explanation": rule.explanation}
    assert await told(ada) == [("comment_rejected", details)]
    (own,) = await own_comments(world, (await open_article(world)).id, ada.token)
    assert own.state is CommentState.REJECTED
    assert [reason.rule for reason in own.reasons] == [rule.title]


async def test_a_rejection_without_a_rule_takes_that_of_the_decision_in_force(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    assert (await desk.reject(comment.id)).category is Category.DISCOURTESY


async def test_the_moderators_decision_is_a_record_like_the_engines(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    await desk.approve(comment.id)
    engines, moderators = (await comment_history(desk.world, comment.id)).decisions
    assert engines.decision.outcome is Outcome.HOLD
    assert moderators.decision.outcome is Outcome.PUBLISH
    assert moderators.decision.findings.model == BY_MODERATOR
    assert moderators.decision.findings.scores == engines.decision.findings.scores
    assert moderators.decision.house_rules == desk.world.house_rules.version


async def test_log_shows_old_state_new_state_who_and_why(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world, comment = desk.world, (await ada.write(HEATED)).comment
    colleague = await open_desk(world, "Col League")
    await desk.approve(comment.id, note="Hot, but about conduct.")
    clock.advance(timedelta(minutes=1))
    await colleague.reject(comment.id, category=Category.DISCOURTESY, note="No: a person is meant.")
    clock.advance(timedelta(minutes=1))
    await colleague.undo(comment.id)

    lines = [record.action for record in await moderation_log(world, LogFilter())]

    assert [
        (a.moderator_name, a.action.value, a.old_state.value, a.new_state.value, a.note)
        for a in lines
    ] == [
        ("Col League", "undo", "rejected", "published", ""),
        ("Col League", "reject", "published", "rejected", "No: a person is meant."),
        ("Mo Derator", "approve", "held", "published", "Hot, but about conduct."),
    ]
    assert lines[1].category is Category.DISCOURTESY
    hers = await moderation_log(world, LogFilter(moderator_id=desk.moderator.id))
    assert [record.action.moderator_name for record in hers] == ["Mo Derator"]
    rest = await moderation_log(world, LogFilter(before=lines[0].id))
    assert [record.action for record in rest] == lines[1:]


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_undo_restores(
    desk: Desk, ada: Person, clock: AdjustableClock, decision: str
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    strangers = await four_strangers_report(world, comment.id, ReportReason.DOXING)
    (waiting,) = await review_queue(world)
    before = await footing(world, comment.id)
    clock.advance(timedelta(minutes=5))
    await getattr(desk, decision)(comment.id)
    clock.advance(timedelta(minutes=5))

    undone = await desk.undo(comment.id)

    assert undone.new_state is CommentState.HELD
    assert await footing(world, comment.id) == before
    (again,) = await review_queue(world)
    assert again.reports == waiting.reports
    assert (again.urgency, again.waiting_since) == (waiting.urgency, waiting.waiting_since)
    assert await told(ada) == []
    assert await told(strangers[0]) == []


async def footing(world: World, comment_id: UUID) -> Footing:
    async with world.database.transaction() as connection:
        locked = await actions.lock(connection, comment_id)
    assert locked is not None
    return locked.footing


async def test_an_action_is_undone_once_and_then_the_one_before_it(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world, comment = desk.world, (await ada.write(HEATED)).comment
    await desk.approve(comment.id)
    clock.advance(timedelta(minutes=1))
    await desk.reject(comment.id, category=Category.DISCOURTESY)
    states = []
    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        await desk.undo(comment.id)
        states.append(await state_of(world, comment.id))
    assert states == [CommentState.PUBLISHED, CommentState.HELD]
    with pytest.raises(StaleAction):
        await desk.undo(comment.id)


async def test_what_the_writer_or_the_reporters_changed_since_is_not_undone(
    desk: Desk, ada: Person
) -> None:
    edited, reported = (await ada.write(HEATED)).comment, (await ada.write(FAIR)).comment
    await desk.approve(edited.id)
    change = Change(
        comment_id=edited.id,
        text=f"{FAIR} I have put it more calmly now.",
        reader_token=ada.token or "",
        address_hash=ada.address,
    )
    await edit_comment(desk.world, change)
    await desk.approve(reported.id)
    await four_strangers_report(desk.world, reported.id)
    for comment in (edited, reported):
        with pytest.raises(StaleAction):
            await desk.undo(comment.id)


async def test_a_writer_who_read_of_a_rejection_hears_that_it_was_undone(
    desk: Desk, ada: Person
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    await desk.reject(comment.id, category=Category.SPAM)
    (notice,) = await unread_notices(world, ada.token)
    await mark_notices_read(world, ada.token, [notice.id])
    await desk.undo(comment.id)
    assert await told(ada) == [("comment_approved", {})]


async def test_reports_settled_by_an_undone_action_are_settled_by_the_next_one(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    stranger = Person(world, "Stranger")
    await report(stranger, comment.id)
    await desk.approve(comment.id)
    await desk.undo(comment.id)
    clock.advance(timedelta(minutes=1))
    await desk.reject(comment.id, category=Category.DISCOURTESY)
    history = await comment_history(world, comment.id)
    assert [settled.state for settled in history.reports] == [ReportState.UPHELD]
    assert await told(stranger) == [("report_upheld", {"reason": "discourtesy"})]


async def test_what_was_decided_leaves_the_queue_before_any_job_has_run(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write(FAIR)).comment
    await report(Person(desk.world, "Stranger"), comment.id)
    order = Order(
        comment_id=comment.id,
        action=ModeratorAction.APPROVE,
        moderator_id=desk.moderator.id,
    )
    await moderate_comment(desk.world, order)
    assert await review_queue(desk.world) == ()


async def test_settling_reports_twice_tells_nobody_twice(desk: Desk, ada: Person) -> None:
    comment, stranger = (await ada.write(FAIR)).comment, Person(desk.world, "Stranger")
    await report(stranger, comment.id)
    await desk.approve(comment.id)
    await settle_reports(desk.world, comment.id)
    await settle_reports(desk.world, comment.id)
    assert len(await told(stranger)) == 1


async def test_two_moderators_act_at_once(desk: Desk, ada: Person) -> None:
    world, comment = desk.world, (await ada.write(HEATED)).comment
    colleague = await open_desk(world, "Col League")

    def order(who: Desk, action: ModeratorAction) -> Order:
        return Order(
            comment_id=comment.id,
            action=action,
            moderator_id=who.moderator.id,
            expected_state=CommentState.HELD,
        )

    results = await asyncio.gather(
        moderate_comment(world, order(desk, ModeratorAction.APPROVE)),
        moderate_comment(world, order(colleague, ModeratorAction.REJECT)),
        return_exceptions=True,
    )

    refused = [result for result in results if isinstance(result, StaleAction)]
    assert len(refused) == 1
    (line,) = await moderation_log(world, LogFilter())
    assert line.action in results
    assert await state_of(world, comment.id) is line.action.new_state


async def test_a_text_that_the_moderator_has_not_seen_is_not_approved(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    change = Change(
        comment_id=comment.id,
        text="The council and all its kin should be ashamed [discourtesy 0.7].",
        reader_token=ada.token or "",
        address_hash=ada.address,
    )
    await edit_comment(desk.world, change)
    with pytest.raises(StaleAction):
        await desk.approve(comment.id, expected_state=CommentState.HELD, expected_revision=1)
    assert not await is_shown(desk.world, comment.id)


async def test_a_returned_comment_is_never_published_over_its_writers_head(
    desk: Desk, ada: Person
) -> None:
    comment = (await ada.write("You know what you are [discourtesy 0.95].")).comment
    assert await state_of(desk.world, comment.id) is CommentState.RETURNED
    with pytest.raises(NotAllowed):
        await desk.approve(comment.id)


async def test_a_rejected_comment_can_be_approved_after_all(desk: Desk, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    await desk.reject(comment.id)
    await desk.approve(comment.id)
    assert await is_shown(desk.world, comment.id)


async def test_an_erased_text_is_never_shown_again(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    await desk.reject(comment.id, category=Category.SPAM)
    clock.advance(world.retention.rejected + timedelta(hours=1))
    await erase_expired(world)
    for decide in (desk.approve, desk.undo):
        with pytest.raises(NotAllowed):
            await decide(comment.id)
    assert not await is_shown(world, comment.id)


async def test_a_deleted_comment_cannot_be_decided_any_more(desk: Desk, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    await delete_comment(desk.world, comment.id, ada.token or "")
    with pytest.raises(StaleAction):
        await desk.approve(comment.id)


async def test_there_is_nothing_to_decide_about_a_comment_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(UnknownComment):
        await desk.approve(uuid7())
