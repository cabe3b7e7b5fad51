"""How a moderator meets an appeal, without any script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from fruitful.domain.conversation import CommentState
from fruitful.domain.policy import Category
from fruitful.moderation.pipeline import Engine
from fruitful.services.appeal_decision import NewAppeal, appeal_decision
from fruitful.services.private_links import Asker
from fruitful.services.review_queue import comment_history
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.desk import PASSWORD, Desk, open_desk, state_of, told
from support.newsroom import Person, open_site
from support.scripted import scripted_engine

RUDE = "What a pack of them [discourtesy 0.95]."
FAIR = "The council should publish what the bridge has cost so far."
WORDS = "I meant the plan & not the <people>."
WHY = "The words are aimed at people, and the rule is about that."
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def desk(world: World) -> Desk:
    await open_site(world)
    return await open_desk(world)


@pytest.fixture
async def newsroom(world: World, desk: Desk) -> AsyncIterator[AsyncClient]:
    """A browser in which Mo Derator is signed in."""
    transport = ASGITransport(app=create_app(world))
    async with AsyncClient(
        transport=transport, base_url="http://testserver", headers=SAME_ORIGIN
    ) as client:
        fields = {"email": desk.moderator.email, "password": PASSWORD}
        assert (await client.post("/newsroom/sign-in", data=fields)).status_code == 303
        yield client


@pytest.fixture
def ada(world: World) -> Person:
    return Person(world, "Ada Reader")


async def contest(ada: Person, comment_id: object) -> None:
    history = await comment_history(ada.world, comment_id)  # type: ignore[arg-type]
    assert history.in_force
    asker = Asker(token=ada.token)
    new = NewAppeal(decision_id=history.in_force, text=WORDS, asker=asker)
    await appeal_decision(ada.world, new)


async def answer(newsroom: AsyncClient, **fields: str) -> Response:
    """Send the form of the only appeal on the page."""
    page = (await newsroom.get("/newsroom/appeals")).text
    address = re.search(r'action="(/newsroom/appeals/[0-9a-f-]+)"', page)
    assert address
    return await newsroom.post(address[1], data=fields)


async def test_a_moderator_reads_the_comment_the_decision_and_the_writers_words(
    newsroom: AsyncClient, ada: Person
) -> None:
    await contest(ada, (await ada.write(RUDE)).comment.id)
    page = (await newsroom.get("/newsroom/appeals")).text
    assert "<mark" in page
    assert "the engine" in page
    assert "I meant the plan &amp; not the &lt;people&gt;." in page
    assert "waiting under a minute" in page


async def test_an_appeal_is_overturned_with_a_plain_form(
    newsroom: AsyncClient, ada: Person
) -> None:
    comment = (await ada.write(RUDE)).comment
    await contest(ada, comment.id)
    done = await answer(newsroom, ruling="overturn", answer="")
    assert done.status_code == 303
    page = (await newsroom.get(done.headers["location"])).text
    assert "Overturned on appeal" in page
    assert "Nobody contests anything" in page
    assert "1 of 1" in page
    assert await state_of(ada.world, comment.id) is CommentState.PUBLISHED
    history = (await newsroom.get(f"/newsroom/comments/{comment.id}")).text
    assert "I meant the plan &amp; not the &lt;people&gt;." in history
    assert "Overturned on appeal" in (await newsroom.get("/newsroom/log")).text


async def test_a_confirmation_without_a_reason_is_refused(
    newsroom: AsyncClient, ada: Person
) -> None:
    comment = (await ada.write(RUDE)).comment
    await contest(ada, comment.id)
    refused = await answer(newsroom, ruling="confirm", answer=" ")
    assert refused.status_code == 422
    assert "tell the writer why" in refused.text
    assert (await answer(newsroom, ruling="nonsense", answer=WHY)).status_code == 422

    assert (
        await answer(newsroom, ruling="confirm", answer=WHY, category="spam")
    ).status_code == 303
    assert [details["answer"] for _, details in await told(ada)] == [WHY]
    assert [details["category"] for _, details in await told(ada)] == ["spam"]
    assert await state_of(ada.world, comment.id) is CommentState.RETURNED


async def test_whoever_decided_is_offered_no_form(
    newsroom: AsyncClient, desk: Desk, ada: Person
) -> None:
    await open_desk(desk.world, "Col League")
    comment = (await ada.write(FAIR)).comment
    await desk.reject(comment.id, category=Category.SPAM)
    await contest(ada, comment.id)
    page = (await newsroom.get("/newsroom/appeals")).text
    assert "Rejected</span> by Mo Derator" in page
    assert "a colleague has to answer" in page
    assert 'action="/newsroom/appeals/' not in page


async def test_strangers_and_other_sites_answer_nothing(
    newsroom: AsyncClient, world: World, ada: Person
) -> None:
    comment = (await ada.write(RUDE)).comment
    await contest(ada, comment.id)
    page = (await newsroom.get("/newsroom/appeals")).text
    address = re.search(r'action="(/newsroom/appeals/[0-9a-f-]+)"', page)
    assert address
    form = {"ruling": "overturn"}
    foreign = await newsroom.post(address[1], data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    newsroom.cookies.clear()
    assert (await newsroom.get("/newsroom/appeals")).status_code == 303
    assert (await newsroom.post(address[1], data=form)).status_code == 303
    assert await state_of(world, comment.id) is CommentState.RETURNED
