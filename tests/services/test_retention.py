"""What is erased, when, and what stays on record."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from fruitful.domain.policy import Outcome
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import Change, edit_comment
from fruitful.services.list_thread import read_comment
from fruitful.services.moderators import SignIn, add_moderator, moderator_of, sign_in
from fruitful.services.retention import erase_expired, prune
from fruitful.services.world import World
from fruitful.storage.tables import ReasonRow, RevisionRow, SignalRow
from support.clock import AdjustableClock
from support.newsroom import Person, canary, open_site
from support.scripted import ScriptedDetector

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine([ScriptedDetector(), CanaryDetector()], model="scripted/1")


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada Reader")


async def texts(world: World, comment_id: UUID) -> list[str | None]:
    query = select(RevisionRow.text).where(RevisionRow.comment_id == comment_id)
    async with world.database.reading() as connection:
        return list((await connection.execute(query)).scalars())


async def count(world: World, table: str) -> int:
    async with world.database.reading() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


@pytest.mark.parametrize(("outcome", "days"), [(Outcome.RETURN, 7), (Outcome.REJECT, 30)])
async def test_a_text_that_nobody_may_see_is_erased_after_its_time(
    world: World, clock: AdjustableClock, ada: Person, outcome: Outcome, days: int
) -> None:
    written = canary(world, outcome)
    submitted = await ada.write(written)
    comment_id = submitted.comment.id

    clock.advance(days * DAY)
    await erase_expired(world)
    assert await texts(world, comment_id) == [written]

    clock.advance(timedelta(seconds=1))
    await erase_expired(world)
    assert await texts(world, comment_id) == [None]


async def test_the_rule_that_was_applied_stays_on_record_but_nothing_that_points_into_the_text(
    world: World, clock: AdjustableClock, ada: Person
) -> None:
    await ada.write(canary(world, Outcome.REJECT))
    clock.advance(31 * DAY)
    await erase_expired(world)

    async with world.database.reading() as connection:
        signals = (await connection.execute(select(func.count()).select_from(SignalRow))).scalar()
        reasons = (await connection.execute(select(ReasonRow.outcome, ReasonRow.evidence))).all()
    assert signals == 0
    assert reasons
    assert {reason.evidence for reason in reasons} == {""}
    assert "reject" in {reason.outcome for reason in reasons}


@pytest.mark.parametrize("outcome", [Outcome.PUBLISH, Outcome.HOLD])
async def test_what_is_published_or_waits_for_a_moderator_is_kept(
    world: World, clock: AdjustableClock, ada: Person, outcome: Outcome
) -> None:
    written = canary(world, outcome)
    submitted = await ada.write(written)
    clock.advance(365 * DAY)

    await erase_expired(world)

    assert await texts(world, submitted.comment.id) == [written]


async def test_old_windows_keys_and_sign_ins_are_forgotten_and_fresh_ones_are_not(
    world: World, clock: AdjustableClock, ada: Person
) -> None:
    await add_moderator(world, "Mo Derator", "mo@paper.example", "a long enough password")
    attempt = SignIn(email="mo@paper.example", password="a long enough password", address_hash="x")
    signed_in = await sign_in(world, attempt)
    await ada.write("The bridge opens at last.", idempotency_key="once")

    await prune(world)
    assert await count(world, "idempotency_keys") == 1
    assert await count(world, "rates") > 0
    assert await moderator_of(world, signed_in.token) is not None

    clock.advance(2 * DAY)
    await prune(world)
    assert await count(world, "idempotency_keys") == 0
    assert await count(world, "rates") == 0
    assert await count(world, "moderator_sessions") == 0


async def test_a_version_that_was_replaced_is_erased_and_the_one_that_is_shown_stays(
    world: World, clock: AdjustableClock, ada: Person
) -> None:
    sent = await ada.write("The towers are the best part of it.")
    returned = canary(world, Outcome.RETURN)
    for new in ("The lamps are.", returned):
        await edit_comment(
            world, Change(comment_id=sent.comment.id, text=new, reader_token=ada.token)
        )
    clock.advance(8 * DAY)
    await erase_expired(world)
    assert set(await texts(world, sent.comment.id)) == {None, "The lamps are."}
    _, shown = await read_comment(world, sent.comment.id)
    assert shown.html == "<p>The lamps are.</p>"
