"""A site's thresholds move to where its moderators draw the line, and back again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from fruitful.domain.conversation import CommentState, Site
from fruitful.domain.errors import StaleAction
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.operating_points import Curves
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


async def test_what_moderators_let_pass_is_held_no_more_from_applying_to_taking_back(
    paper: World, clock: AdjustableClock
) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=13)
    proposed = await propose_calibration(paper, "paper")
    (discourtesy,) = (p for p in proposed.proposals if p.category is Category.DISCOURTESY)
    assert (discourtesy.audited, discourtesy.broke) == (52, 13)
    assert discourtesy.old.hold_at == 0.3
    assert discourtesy.new.hold_at == 0.45  # As far as it may move at once.
    assert proposed.effect is not None
    assert proposed.effect.outcomes[Outcome.HOLD, Outcome.PUBLISH] == 13

    with pytest.raises(StaleAction):
        await apply_calibration(paper, "paper", seal="seen long ago")
    written = rules_of(paper, await site_of(paper))
    assert written == paper.house_rules
    applied = await apply_calibration(paper, "paper", by=desk.moderator.id, seal=proposed.seal)
    site = await site_of(paper)
    assert applied.learnt.version == 1
    assert rules_of(paper, site).version == f"{written.version}.site1"
    assert rules_of(paper, site).rules[Category.DISCOURTESY].hold_at == 0.45
    lapses_with_other_rules_or_another_model(paper, site)

    sent = await Person(paper, "Zoe").write("Fresh words about tolls [discourtesy 0.4] and tides.")
    assert sent.comment.state is CommentState.PUBLISHED
    with pytest.raises(NothingLearnt):
        await apply_calibration(paper, "paper")

    await take_back_calibration(paper, "paper")
    assert rules_of(paper, await site_of(paper)) == written
    (record,) = (await propose_calibration(paper, "paper")).records
    assert (record.by, record.taken_back_at) == ("Mo Derator", clock())
    with pytest.raises(NothingLearnt):
        await take_back_calibration(paper, "paper")
    assert (await apply_calibration(paper, "paper")).learnt.version == 2


def lapses_with_other_rules_or_another_model(world: World, site: Site) -> None:
    other_rules = replace(world, house_rules=replace(world.house_rules, version="other"))
    assert rules_of(other_rules, site) == other_rules.house_rules
    other_model = replace(world, curves=Curves("another model", {}))
    assert rules_of(other_model, site) == world.house_rules


async def test_too_few_decisions_move_nothing(paper: World, clock: AdjustableClock) -> None:
    desk = await open_desk(paper)
    await judge_many(desk, clock, times=1)
    proposed = await propose_calibration(paper, "paper")
    assert proposed.learnt is None
    assert proposed.effect is None
    with pytest.raises(NothingLearnt):
        await apply_calibration(paper, "paper")


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
