"""What the newsroom sees: the queue, the audit of decisions, and the numbers above them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from fruitful.domain.conversation import CommentState, ReportReason
from fruitful.domain.newsroom import DecisionFilter, Urgency
from fruitful.domain.policy import Category, Outcome
from fruitful.services.audit_decisions import audit_decisions
from fruitful.services.review_queue import overview, review_queue
from support.clock import AdjustableClock
from support.desk import (
    Desk,
    four_strangers_report,
    report,
)
from support.newsroom import Person

FAIR = "The council should publish what the bridge has cost so far."
HEATED = "The council should be ashamed of itself [discourtesy 0.6]."


async def test_the_queue_puts_danger_first_then_what_readers_took_back_then_the_oldest(
    desk: Desk, clock: AdjustableClock
) -> None:
    world = desk.world

    expected: dict[str, Urgency] = {}

    async def named(name: str, text: str, urgency: Urgency) -> UUID:
        person = Person(world, name)
        clock.advance(timedelta(minutes=1))
        expected[name] = urgency
        return (await person.write(text)).comment.id

    await named("oldest", "One [spam 0.6] of a kind.", Urgency.HELD)
    await named("younger", "Two [discourtesy 0.6] of a kind.", Urgency.HELD)
    visible = await named("visible", f"{FAIR} Once.", Urgency.VISIBLE)
    hidden = await named("hidden", f"{FAIR} And for all, please.", Urgency.REPORTED)
    address = await named("address", f"{FAIR} Soon would be good.", Urgency.DANGER)
    await named("threat", "You wait [violence 0.6] and see.", Urgency.DANGER)
    clock.advance(timedelta(minutes=1))
    await report(Person(world, "S"), visible, ReportReason.OTHER)
    await report(Person(world, "T"), address, ReportReason.DOXING)
    await four_strangers_report(world, hidden, ReportReason.SPAM)

    queue = await review_queue(world)

    names = [item.comment.author_name for item in queue]
    assert names == ["threat", "address", "hidden", "oldest", "younger", "visible"]
    assert {item.comment.author_name: item.urgency for item in queue} == expected
    assert (await overview(world)).waiting == 6


async def test_the_queue_shows_what_is_needed_to_decide(desk: Desk, ada: Person) -> None:
    parent = (await ada.write(FAIR)).comment
    bea = Person(desk.world, "Bea")
    await bea.write("They will not [discourtesy 0.6], the cowards.", parent=parent.id)
    (item,) = await review_queue(desk.world)
    assert item.parent is not None
    assert item.parent.text == FAIR
    assert item.author.name == "Bea"
    assert item.author.counts == {CommentState.HELD: 1}
    assert item.findings.decision.findings.scores[Category.DISCOURTESY] == pytest.approx(0.6)
    (reason,) = item.findings.decision.reasons
    assert reason.span is not None
    text = item.comment.text or ""
    assert text[reason.span.start : reason.span.end] == "[discourtesy 0.6]"


async def test_the_audit_lists_what_was_returned_and_nobody_else_ever_saw(
    desk: Desk, ada: Person
) -> None:
    text = "You know what you are [discourtesy 0.95]."
    await ada.write(text)
    await ada.write(FAIR)
    (found,) = await audit_decisions(desk.world, DecisionFilter(outcome=Outcome.RETURN))
    assert found.text == text
    assert found.state is CommentState.RETURNED
    by_category = DecisionFilter(category=Category.DISCOURTESY)
    assert await audit_decisions(desk.world, by_category) == (found,)
    assert await audit_decisions(desk.world, DecisionFilter(category=Category.SPAM)) == ()
    assert len(await audit_decisions(desk.world, DecisionFilter(model="scripted"))) == 2
    assert await audit_decisions(desk.world, DecisionFilter(model="moderator")) == ()


async def test_the_overview_counts_a_day_and_only_what_the_engine_decided(
    desk: Desk, ada: Person, clock: AdjustableClock
) -> None:
    await ada.write(f"{FAIR} That was yesterday.")
    clock.advance(timedelta(hours=25))
    held = (await ada.write(HEATED)).comment
    await ada.write(FAIR)
    await desk.approve(held.id)
    numbers = await overview(desk.world)
    assert (numbers.waiting, numbers.judged, numbers.held) == (0, 2, 1)
    assert numbers.share_held == pytest.approx(0.5)
    assert numbers.oldest_since is None
