"""Moderators' decisions as material to train on: what is told, and what never is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fruitful.cli.feedback import lesson_to_record
from fruitful.domain.policy import Category, Outcome
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.decide_appeal import Answer, decide_appeal
from fruitful.services.export_feedback import (
    MASK,
    FeedbackWanted,
    Lesson,
    export_feedback,
    masked,
)
from fruitful.services.private_links import Asker
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.retention import erase_expired
from fruitful.services.review_queue import comment_history
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.desk import open_desk
from support.newsroom import Person, canary, open_site


async def exported(world: World, **more: object) -> list[Lesson]:
    wanted = FeedbackWanted(**more)  # type: ignore[arg-type]
    return [lesson async for lesson in export_feedback(world, wanted)]


async def test_a_ruling_is_told_with_text_scores_and_what_the_moderator_said(
    world: World,
) -> None:
    await open_site(world)
    desk = await open_desk(world)
    held = await Person(world, "Ada").write(canary(world, Outcome.HOLD))
    await desk.reject(held.comment.id, category=Category.SPAM, note="an advertisement")
    (lesson,) = await exported(world)
    record = lesson_to_record(lesson)
    assert record["text"] == held.comment.text
    assert record["engine"]["outcome"] == "hold"
    assert set(record["engine"]["scores"]) == set(Category)
    assert record["engine"]["model"] == world.engine.model
    assert record["engine"]["house_rules"] == world.house_rules.version
    assert record["moderator"]["category"] == "spam"
    assert record["moderator"]["note"] == "an advertisement"
    assert (record["published"], record["overruled"], record["appeal"]) == (False, False, None)
    assert record["site"] == "paper"


async def test_the_last_word_counts_and_what_was_undone_does_not(world: World) -> None:
    await open_site(world)
    desk = await open_desk(world)
    held = await Person(world, "Ada").write(canary(world, Outcome.HOLD))
    await desk.approve(held.comment.id)
    await desk.undo(held.comment.id)
    assert await exported(world) == []
    await desk.reject(held.comment.id, category=Category.SPAM)
    await desk.approve(held.comment.id)
    (lesson,) = await exported(world)
    assert lesson.action == "approve"
    assert lesson.is_overruled


async def test_nobody_is_named_and_private_details_are_masked(world: World) -> None:
    await open_site(world)
    desk = await open_desk(world)
    ada = Person(world, "Adelheid Unforgettable")
    text = "Write to me at ada.unforgettable@mail.example about the bridge, all of you."
    sent = await ada.write(text, author_email="adelheid@mail.example")
    await desk.reject(
        sent.comment.id, category=Category.DOXING, note="call her on 0161 496 0123, or x@y.example"
    )
    (lesson,) = await exported(world)
    line = json.dumps(lesson_to_record(lesson), ensure_ascii=False)
    for private in ("Adelheid", "Unforgettable", "@", "mail.example", "0161", "Mo Derator"):
        assert private not in line
    assert lesson.text is not None
    assert len(lesson.text) == len(text)
    assert lesson.text.startswith(f"Write to me at {MASK}")


async def test_an_erased_text_is_told_as_erased(world: World, clock: AdjustableClock) -> None:
    await open_site(world)
    desk = await open_desk(world)
    held = await Person(world, "Ada").write(canary(world, Outcome.HOLD))
    await desk.reject(held.comment.id, category=Category.SPAM)
    clock.advance(timedelta(days=40))
    await erase_expired(world)
    (lesson,) = await exported(world)
    assert lesson.text is None
    assert lesson.engine.outcome is Outcome.HOLD


async def test_an_appeal_that_was_upheld_is_told_and_is_the_last_word(world: World) -> None:
    await open_site(world)
    first, second = await open_desk(world), await open_desk(world, "Su Pervisor")
    ada = Person(world, "Ada")
    held = await ada.write(canary(world, Outcome.HOLD))
    await first.reject(held.comment.id, category=Category.SPAM)
    rejection = (await comment_history(world, held.comment.id)).in_force
    assert rejection is not None
    appeal = await appeal_decision(
        world,
        NewAppeal(
            decision_id=rejection, text="It only asks a question.", asker=Asker(token=ada.token)
        ),
    )
    await decide_appeal(
        world,
        Answer(
            appeal_id=appeal.id,
            moderator_id=second.moderator.id,
            is_overturned=True,
            answer="A question it is.",
        ),
    )
    (lesson,) = await exported(world)
    assert (lesson.action, lesson.appeal) == ("overturn", "overturned")
    assert lesson.is_seen
    assert lesson.is_overruled


async def test_time_and_site_can_be_chosen(world: World, clock: AdjustableClock) -> None:
    await open_site(world)
    desk = await open_desk(world)
    held = await Person(world, "Ada").write(canary(world, Outcome.HOLD))
    await desk.approve(held.comment.id)
    assert len(await exported(world, site="paper", since=clock())) == 1
    assert await exported(world, since=clock() + timedelta(seconds=1)) == []
    with pytest.raises(UnknownSite):
        await exported(world, site="nobody")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 0161 496 0123 now", f"call {MASK * 13} now"),
        ("mail a@b.example now", f"mail {MASK * 11} now"),
        ("in 2026 they spent 40 000", "in 2026 they spent 40 000"),
    ],
)
def test_addresses_and_long_numbers_are_masked_wherever_they_stand(text: str, shown: str) -> None:
    assert masked(text) == shown
