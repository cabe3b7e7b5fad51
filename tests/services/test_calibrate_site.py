"""A site's thresholds move to where its moderators draw the line, and back again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from fruitful.domain.conversation import CommentState, Site
from fruitful.domain.errors import StaleAction
from fruitful.domain.policy import Category, Outcome
from fruitful.services.calibrate_site import (
    NothingLearnt,
    apply_calibration,
    propose_calibration,
    take_back_calibration,
)
from fruitful.services.policies import rules_of
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.world import World
from fruitful.storage import sites
from support.clock import AdjustableClock
from support.desk import open_desk
from support.lenient import judge_many, scripted_classifier
from support.newsroom import Person, open_site


@pytest.fixture
async def paper(world: World) -> AsyncIterator[World]:
    engine = scripted_classifier(world)
    try:
        chosen = replace(world, engine=engine)
        await open_site(chosen)
        yield chosen
    finally:
        engine.close()


async def site_of(world: World) -> Site:
    async with world.database.reading() as connection:
        found = await sites.by_slug(connection, "paper")
    assert found is not None
    return found


async def test_what_moderators_let_pass_is_held_no_more_once_it_is_applied(
    paper: World, clock: AdjustableClock
) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=14)
    proposed = await propose_calibration(paper, "paper")
    (discourtesy,) = (p for p in proposed.proposals if p.category is Category.DISCOURTESY)
    assert (discourtesy.audited, discourtesy.broke) == (56, 14)
    assert discourtesy.old.hold_at == 0.3
    assert discourtesy.new.hold_at == 0.45  # As far as it may move at once.
    assert proposed.effect is not None
    assert proposed.effect.outcomes[Outcome.HOLD, Outcome.PUBLISH] == 14

    before = rules_of(paper, await site_of(paper)).version
    record = await apply_calibration(paper, "paper", by=desk.moderator.id, seal=proposed.seal)
    site = await site_of(paper)
    assert record.learnt.version == 1
    assert rules_of(paper, site).version == f"{before}.site1"

    sent = await Person(paper, "Zoe").write("Fresh words about tolls [discourtesy 0.4] and tides.")
    assert sent.comment.state is CommentState.PUBLISHED

    again = await propose_calibration(paper, "paper")
    assert again.learnt is None
    (kept,) = again.records
    assert (kept.by, kept.taken_back_at) == ("Mo Derator", None)


async def test_a_calibration_can_be_taken_back_and_stays_on_record(
    paper: World, clock: AdjustableClock
) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=14)
    await apply_calibration(paper, "paper")
    await take_back_calibration(paper, "paper", by=desk.moderator.id)
    site = await site_of(paper)
    assert site.learnt is None
    assert rules_of(paper, site).version == paper.house_rules.version
    (record,) = (await propose_calibration(paper, "paper")).records
    assert (record.by, record.taken_back_by) == (None, "Mo Derator")
    with pytest.raises(NothingLearnt):
        await take_back_calibration(paper, "paper")
    assert (await apply_calibration(paper, "paper")).learnt.version == 2


async def test_what_was_learnt_lapses_with_other_rules_or_another_model(
    paper: World, clock: AdjustableClock
) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=14)
    await apply_calibration(paper, "paper")
    site = await site_of(paper)
    assert rules_of(paper, site).rules[Category.DISCOURTESY].hold_at == 0.45

    other_rules = replace(paper, house_rules=replace(paper.house_rules, version="other"))
    assert rules_of(other_rules, site) == other_rules.house_rules

    curves = type(paper.curves)("another model", {})
    other_model = replace(paper, curves=curves)
    assert rules_of(other_model, site) == paper.house_rules
    proposed = await propose_calibration(other_model, "paper")
    assert proposed.has_lapsed
    assert all(p.audited == 0 for p in proposed.proposals)


async def test_too_few_decisions_move_nothing(paper: World, clock: AdjustableClock) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=2)
    proposed = await propose_calibration(paper, "paper")
    assert proposed.learnt is None
    assert proposed.effect is None
    with pytest.raises(NothingLearnt):
        await apply_calibration(paper, "paper")


async def test_who_saw_other_numbers_applies_nothing(paper: World, clock: AdjustableClock) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=14)
    with pytest.raises(StaleAction):
        await apply_calibration(paper, "paper", seal="seen long ago")
    assert (await site_of(paper)).learnt is None


async def test_an_undone_decision_teaches_nothing(paper: World) -> None:
    desk = await open_desk(paper)
    sent = await Person(paper, "Ada").write("Rather sharp [discourtesy 0.5] about the ferry.")
    await desk.approve(sent.comment.id)
    proposed = await propose_calibration(paper, "paper")
    assert sum(p.audited for p in proposed.proposals) == 1
    await desk.undo(sent.comment.id)
    proposed = await propose_calibration(paper, "paper")
    assert sum(p.audited for p in proposed.proposals) == 0


async def test_a_site_that_nobody_knows_is_told(world: World) -> None:
    with pytest.raises(UnknownSite):
        await propose_calibration(world, "nobody")
