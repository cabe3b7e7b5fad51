"""What becomes of a report: for the comment, for its writer, and for whoever reported it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fruitful.domain.conversation import CommentState, ReportReason, ReportState
from fruitful.domain.errors import (
    InvalidRequest,
    NotAllowed,
    TooManyRequests,
    UnknownComment,
    UnreadableText,
)
from fruitful.domain.identity import uuid7
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.list_thread import own_comments, thread_version
from fruitful.services.notices import mark_notices_read, unread_notices
from fruitful.services.review_queue import comment_history, review_queue
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.desk import (
    Desk,
    four_strangers_report,
    guest_from_before,
    is_shown,
    open_desk,
    report,
    state_of,
    told,
)
from support.newsroom import Person, open_article, open_site
from support.scripted import scripted_engine

FAIR = "The council should publish what the bridge has cost so far."


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada Reader")


@pytest.fixture
async def desk(world: World, ada: Person) -> Desk:
    return await open_desk(world)


async def regular(world: World, name: str) -> Person:
    """Somebody with five published comments, whose report weighs twice a stranger's."""
    person = Person(world, name)
    for number in range(5):
        await person.write(f"{FAIR} Part {number} of what {name} has to say about it.")
    return person


async def test_a_report_that_brings_a_comment_back_to_the_queue(ada: Person) -> None:
    world, comment = ada.world, (await ada.write(FAIR)).comment
    article = await open_article(world)
    for number in range(3):
        reported = await report(await guest_from_before(world, f"Guest {number}"), comment.id)
        assert reported.is_new
        assert not reported.hidden
        assert await is_shown(world, comment.id)
    version = await thread_version(world, article.id)

    fourth = await report(await guest_from_before(world, "Guest 4"), comment.id)

    assert fourth.hidden
    assert not await is_shown(world, comment.id)
    assert await thread_version(world, article.id) > version
    (item,) = await review_queue(world)
    assert item.comment.id == comment.id
    assert item.comment.state is CommentState.HELD
    assert len(item.reports) == 4


async def test_the_writer_sees_that_a_reported_comment_waits_and_why(ada: Person) -> None:
    world, comment = ada.world, (await ada.write(FAIR)).comment
    await four_strangers_report(world, comment.id, ReportReason.DISCOURTESY)
    (own,) = await own_comments(world, (await open_article(world)).id, ada.token)
    assert own.state is CommentState.HELD
    (reason,) = own.reasons
    assert reason.rule == world.house_rules.rules[Category.DISCOURTESY].title
    assert reason.outcome is Outcome.HOLD


async def test_two_regulars_weigh_as_much_as_four_strangers(ada: Person) -> None:
    world, comment = ada.world, (await ada.write(FAIR)).comment
    await report(await regular(world, "Bo Regular"), comment.id)
    assert await is_shown(world, comment.id)
    await report(await regular(world, "Cy Regular"), comment.id)
    assert not await is_shown(world, comment.id)


async def test_four_reports_from_one_address_count_once(ada: Person) -> None:
    world, comment = ada.world, (await ada.write(FAIR)).comment
    for number in range(8):
        await report(Person(world, f"Sock {number}", address="the same house"), comment.id)
    assert await is_shown(world, comment.id)
    (item,) = await review_queue(world)
    assert len(item.reports) == 8


async def test_a_reader_reports_a_comment_once(ada: Person) -> None:
    world, comment = ada.world, (await ada.write(FAIR)).comment
    stranger = Person(world, "Stranger")
    first = await report(stranger, comment.id, ReportReason.SPAM)
    again = await report(stranger, comment.id, ReportReason.VIOLENCE)
    assert first.is_new
    assert not again.is_new
    assert again.report == first.report


async def test_a_new_reporter_is_given_a_token_and_keeps_it(ada: Person) -> None:
    comments = [(await ada.write(f"{FAIR} {n}")).comment for n in ("One.", "Two.")]
    stranger = Person(ada.world, "Stranger")
    assert (await report(stranger, comments[0].id)).reader_token
    assert (await report(stranger, comments[1].id)).reader_token is None


async def test_nobody_reports_their_own_comment(ada: Person) -> None:
    comment = (await ada.write(FAIR)).comment
    with pytest.raises(NotAllowed):
        await report(ada, comment.id)


async def test_reports_on_what_is_not_published_are_accepted_quietly(ada: Person) -> None:
    held = (await ada.write("This waits [discourtesy 0.6].")).comment
    gone = (await ada.write(FAIR)).comment
    await delete_comment(ada.world, gone.id, ada.token or "")
    for comment in (held, gone):
        before = await state_of(ada.world, comment.id)
        reported = await report(Person(ada.world, "Stranger"), comment.id)
        assert reported.is_new
        assert not reported.hidden
        assert await state_of(ada.world, comment.id) is before


async def test_an_approved_comment_is_not_hidden_again_for_the_same_reason(desk: Desk) -> None:
    world = desk.world
    comment = (await Person(world, "Bea").write(FAIR)).comment
    await four_strangers_report(world, comment.id, ReportReason.DISCOURTESY)
    await desk.approve(comment.id)
    assert await is_shown(world, comment.id)

    late = await four_strangers_report(world, comment.id, ReportReason.DISCOURTESY)
    assert await is_shown(world, comment.id)
    assert await review_queue(world) == ()
    assert await told(late[0]) == [("report_dismissed", {"reason": "discourtesy"})]

    await four_strangers_report(world, comment.id, ReportReason.DOXING)
    assert not await is_shown(world, comment.id)


async def test_a_comment_held_by_the_engine_and_approved_is_not_hidden_for_what_it_found(
    desk: Desk,
) -> None:
    comment = (await Person(desk.world, "Bea").write("A heated one [discourtesy 0.6].")).comment
    await desk.approve(comment.id)
    await four_strangers_report(desk.world, comment.id, ReportReason.DISCOURTESY)
    assert await is_shown(desk.world, comment.id)


async def test_an_edited_comment_can_be_hidden_for_a_reason_weighed_before(desk: Desk) -> None:
    world, bea = desk.world, Person(desk.world, "Bea")
    comment = (await bea.write(FAIR)).comment
    await four_strangers_report(world, comment.id)
    await desk.approve(comment.id)
    change = Change(
        comment_id=comment.id,
        text="And those who built it ought to be ashamed, all of them.",
        reader_token=bea.token or "",
        address_hash=bea.address,
    )
    await edit_comment(world, change)
    await four_strangers_report(world, comment.id)
    assert not await is_shown(world, comment.id)


@pytest.mark.parametrize(("decision", "kind"), [("reject", "upheld"), ("approve", "dismissed")])
async def test_what_the_reporter_is_told(desk: Desk, decision: str, kind: str) -> None:
    world = desk.world
    comment = (await Person(world, "Bea").write(FAIR)).comment
    strangers = await four_strangers_report(world, comment.id, ReportReason.SPAM)
    assert await told(strangers[0]) == []

    await getattr(desk, decision)(comment.id)

    for stranger in strangers:
        assert await told(stranger) == [(f"report_{kind}", {"reason": "spam"})]
    history = await comment_history(world, comment.id)
    assert {report.state for report in history.reports} == {ReportState(kind)}


async def test_a_notice_is_shown_until_it_has_been_read_by_the_one_it_is_for(desk: Desk) -> None:
    world = desk.world
    comment = (await Person(world, "Bea").write(FAIR)).comment
    strangers = await four_strangers_report(world, comment.id)
    await desk.reject(comment.id)
    (notice,) = await unread_notices(world, strangers[0].token)

    await mark_notices_read(world, strangers[1].token, [notice.id])
    assert await unread_notices(world, strangers[0].token) == (notice,)
    await mark_notices_read(world, strangers[0].token, [notice.id])
    assert await unread_notices(world, strangers[0].token) == ()
    assert await unread_notices(world, None) == ()


async def test_having_been_wrong_makes_the_next_report_weigh_less(desk: Desk) -> None:
    bea, cry = Person(desk.world, "Bea"), await guest_from_before(desk.world, "Cry Wolf")
    weights = []
    for number in range(3):
        comment = (await bea.write(f"{FAIR} Chapter {number}.")).comment
        weights.append((await report(cry, comment.id)).report.weight)
        await desk.approve(comment.id)
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[2]


async def test_reports_are_rate_limited(ada: Person, clock: AdjustableClock) -> None:
    limit = ada.world.limits.reports_per_hour
    comment = (await ada.write(FAIR)).comment
    for number in range(limit):
        await report(Person(ada.world, f"Sock {number}", address="one"), comment.id)
    with pytest.raises(TooManyRequests):
        await report(Person(ada.world, "Sock", address="one"), comment.id)
    clock.advance(timedelta(hours=1))
    assert (await report(Person(ada.world, "Sock", address="one"), comment.id)).is_new


@pytest.mark.parametrize(
    ("note", "refusal"),
    [
        ("x" * 501, InvalidRequest),
        ("nothing\0here", UnreadableText),
        ("half a pair \ud83d", UnreadableText),
    ],
)
async def test_a_note_that_cannot_be_kept_is_refused(
    ada: Person, note: str, refusal: type[Exception]
) -> None:
    comment = (await ada.write(FAIR)).comment
    with pytest.raises(refusal):
        await report(Person(ada.world, "Stranger"), comment.id, note=note)


async def test_a_comment_that_does_not_exist_cannot_be_reported(ada: Person) -> None:
    with pytest.raises(UnknownComment):
        await report(Person(ada.world, "Stranger"), uuid7())
