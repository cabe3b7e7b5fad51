"""The newsroom points readers to comments, and everybody sees that it does."""

from __future__ import annotations

from uuid import UUID

import pytest

from fruitful.domain.conversation import ModeratorAction, ThreadComment, ThreadSort
from fruitful.domain.errors import NotAllowed, StaleAction
from fruitful.domain.newsroom import LogFilter, Marks
from fruitful.domain.policy import Outcome
from fruitful.services.audit_decisions import moderation_log
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.list_thread import ThreadView, list_thread, read_comment
from fruitful.services.moderate_comment import Order
from fruitful.services.pick_comment import candidates, marks_of, pick_comment
from fruitful.services.rank_thread import rank_thread
from fruitful.services.world import World
from support.desk import Desk, open_desk
from support.newsroom import Person, canary, open_article, open_site

NOTHING = Marks(is_pick=False, is_pinned=False)


@pytest.fixture
async def desk(world: World) -> Desk:
    await open_site(world)
    return await open_desk(world)


@pytest.fixture
def ada(world: World) -> Person:
    return Person(world, "Ada")


async def mark(desk: Desk, comment_id: UUID, action: ModeratorAction) -> None:
    order = Order(comment_id=comment_id, action=action, moderator_id=desk.moderator.id)
    await pick_comment(desk.world, order)


async def shown(world: World, **view: object) -> list[ThreadComment]:
    article = await open_article(world)
    return list((await list_thread(world, article.id, ThreadView(**view))).comments)  # type: ignore[arg-type]


async def test_a_pick_is_shown_and_lifts_the_comment(desk: Desk, ada: Person) -> None:
    picked = (await ada.write("The towers are the best part of it.")).comment.id
    await ada.write("The lamps are, if you ask me.")
    await mark(desk, picked, ModeratorAction.PICK)
    await rank_thread(desk.world, (await open_article(desk.world)).id)
    first, second = await shown(desk.world)
    assert (first.id, first.is_pick, second.is_pick) == (picked, True, False)
    assert (await read_comment(desk.world, picked))[1].is_pick


async def test_a_pick_stands_in_the_log_and_can_be_taken_back(desk: Desk, ada: Person) -> None:
    comment_id = (await ada.write("The towers are the best part of it.")).comment.id
    await mark(desk, comment_id, ModeratorAction.PICK)
    with pytest.raises(StaleAction):
        await mark(desk, comment_id, ModeratorAction.PICK)
    await mark(desk, comment_id, ModeratorAction.UNPICK)
    assert await marks_of(desk.world, comment_id) == NOTHING
    log = await moderation_log(desk.world, LogFilter(comment_id=comment_id))
    assert [record.action.action for record in log] == ["unpick", "pick"]
    assert {record.action.moderator_name for record in log} == {desk.moderator.name}


@pytest.mark.parametrize("sort", list(ThreadSort))
async def test_what_is_pinned_comes_first_in_every_order_and_once(
    desk: Desk, ada: Person, sort: ThreadSort
) -> None:
    remarks = ("The towers are the best part.", "The lamps are.", "I like the wind up there.")
    ids = [(await ada.write(remark)).comment.id for remark in remarks]
    await mark(desk, ids[1], ModeratorAction.PIN)
    article = await open_article(desk.world)
    seen, cursor = [], None
    while True:
        view = ThreadView(sort=sort, cursor=cursor, limit=1)
        page = await list_thread(desk.world, article.id, view)
        seen += [comment.id for comment in page.comments]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen[0] == ids[1]
    assert sorted(seen) == sorted(ids)


async def test_an_article_has_one_pin(desk: Desk, ada: Person) -> None:
    former = (await ada.write("The towers are the best part of it.")).comment.id
    present = (await ada.write("The lamps are, if you ask me.")).comment.id
    await mark(desk, former, ModeratorAction.PIN)
    await mark(desk, present, ModeratorAction.PIN)
    pinned = [comment.id for comment in await shown(desk.world) if comment.is_pinned]
    assert pinned == [present]
    await mark(desk, present, ModeratorAction.UNPIN)
    assert not any(comment.is_pinned for comment in await shown(desk.world))


@pytest.mark.parametrize("how", ["edited", "deleted", "taken down"])
async def test_the_marks_go_when_the_comment_is_not_what_was_picked(
    desk: Desk, ada: Person, how: str
) -> None:
    comment_id = (await ada.write("The towers are the best part of it.")).comment.id
    await mark(desk, comment_id, ModeratorAction.PICK)
    await mark(desk, comment_id, ModeratorAction.PIN)
    if how == "edited":
        change = Change(comment_id=comment_id, text="The lamps are.", reader_token=ada.token)
        await edit_comment(desk.world, change)
    elif how == "deleted":
        await delete_comment(desk.world, comment_id, ada.token)
    else:
        await desk.reject(comment_id)
    assert await marks_of(desk.world, comment_id) == NOTHING


async def test_what_nobody_sees_cannot_be_picked(desk: Desk, ada: Person) -> None:
    held = (await ada.write(canary(desk.world, Outcome.HOLD))).comment.id
    for action in (ModeratorAction.PICK, ModeratorAction.PIN):
        with pytest.raises(NotAllowed):
            await mark(desk, held, action)


async def test_an_answer_can_be_picked_and_not_pinned(desk: Desk, ada: Person) -> None:
    first = (await ada.write("The towers are the best part of it.")).comment.id
    answer = (await ada.write("On second thoughts, the lamps.", parent=first)).comment.id
    await mark(desk, answer, ModeratorAction.PICK)
    with pytest.raises(NotAllowed):
        await mark(desk, answer, ModeratorAction.PIN)


async def test_a_pick_does_not_stand_in_the_way_of_undo(desk: Desk, ada: Person) -> None:
    held = (await ada.write(canary(desk.world, Outcome.HOLD))).comment.id
    await desk.approve(held)
    await mark(desk, held, ModeratorAction.PICK)
    await desk.undo(held)
    assert await marks_of(desk.world, held) == NOTHING


async def test_the_newsroom_is_offered_what_is_published(desk: Desk, ada: Person) -> None:
    held = (await ada.write(canary(desk.world, Outcome.HOLD))).comment.id
    published = (await ada.write("The towers are the best part of it.")).comment.id
    offered = [candidate.comment.id for candidate in await candidates(desk.world)]
    assert published in offered
    assert held not in offered
