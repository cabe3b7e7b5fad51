"""How the conversation is laid out for those who read it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from fruitful.domain.conversation import ThreadComment, ThreadSort
from fruitful.domain.errors import (
    EditWindowClosed,
    InvalidRequest,
    NotAllowed,
    UnknownComment,
)
from fruitful.domain.policy import Outcome
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.list_thread import ThreadView, list_thread, read_comment
from fruitful.services.rank_thread import rank_thread
from fruitful.services.respect_comment import respect_comment
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.newsroom import Person, canary, open_article, open_site

REMARKS = [
    "Who sets the tolls, and for how long?",
    "My grandmother remembered when only the two towers stood.",
    "Lorries will go through the village whatever we build.",
    "I shall miss the ferries in summer.",
    "Has anybody counted the lamps along the northern side?",
    "Green paint was a mistake; grey weathers better here.",
    "Wind was the reason they closed it twice last January.",
]


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada")


async def conversation(ada: Person, clock: AdjustableClock) -> list[str]:
    """Seven comments a minute apart; gives their ids, oldest first."""
    ids = []
    for remark in REMARKS:
        sent = await ada.write(remark)
        ids.append(str(sent.comment.id))
        clock.advance(timedelta(minutes=1))
    return ids


def shown(comments: tuple[ThreadComment, ...]) -> list[str]:
    return [str(comment.id) for comment in comments]


async def test_the_order_is_the_readers_choice(ada: Person, clock: AdjustableClock) -> None:
    ids = await conversation(ada, clock)
    article = await open_article(ada.world)
    ben = await respect_comment(ada.world, UUID(ids[2]), None, "ben")
    assert ben.count == 1
    newest = await list_thread(ada.world, article.id, ThreadView(sort=ThreadSort.NEWEST))
    oldest = await list_thread(ada.world, article.id, ThreadView(sort=ThreadSort.OLDEST))
    await rank_thread(ada.world, article.id)
    fruitful = await list_thread(ada.world, article.id, ThreadView())
    assert shown(newest.comments) == ids[::-1]
    assert shown(oldest.comments) == ids
    assert shown(fruitful.comments)[0] == ids[2]


@pytest.mark.parametrize("sort", list(ThreadSort))
async def test_pages_follow_each_other_without_gap_or_repeat(
    ada: Person, clock: AdjustableClock, sort: ThreadSort
) -> None:
    ids = await conversation(ada, clock)
    article = await open_article(ada.world)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        view = ThreadView(sort=sort, cursor=cursor, limit=3)
        page = await list_thread(ada.world, article.id, view)
        seen += shown(page.comments)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(ids)
    assert len(seen) == len(ids)


@pytest.mark.parametrize("cursor", ["x", "????", "W10", "bnVsbA", "é", "WyJhIiwgImIiLCAxXQ"])
async def test_a_cursor_that_was_made_up_is_refused(ada: Person, cursor: str) -> None:
    article = await open_article(ada.world)
    with pytest.raises(InvalidRequest):
        await list_thread(ada.world, article.id, ThreadView(cursor=cursor))


async def test_a_comment_that_was_answered_leaves_a_stub(ada: Person) -> None:
    first = await ada.write("The towers are the best part of it.")
    answer = await Person(ada.world, "Ben").write("They are not!", parent=first.comment.id)
    await delete_comment(ada.world, first.comment.id, ada.token)
    thread = await list_thread(ada.world, first.article.id, ThreadView())
    [stub] = thread.comments
    assert stub.is_stub
    assert (stub.author_name, stub.html) == ("", "")
    assert shown(stub.replies) == [str(answer.comment.id)]
    assert thread.total == 1


async def test_a_comment_that_was_not_answered_leaves_nothing(ada: Person) -> None:
    first = await ada.write("The towers are the best part of it.")
    await delete_comment(ada.world, first.comment.id, ada.token)
    thread = await list_thread(ada.world, first.article.id, ThreadView())
    assert thread.comments == ()
    with pytest.raises(UnknownComment):
        await read_comment(ada.world, first.comment.id)


async def test_an_edited_comment_is_judged_again(ada: Person) -> None:
    sent = await ada.write("The towers are the best part of it.")
    mended = await edit_comment(
        ada.world, Change(comment_id=sent.comment.id, text="The lamps are.", reader_token=ada.token)
    )
    assert mended.outcome is Outcome.PUBLISH
    _, comment = await read_comment(ada.world, sent.comment.id)
    assert comment.html == "<p>The lamps are.</p>"
    assert comment.edited_at is not None


async def test_an_edit_that_breaks_the_rules_leaves_the_published_text(ada: Person) -> None:
    sent = await ada.write("The towers are the best part of it.")
    text = canary(ada.world, Outcome.RETURN)
    change = Change(comment_id=sent.comment.id, text=text, reader_token=ada.token)
    assert (await edit_comment(ada.world, change)).outcome is Outcome.RETURN
    _, comment = await read_comment(ada.world, sent.comment.id)
    assert comment.html == "<p>The towers are the best part of it.</p>"


async def test_a_returned_comment_is_mended_and_sent_again(
    ada: Person, clock: AdjustableClock
) -> None:
    sent = await ada.write(canary(ada.world, Outcome.RETURN))
    clock.advance(timedelta(days=1))
    change = Change(comment_id=sent.comment.id, text="The wind, then.", reader_token=ada.token)
    assert (await edit_comment(ada.world, change)).outcome is Outcome.PUBLISH
    _, comment = await read_comment(ada.world, sent.comment.id)
    assert comment.html == "<p>The wind, then.</p>"


async def test_only_the_writer_changes_a_comment_and_only_for_a_while(
    ada: Person, clock: AdjustableClock
) -> None:
    sent = await ada.write("The towers are the best part of it.")
    stranger = Change(comment_id=sent.comment.id, text="Hers no more.", reader_token="x")
    with pytest.raises(NotAllowed):
        await edit_comment(ada.world, stranger)
    with pytest.raises(NotAllowed):
        await delete_comment(ada.world, sent.comment.id, None)
    clock.advance(timedelta(minutes=16))
    late = Change(comment_id=sent.comment.id, text="The lamps are.", reader_token=ada.token)
    with pytest.raises(EditWindowClosed):
        await edit_comment(ada.world, late)
    with pytest.raises(EditWindowClosed):
        await delete_comment(ada.world, sent.comment.id, ada.token)


async def test_respect_counts_once_a_reader_and_never_ones_own(ada: Person) -> None:
    sent = await ada.write("The towers are the best part of it.")
    first = await respect_comment(ada.world, sent.comment.id, None, "ben")
    again = await respect_comment(ada.world, sent.comment.id, first.reader_token, "ben")
    assert (first.count, again.count) == (1, 1)
    with pytest.raises(NotAllowed):
        await respect_comment(ada.world, sent.comment.id, ada.token, "ada")


async def test_own_contact_details_are_shown_masked(ada: Person) -> None:
    sent = await ada.write("If you saw the accident, my number is 617-555-0142, please call.")
    assert sent.outcome is Outcome.PUBLISH
    _, comment = await read_comment(ada.world, sent.comment.id)
    assert "555" not in comment.html
    assert "please call" in comment.html
