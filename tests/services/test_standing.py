"""What a reader's standing changes, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from fruitful.domain.conversation import CommentState, ReportState, Site
from fruitful.domain.policy import Category, Outcome
from fruitful.domain.site_options import SiteOptions
from fruitful.domain.standing import NEW
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.explain_standing import explain_standing
from fruitful.services.review_queue import comment_history
from fruitful.services.settle_reports import settle_reports
from fruitful.services.world import Limits, World
from fruitful.storage import sites
from support.clock import AdjustableClock
from support.desk import (
    Desk,
    guest_from_before,
    is_shown,
    open_desk,
    report,
    state_of,
    told,
)
from support.newsroom import Person, canary, open_site
from support.scripted import ScriptedDetector

FAIR = "The council should publish what the bridge has cost so far."
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine([ScriptedDetector(), CanaryDetector()], model="scripted")


@pytest.fixture
def world(world: World) -> World:
    return replace(world, limits=Limits(comments_per_minute=100, comments_per_hour=1_000))


@pytest.fixture
async def site(world: World) -> Site:
    return await open_site(world)


@pytest.fixture
async def desk(world: World, site: Site) -> Desk:
    return await open_desk(world)


async def regular(world: World, name: str, clock: AdjustableClock) -> Person:
    """Somebody with eight published comments."""
    person = Person(world, name)
    for number in NUMBERS[:8]:
        await person.write(f"Chapter {number} of what {name} has to say about the {number} arches.")
        clock.advance(timedelta(minutes=3))
    return person


async def test_standing_grows_with_comments_that_stay_and_fades_with_time(
    desk: Desk, clock: AdjustableClock
) -> None:
    person = await regular(desk.world, "Bo Regular", clock)
    explained = await explain_standing(desk.world, person.token)
    assert explained is not None
    assert explained.published == 8
    assert explained.standing == pytest.approx(0.625, abs=0.01)
    clock.advance(timedelta(days=90))
    later = await explain_standing(desk.world, person.token)
    assert later is not None
    assert NEW < later.standing < explained.standing
    assert await explain_standing(desk.world, None) is None


async def test_a_rejected_comment_costs_standing_and_the_weight_of_reports(
    desk: Desk, clock: AdjustableClock
) -> None:
    person = await regular(desk.world, "Bo Regular", clock)
    before = await explain_standing(desk.world, person.token)
    comment = (await person.write("Buy two bridges and get a third for nothing.")).comment
    await desk.reject(comment.id, category=Category.SPAM)
    after = await explain_standing(desk.world, person.token)
    assert before is not None
    assert after is not None
    assert after.rejected == 1
    assert after.standing < before.standing
    assert after.report_weight < before.report_weight


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.RETURN, Outcome.REJECT])
async def test_the_best_standing_gets_nothing_past_a_rule(
    desk: Desk, clock: AdjustableClock, outcome: Outcome
) -> None:
    person = await regular(desk.world, "Bo Regular", clock)
    sent = await person.write(canary(desk.world, outcome))
    assert sent.outcome is outcome


async def test_a_site_may_have_first_comments_read_by_a_person(
    desk: Desk, site: Site, clock: AdjustableClock
) -> None:
    world, ada = desk.world, Person(desk.world, "Ada Reader")
    async with world.database.transaction() as connection:
        await sites.set_options(connection, site.id, SiteOptions(hold_first_comments=1))
    first = await ada.write(FAIR)
    assert first.outcome is Outcome.HOLD
    assert [reason.evidence for reason in first.comment.reasons] == ["standing:first"]
    await desk.approve(first.comment.id)
    clock.advance(timedelta(minutes=11))
    assert (await ada.write("Swallows nest beneath the arches.")).outcome is Outcome.PUBLISH


async def strike(brigade: list[Person], comment_id: UUID, clock: AdjustableClock) -> None:
    """All of them report the comment within two minutes."""
    for member in brigade:
        clock.advance(timedelta(seconds=6))
        await report(member, comment_id)


async def test_a_bloc_that_strikes_again_counts_as_one_and_independent_readers_as_many(
    desk: Desk, clock: AdjustableClock
) -> None:
    world, bea = desk.world, Person(desk.world, "Bea")
    brigade = [await guest_from_before(world, f"Member {number}") for number in range(20)]
    comments = []
    for number in NUMBERS[:4]:
        text = f"Here are {number} thoughts on the {number} arches of the bridge."
        comments.append((await bea.write(text)).comment.id)
        clock.advance(timedelta(minutes=11))
    for comment_id in comments[:2]:
        await strike(brigade, comment_id, clock)
        assert not await is_shown(world, comment_id)
        clock.advance(timedelta(hours=1))

    await strike(brigade, comments[2], clock)
    assert await is_shown(world, comments[2])
    readers = [await guest_from_before(world, f"Reader {number}") for number in range(4)]
    await strike(readers, comments[3], clock)
    assert not await is_shown(world, comments[3])


async def test_any_number_of_newcomers_need_somebody_who_was_here_before(desk: Desk) -> None:
    world, comment = desk.world, (await Person(desk.world, "Bea").write(FAIR)).comment
    for number in range(20):
        await report(Person(world, f"Newcomer {number}"), comment.id)
    assert await is_shown(world, comment.id)
    await report(await guest_from_before(world, "Somebody"), comment.id)
    assert await state_of(world, comment.id) is CommentState.HELD


async def test_the_reporter_of_a_comment_that_its_writer_takes_back_is_told(desk: Desk) -> None:
    world, bea = desk.world, Person(desk.world, "Bea")
    comment = (await bea.write(FAIR)).comment
    reporter = await guest_from_before(world, "Reporter")
    await report(reporter, comment.id)
    await delete_comment(world, comment.id, bea.token)
    for _ in range(2):  # A job may run twice.
        await settle_reports(world, comment.id)
    assert await told(reporter) == [("report_overtaken", {"reason": "discourtesy"})]
    explained = await explain_standing(world, reporter.token)
    assert explained is not None
    assert explained.standing == NEW


async def test_a_report_on_an_earlier_text_is_not_held_against_its_reporter(
    desk: Desk, clock: AdjustableClock
) -> None:
    world, bea = desk.world, Person(desk.world, "Bea")
    comment = (await bea.write(FAIR)).comment
    early, late = [await guest_from_before(world, name) for name in ("Early", "Late")]
    await report(early, comment.id)
    clock.advance(timedelta(minutes=1))
    change = Change(
        comment_id=comment.id,
        text="A milder remark on what it has cost so far.",
        reader_token=bea.token,
        address_hash=bea.address,
    )
    await edit_comment(world, change)
    clock.advance(timedelta(minutes=1))
    await report(late, comment.id)
    await desk.approve(comment.id)
    states = {r.state for r in (await comment_history(world, comment.id)).reports}
    assert states == {ReportState.OVERTAKEN, ReportState.DISMISSED}
    assert [kind for kind, _ in await told(early)] == ["report_overtaken"]
    assert [kind for kind, _ in await told(late)] == ["report_dismissed"]
