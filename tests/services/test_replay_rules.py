"""What new house rules would change, seen before they are in force."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.replay_rules import ERASED, Replay, ReplayWanted, replay_rules
from fruitful.services.retention import erase_expired
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.desk import state_of
from support.newsroom import Person, canary, open_site
from support.scripted import scripted_engine

FAIR = "The council should publish what the bridge has cost so far."


@pytest.fixture
async def paper(world: World) -> AsyncIterator[World]:
    engine = scripted_engine()
    try:
        chosen = replace(world, engine=engine)
        await open_site(chosen)
        yield chosen
    finally:
        engine.close()


def with_thresholds(
    world: World, category: Category, *, hold_at: float, return_at: float | None = 0.95
) -> HouseRules:
    rule = replace(world.house_rules.rules[category], hold_at=hold_at, return_at=return_at)
    return replace(
        world.house_rules, version="2", rules={**world.house_rules.rules, category: rule}
    )


async def replayed(world: World, rules: HouseRules, **more: object) -> Replay:
    return await replay_rules(world, rules, ReplayWanted(**more))  # type: ignore[arg-type]


async def test_the_rules_that_were_in_force_change_nothing(world: World) -> None:
    await open_site(world)
    ada = Person(world, "Ada")
    for text in (FAIR, "You are a stupid liar.", canary(world, Outcome.REJECT)):
        await ada.write(text)
    found = await replayed(world, world.house_rules)
    assert (found.replayed, found.changed, found.changes) == (3, 0, ())


async def test_a_stricter_rule_shows_what_it_would_have_held(paper: World) -> None:
    ada = Person(paper, "Ada")
    await ada.write("Nothing wrong here at all.")
    near = await ada.write("Somewhat sharp [discourtesy 0.25] about the ferry timetable.")
    rules = with_thresholds(paper, Category.DISCOURTESY, hold_at=0.2)
    found = await replayed(paper, rules)
    assert found.outcomes == {
        (Outcome.PUBLISH, Outcome.PUBLISH): 1,
        (Outcome.PUBLISH, Outcome.HOLD): 1,
    }
    assert found.verdicts[Category.DISCOURTESY, Outcome.PUBLISH, Outcome.HOLD] == 1
    (change,) = found.changes
    assert (change.comment_id, change.old, change.new) == (
        near.comment.id,
        Outcome.PUBLISH,
        Outcome.HOLD,
    )
    assert (change.category, change.rule, change.score) == (
        Category.DISCOURTESY,
        "No insults",
        0.25,
    )
    assert change.article == near.article.url
    assert change.text is None
    assert (await state_of(paper, near.comment.id)).value == "published"


async def test_texts_are_told_only_to_who_asks(paper: World) -> None:
    sent = await Person(paper, "Ada").write("Somewhat sharp [spam 0.4] about the ferry.")
    rules = with_thresholds(paper, Category.SPAM, hold_at=0.3)
    (change,) = (await replayed(paper, rules, with_text=True)).changes
    assert change.text == sent.comment.text


async def test_what_a_canary_or_a_flood_demands_is_replayed_too(world: World) -> None:
    await open_site(world)
    await Person(world, "Ada").write(canary(world, Outcome.HOLD))
    lax = {c: replace(r, hold_at=None, return_at=None) for c, r in world.house_rules.rules.items()}
    found = await replayed(world, replace(world.house_rules, rules=lax))
    assert found.outcomes == {(Outcome.HOLD, Outcome.HOLD): 1}


async def test_erased_comments_are_counted_as_not_replayable(
    paper: World, clock: AdjustableClock
) -> None:
    await Person(paper, "Ada").write("Plainly wrong [racism 0.97] and returned.")
    await Person(paper, "Bo").write("Nothing wrong here at all.")
    clock.advance(timedelta(days=40))
    await erase_expired(paper)
    found = await replayed(paper, with_thresholds(paper, Category.RACISM, hold_at=0.99))
    assert found.not_replayable == {ERASED: 1}
    assert found.replayed == 1


async def test_only_the_wanted_time_and_site_and_number_count(
    paper: World, clock: AdjustableClock
) -> None:
    ada = Person(paper, "Ada")
    await ada.write("The first of them, long ago and far away.")
    clock.advance(timedelta(days=10))
    await ada.write("Another one about the toll on lorries at night.")
    rules = paper.house_rules
    assert (await replayed(paper, rules, since=clock() - timedelta(days=7))).replayed == 1
    assert (await replayed(paper, rules, last=1)).replayed == 1
    assert (await replayed(paper, rules, site="paper")).replayed == 2
    with pytest.raises(UnknownSite):
        await replayed(paper, rules, site="nobody")


async def test_only_as_many_changes_are_listed_as_asked_for(paper: World) -> None:
    ada = Person(paper, "Ada")
    for number in range(3):
        await ada.write(f"Sharp words {number * 7} [spam 0.4{number}] about {number} ferries.")
    rules = with_thresholds(paper, Category.SPAM, hold_at=0.3)
    found = await replayed(paper, rules, show=2)
    assert (found.changed, len(found.changes)) == (3, 2)


async def test_moderators_decisions_are_not_the_engines_to_make_again(paper: World) -> None:
    from support.desk import open_desk

    held = await Person(paper, "Ada").write("Rather sharp [discourtesy 0.6] about the ferry.")
    desk = await open_desk(paper)
    await desk.approve(held.comment.id)
    found = await replayed(paper, paper.house_rules)
    assert found.outcomes == {(Outcome.HOLD, Outcome.HOLD): 1}
