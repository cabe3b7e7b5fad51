"""A writer contests a decision, a person answers, and the answer comes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from fruitful.domain.appeals import AppealState
from fruitful.domain.conversation import CommentState, ModeratorAction
from fruitful.domain.errors import (
    AlreadyAppealed,
    AnswerNeeded,
    InvalidAppeal,
    NotAllowed,
    NotAppealable,
    OwnDecision,
    StaleAction,
    TooManyRequests,
    UnknownAppeal,
    UnknownDecision,
    UnreadableText,
)
from fruitful.domain.identity import uuid7
from fruitful.domain.newsroom import LogFilter
from fruitful.domain.policy import Category
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.audit_decisions import moderation_log
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.decide_appeal import Answer, decide_appeal
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.notices import mark_notices_read, unread_notices
from fruitful.services.private_links import Asker, comment_key
from fruitful.services.review_appeals import appeal_numbers, review_appeals
from fruitful.services.statement_of_reasons import statement_of_reasons
from support.appealing import WHY, WORDS, answer, appeal, in_force
from support.clock import AdjustableClock
from support.desk import Desk, four_strangers_report, is_shown, open_desk, state_of, told
from support.newsroom import Person

FAIR = "The council should publish what the bridge has cost so far."
HEATED = "The council should be ashamed of itself [discourtesy 0.6]."
RUDE = "What a pack of them [discourtesy 0.95]."


async def test_a_returned_comment_is_published_when_a_person_agrees_with_its_writer(
    desk: Desk, ada: Person
) -> None:
    returned = (await ada.write(RUDE)).comment
    contested = await appeal(ada, returned.decision_id)
    assert contested.state is AppealState.OPEN

    await answer(desk, contested, overturn=True, words="You are right, it is about a plan.")

    assert await is_shown(desk.world, returned.id)
    assert await told(ada) == [("appeal_upheld", {"answer": "You are right, it is about a plan."})]
    statement = await statement_of_reasons(desk.world, returned.decision_id, Asker(token=ada.token))
    assert statement.appeal is not None
    assert statement.appeal.state is AppealState.OVERTURNED
    assert statement.appeal.answer == "You are right, it is about a plan."


async def test_a_dismissed_appeal_leaves_the_comment_where_it_is_and_gives_the_reason(
    desk: Desk, ada: Person
) -> None:
    world, returned = desk.world, (await ada.write(RUDE)).comment
    rule = world.house_rules.rules[Category.DISCOURTESY]

    await answer(desk, await appeal(ada, returned.decision_id), overturn=False)

    assert await state_of(world, returned.id) is CommentState.RETURNED
    (notice,) = await told(ada)
    assert notice == (
        "appeal_dismissed",
        {
            "answer": WHY,
            "category": "discourtesy",
            "rule": rule.title,
            "explanation": rule.explanation,
        },
    )


async def test_a_decision_can_be_contested_once_and_its_answer_not_at_all(
    desk: Desk, ada: Person
) -> None:
    returned = (await ada.write(RUDE)).comment
    contested = await appeal(ada, returned.decision_id)
    with pytest.raises(AlreadyAppealed):
        await appeal(ada, returned.decision_id)
    await answer(desk, contested, overturn=False)
    with pytest.raises(AlreadyAppealed):
        await appeal(ada, returned.decision_id)
    with pytest.raises(NotAppealable) as refused:
        await appeal(ada, await in_force(desk.world, returned.id))
    assert refused.value.details["why"] == "heard"


async def test_the_same_appeal_sent_twice_at_once_counts_once(desk: Desk, ada: Person) -> None:
    returned = (await ada.write(RUDE)).comment
    sent = await asyncio.gather(
        *(appeal(ada, returned.decision_id) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in sent) == ["AlreadyAppealed"] * 3 + ["Appeal"]


async def test_a_decision_by_a_moderator_is_answered_by_a_colleague(
    desk: Desk, ada: Person
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    await desk.reject(comment.id, category=Category.SPAM)
    contested = await appeal(ada, await in_force(world, comment.id))
    await answer(desk, contested, overturn=False)  # In a newsroom of one, that one has to.
    await desk.undo(comment.id)

    colleague = await open_desk(world, "Col League")
    with pytest.raises(OwnDecision):
        await answer(desk, contested, overturn=True)
    (before,) = await review_appeals(world, desk.moderator)
    assert (before.may_answer, before.decided_by) == (False, "Mo Derator")
    (before,) = await review_appeals(world, colleague.moderator)
    assert before.may_answer

    await answer(colleague, contested, overturn=True)
    assert await is_shown(world, comment.id)
    with pytest.raises(OwnDecision):
        await desk.undo(comment.id)
    assert await is_shown(world, comment.id)


async def test_a_comment_taken_down_by_reports_can_be_contested_at_once(
    desk: Desk, ada: Person
) -> None:
    world, comment = desk.world, (await ada.write(FAIR)).comment
    await four_strangers_report(world, comment.id)
    contested = await appeal(ada, await in_force(world, comment.id))
    await answer(desk, contested, overturn=True, words="")
    assert await is_shown(world, comment.id)
    await four_strangers_report(world, comment.id)
    assert await is_shown(world, comment.id)


async def test_a_held_comment_can_be_contested_after_a_day_of_waiting(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    held = (await ada.write(HEATED)).comment
    with pytest.raises(NotAppealable) as refused:
        await appeal(ada, held.decision_id)
    assert refused.value.details["why"] == "waiting"
    clock.advance(timedelta(hours=24))
    contested = await appeal(ada, held.decision_id)
    await answer(desk, contested, overturn=False)
    assert await state_of(desk.world, held.id) is CommentState.REJECTED


async def test_what_is_published_cannot_be_contested(desk: Desk, ada: Person) -> None:
    published = (await ada.write(FAIR)).comment
    with pytest.raises(NotAppealable) as refused:
        await appeal(ada, published.decision_id)
    assert refused.value.details["why"] == "published"


async def test_only_the_writer_contests_with_a_token_or_with_a_link_from_the_newsroom(
    desk: Desk, ada: Person
) -> None:
    world, returned = desk.world, (await ada.write(RUDE)).comment
    other = (await ada.write(FAIR)).comment
    eve = Person(world, "Eve")
    await eve.write("A remark of my own about the swallows.")
    wrong = [
        Asker(),
        Asker(token=eve.token),
        Asker(key="0" * 32),
        Asker(key="ü"),
        Asker(key=comment_key(world, other.id)),
    ]
    for asker in wrong:
        with pytest.raises(UnknownDecision):
            await appeal_decision(
                world, NewAppeal(decision_id=returned.decision_id, text=WORDS, asker=asker)
            )
        with pytest.raises(UnknownDecision):
            await statement_of_reasons(world, returned.decision_id, asker)
    key = Asker(key=comment_key(world, returned.id))
    new = NewAppeal(decision_id=returned.decision_id, text=WORDS, asker=key)
    assert (await appeal_decision(world, new)).state is AppealState.OPEN
    with pytest.raises(UnknownDecision):
        await appeal(ada, uuid7())


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("too short", InvalidAppeal),
        ("  padded  ", InvalidAppeal),
        ("x" * 2_001, InvalidAppeal),
        ("half a pair \ud83d", UnreadableText),
        ("nothing\0here", UnreadableText),
    ],
)
async def test_an_appeal_is_made_in_words(
    desk: Desk, ada: Person, text: str, refusal: type[Exception]
) -> None:
    returned = (await ada.write(RUDE)).comment
    with pytest.raises(refusal):
        await appeal(ada, returned.decision_id, text)


@pytest.mark.parametrize("words", ["", "no", "x" * 2_001])
async def test_a_dismissal_needs_a_written_reason(desk: Desk, ada: Person, words: str) -> None:
    contested = await appeal(ada, (await ada.write(RUDE)).comment.decision_id)
    with pytest.raises(AnswerNeeded):
        await answer(desk, contested, overturn=False, words=words)
    assert [item.appeal for item in await review_appeals(desk.world, desk.moderator)] == [contested]


async def test_appeals_are_rate_limited(desk: Desk, ada: Person) -> None:
    returned = (await ada.write(RUDE)).comment
    await appeal(ada, returned.decision_id)
    for _ in range(desk.world.limits.appeals_per_hour - 1):
        with pytest.raises(AlreadyAppealed):
            await appeal(ada, returned.decision_id)
    with pytest.raises(TooManyRequests):
        await appeal(ada, returned.decision_id)


async def test_an_appeal_is_answered_once(desk: Desk, ada: Person) -> None:
    contested = await appeal(ada, (await ada.write(RUDE)).comment.decision_id)
    colleague = await open_desk(desk.world, "Col League")
    done = await asyncio.gather(
        answer(desk, contested, overturn=True),
        answer(colleague, contested, overturn=False),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Action", "StaleAction"]
    with pytest.raises(UnknownAppeal):
        await decide_appeal(
            desk.world,
            Answer(appeal_id=uuid7(), moderator_id=desk.moderator.id, is_overturned=True),
        )


async def test_an_appeal_lapses_when_there_is_nothing_left_to_decide(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    world = desk.world
    mended = (await ada.write(RUDE)).comment
    rejected = (await ada.write(FAIR)).comment
    held = (await ada.write(HEATED)).comment
    clock.advance(timedelta(days=1))
    await desk.reject(rejected.id, category=Category.SPAM)
    contested = [
        await appeal(ada, mended.decision_id),
        await appeal(ada, await in_force(world, rejected.id)),
        await appeal(ada, held.decision_id),
    ]
    change = Change(
        comment_id=mended.id,
        text="Their plan is a poor one, and here is why.",
        reader_token=ada.token,
    )
    await edit_comment(world, change)
    await desk.approve(rejected.id)
    await delete_comment(world, held.id, ada.token)

    assert await review_appeals(world, desk.moderator) == ()
    for lapsed in contested:
        with pytest.raises(StaleAction):
            await answer(desk, lapsed, overturn=True)

    await desk.undo(rejected.id)
    (again,) = await review_appeals(world, desk.moderator)
    assert again.appeal.id == contested[1].id


@pytest.mark.parametrize("overturn", [True, False])
async def test_undo_puts_the_comment_and_the_appeal_back(
    desk: Desk, ada: Person, overturn: bool
) -> None:
    world, returned = desk.world, (await ada.write(RUDE)).comment
    contested = await appeal(ada, returned.decision_id)
    await answer(desk, contested, overturn=overturn)

    await desk.undo(returned.id)

    assert await state_of(world, returned.id) is CommentState.RETURNED
    assert await in_force(world, returned.id) == returned.decision_id
    assert await told(ada) == []
    (item,) = await review_appeals(world, desk.moderator)
    assert (item.appeal.id, item.appeal.state, item.appeal.answer) == (
        contested.id,
        AppealState.OPEN,
        "",
    )
    await answer(desk, contested, overturn=not overturn)
    assert await is_shown(world, returned.id) is not overturn


async def test_the_log_says_who_answered_what_and_why(desk: Desk, ada: Person) -> None:
    returned = (await ada.write(RUDE)).comment
    await answer(desk, await appeal(ada, returned.decision_id), overturn=False)
    (line,) = (record.action for record in await moderation_log(desk.world, LogFilter()))
    assert (line.moderator_name, line.action, line.category, line.note) == (
        "Mo Derator",
        ModeratorAction.CONFIRM,
        Category.DISCOURTESY,
        WHY,
    )
    assert (line.old_state, line.new_state) == (CommentState.RETURNED, CommentState.RETURNED)


@pytest.mark.parametrize("action", [ModeratorAction.OVERTURN, ModeratorAction.CONFIRM])
async def test_a_comment_is_not_overturned_without_an_appeal(
    desk: Desk, ada: Person, action: ModeratorAction
) -> None:
    held = (await ada.write(HEATED)).comment
    order = Order(comment_id=held.id, action=action, moderator_id=desk.moderator.id)
    with pytest.raises(NotAllowed):
        await moderate_comment(desk.world, order)


async def test_the_oldest_appeal_comes_first_with_what_is_needed_to_answer_it(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    first = await appeal(ada, (await ada.write(RUDE)).comment.decision_id)
    clock.advance(timedelta(minutes=5))
    bea = Person(desk.world, "Bea")
    second = await appeal(bea, (await bea.write(f"Oh, {RUDE}")).comment.decision_id)
    items = await review_appeals(desk.world, desk.moderator)
    assert [item.appeal for item in items] == [first, second]
    assert items[0].appeal.text == WORDS
    assert items[0].item.comment.text == RUDE
    assert items[0].item.decision.id == first.decision_id
    assert items[0].item.findings.decision.reasons[0].span is not None
    assert items[0].decided_by is None


async def test_the_newsroom_sees_how_often_it_was_wrong_by_rule(desk: Desk, ada: Person) -> None:
    for overturn in (True, False):
        text = RUDE if overturn else f"Again: {RUDE}"
        await answer(
            desk, await appeal(ada, (await ada.write(text)).comment.decision_id), overturn=overturn
        )
    await appeal(ada, (await ada.write(f"A third time: {RUDE}")).comment.decision_id)
    numbers = await appeal_numbers(desk.world)
    assert numbers.open == 1
    assert numbers.answered == {Category.DISCOURTESY: 2}
    assert numbers.overturned == {Category.DISCOURTESY: 1}


async def test_an_answer_read_already_is_followed_by_the_new_one_after_an_undo(
    desk: Desk, ada: Person
) -> None:
    world, returned = desk.world, (await ada.write(RUDE)).comment
    contested = await appeal(ada, returned.decision_id)
    await answer(desk, contested, overturn=False)
    (notice,) = await unread_notices(world, ada.token)
    await mark_notices_read(world, ada.token, [notice.id])
    await desk.undo(returned.id)
    await answer(desk, contested, overturn=True)
    assert [kind for kind, _ in await told(ada)] == ["appeal_upheld"]
