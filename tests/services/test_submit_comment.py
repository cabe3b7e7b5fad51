"""What becomes of a comment that somebody sends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from fruitful.domain.conversation import CommentState
from fruitful.domain.errors import (
    ArticleClosed,
    CommentTooLong,
    EmptyComment,
    IdempotencyKeyReused,
    InvalidName,
    ParentElsewhere,
    ParentGone,
    SignInRequired,
    TooManyRequests,
    UnknownArticle,
    UnknownComment,
    UnreadableText,
)
from fruitful.domain.identity import uuid7
from fruitful.domain.policy import Outcome
from fruitful.services.change_comment import delete_comment
from fruitful.services.list_thread import ThreadView, list_thread, own_comments
from fruitful.services.world import World
from fruitful.storage import articles, decisions
from support.clock import AdjustableClock
from support.newsroom import BRIDGE, Person, canary, open_article, open_site

FAIR = "The council should publish what the bridge has cost so far."


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada Reader")


async def texts_shown(world: World) -> list[str]:
    article = await open_article(world)
    thread = await list_thread(world, article.id, ThreadView())
    return [comment.html for comment in thread.comments]


async def test_a_fair_comment_is_shown_at_once(ada: Person) -> None:
    sent = await ada.write(FAIR)
    assert sent.outcome is Outcome.PUBLISH
    assert sent.total == 1
    assert await texts_shown(ada.world) == [f"<p>{FAIR}</p>"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.HOLD, CommentState.HELD),
        (Outcome.RETURN, CommentState.RETURNED),
        (Outcome.REJECT, CommentState.REJECTED),
    ],
)
async def test_what_breaks_the_rules_is_stored_and_seen_by_its_writer_only(
    ada: Person, outcome: Outcome, state: CommentState
) -> None:
    sent = await ada.write(canary(ada.world, outcome))
    assert (sent.outcome, sent.comment.state) == (outcome, state)
    assert await texts_shown(ada.world) == []
    [own] = await own_comments(ada.world, sent.article.id, ada.token)
    assert own.text == canary(ada.world, outcome)
    assert own.reasons[0].outcome is outcome
    assert await own_comments(ada.world, sent.article.id, None) == ()


async def test_the_whole_decision_is_on_record(ada: Person) -> None:
    sent = await ada.write(canary(ada.world, Outcome.HOLD))
    async with ada.world.database.reading() as connection:
        stored = await decisions.by_id(connection, sent.comment.decision_id)
    assert stored is not None
    assert stored.decision.outcome is Outcome.HOLD
    assert stored.decision.reasons == sent.comment.reasons
    assert stored.decision.house_rules == ada.world.house_rules.version
    assert stored.decision.findings.model == ada.world.engine.model
    assert stored.decision.findings.milliseconds > 0
    assert len(stored.decision.verdicts) == len(stored.decision.findings.scores) == 7


async def test_a_request_sent_twice_makes_one_comment(ada: Person) -> None:
    first = await ada.write(FAIR, idempotency_key="key-1")
    # The first answer got lost on the way, and with it the token.
    ada.token = None
    second = await ada.write(FAIR, idempotency_key="key-1")
    assert second.comment.id == first.comment.id
    assert second.reader_token == first.reader_token
    assert len(await texts_shown(ada.world)) == 1


async def test_a_request_sent_twice_at_once_makes_one_comment(ada: Person) -> None:
    sent = await asyncio.gather(*(ada.write(FAIR, idempotency_key="key-2") for _ in range(4)))
    assert len({submitted.comment.id for submitted in sent}) == 1
    assert len(await texts_shown(ada.world)) == 1


async def test_a_key_is_good_for_one_request(ada: Person) -> None:
    await ada.write(FAIR, idempotency_key="key-3")
    with pytest.raises(IdempotencyKeyReused):
        await ada.write("Something else altogether.", idempotency_key="key-3")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyComment),
        (" \n\t ", EmptyComment),
        ("\u200b\u200d\u2060", EmptyComment),
        ("x" * 5_001, CommentTooLong),
        ("a\0b", UnreadableText),
        ("a\ud800b", UnreadableText),
    ],
)
async def test_what_cannot_be_judged_is_refused(
    ada: Person, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await ada.write(text)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61, "---"])
async def test_a_name_is_asked_for(ada: Person, name: str) -> None:
    ada.name = name
    with pytest.raises(InvalidName):
        await ada.write(FAIR)


async def test_a_site_may_want_readers_to_sign_in(world: World) -> None:
    await open_site(world, guests_allowed=False)
    with pytest.raises(SignInRequired):
        await Person(world, "Ada").write(FAIR)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/2026/bridge",
        "https://paper.example.evil.example/x",
        "ftp://paper.example/x",
        "https://user@paper.example/x",
        "https://paper.example:x/",
        "not an address",
    ],
)
async def test_an_article_of_another_origin_is_unknown(ada: Person, url: str) -> None:
    with pytest.raises(UnknownArticle):
        await ada.write(FAIR, url=url)


async def test_a_closed_article_takes_no_comments(ada: Person) -> None:
    article = await open_article(ada.world)
    async with ada.world.database.transaction() as connection:
        await articles.set_closed(connection, article.id, ada.world.clock())
    with pytest.raises(ArticleClosed):
        await ada.write(FAIR)


async def test_a_reply_stands_beneath_what_it_answers(ada: Person) -> None:
    first = await ada.write(FAIR)
    await Person(ada.world, "Ben").write("They have, last May.", parent=first.comment.id)
    thread = await list_thread(ada.world, first.article.id, ThreadView())
    [root] = thread.comments
    assert [reply.author_name for reply in root.replies] == ["Ben"]
    assert thread.total == 2


async def test_a_reply_cannot_cross_to_another_article(ada: Person) -> None:
    first = await ada.write(FAIR)
    with pytest.raises(ParentElsewhere):
        await ada.write("Indeed so.", parent=first.comment.id, url=BRIDGE + "/2")


async def test_a_reply_to_what_has_gone_says_so(ada: Person) -> None:
    first = await ada.write(FAIR)
    await delete_comment(ada.world, first.comment.id, ada.token)
    with pytest.raises(ParentGone):
        await ada.write("Indeed so.", parent=first.comment.id)
    with pytest.raises(UnknownComment):
        await ada.write("Indeed so.", parent=uuid7())


async def test_an_address_that_sends_too_much_must_wait(
    ada: Person, clock: AdjustableClock
) -> None:
    for number in range(ada.world.limits.comments_per_minute):
        await ada.write(f"Point {number}.")
    with pytest.raises(TooManyRequests) as refused:
        await ada.write("One more.")
    wait = refused.value.details["retry_after"]
    assert isinstance(wait, int)
    clock.advance(timedelta(seconds=wait))
    await ada.write("One more, then, about the tolls.")


async def test_near_duplicate_spam_from_two_accounts_is_not_shown_twice(ada: Person) -> None:
    await ada.write(
        "Everybody should see how I finally found a good plumber in this town, ask for Marlow's."
    )
    copy = await Person(ada.world, "Ben").write(
        "everyone should see how I finally found a good plumber in this town: ask for Marlows!!"
    )
    assert copy.outcome is not Outcome.PUBLISH
    assert {reason.category for reason in copy.comment.reasons} == {"spam"}


async def test_a_returned_draft_may_be_mended_and_sent_as_a_new_comment(ada: Person) -> None:
    point = "The council owes us an account of what the bridge has cost since the first survey."
    returned = await ada.write(f"{point} {canary(ada.world, Outcome.RETURN)}")
    assert returned.outcome is Outcome.RETURN
    assert (await ada.write(point)).outcome is Outcome.PUBLISH


async def test_a_reader_who_changes_address_must_wait_all_the_same(ada: Person) -> None:
    await ada.write("Point 0.")
    for number in range(1, ada.world.limits.comments_per_minute + 1):
        ada.address = f"address {number}"
        await ada.write(f"Point {number}.")
    ada.address = "yet another address"
    with pytest.raises(TooManyRequests):
        await ada.write("One more.")
