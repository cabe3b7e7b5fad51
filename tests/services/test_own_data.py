"""A reader takes away, or erases, all that is held about them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import AsyncClient
from sqlalchemy import text

from fruitful.domain.conversation import ReportReason
from fruitful.domain.errors import UnknownReader
from fruitful.domain.policy import Outcome
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.find_article import ArticleRef, find_article
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.own_data import erase_own_data, own_data
from fruitful.services.private_links import Asker, reader_pass
from fruitful.services.publish_sites import set_site_options
from fruitful.services.report_comment import NewReport, report_comment
from fruitful.services.respect_comment import respect_comment
from fruitful.services.retention import prune
from fruitful.services.world import Limits, World
from support.clock import AdjustableClock
from support.newsroom import BRIDGE, Person, canary, open_site
from support.scripted import ScriptedDetector

NAME = "Ada Quillfeather"
NOTE = "He is my neighbour from number nine"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine([ScriptedDetector(), CanaryDetector()], model="scripted/1")


@pytest.fixture
def world(world: World) -> World:
    return replace(world, limits=Limits(comments_per_minute=100))


@pytest.fixture
async def ada(world: World) -> Person:
    """Somebody who has done all that a reader can do."""
    await open_site(world)
    ada, bo = Person(world, NAME), Person(world, "Bo")
    other = (await bo.write("The bridge was late.")).comment
    mine = (await ada.write("The bridge is open at last.")).comment
    await bo.write("So it is.", parent=mine.id)
    await ada.write(canary(world, Outcome.HOLD))
    await ada.write(canary(world, Outcome.RETURN))
    await respect_comment(world, other.id, ada.token, ada.address)
    await report_comment(
        world,
        NewReport(
            comment_id=other.id,
            reason=ReportReason.OTHER,
            note=NOTE,
            reader_token=ada.token,
            address_hash=ada.address,
        ),
    )
    return ada


async def everything(world: World) -> str:
    """All rows of all tables, as one text, but the counts that paces are kept by: they hold
    hashes of addresses for a day."""
    async with world.database.reading() as connection:
        found = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = set((await connection.execute(found)).scalars()) - {"rates"}
        dumps: list[str] = []
        for name in sorted(names):
            rows = await connection.execute(text(f'SELECT to_jsonb(t)::text FROM "{name}" t'))
            dumps += rows.scalars()
    return "\n".join(dumps)


async def shown(world: World) -> str:
    _, article = await find_article(world, ArticleRef(url=BRIDGE))
    return str(await list_thread(world, article.id, ThreadView()))


async def test_a_reader_gets_all_they_wrote_and_did_without_any_secret(
    world: World, ada: Person
) -> None:
    data = await own_data(world, Asker(token=ada.token))

    said = json.dumps(data)
    assert {row["text"] for row in data["revisions"]} >= {"The bridge is open at last."}
    assert len(data["comments"]) == 3
    assert [row["note"] for row in data["reports"]] == [NOTE]
    assert len(data["respects"]) == 1
    assert "The bridge was late." not in said
    assert "token" not in said
    assert "Bo" not in said


async def test_what_is_erased_is_nowhere_in_the_database(world: World, ada: Person) -> None:
    await erase_own_data(world, Asker(token=ada.token))

    left = await everything(world)
    assert NAME not in left
    assert NOTE not in left
    assert "Is the engine awake?" not in left
    assert ada.address not in left
    with pytest.raises(UnknownReader):
        await own_data(world, Asker(token=ada.token))


async def test_published_comments_stay_without_a_name_where_the_site_keeps_them(
    world: World, ada: Person
) -> None:
    await erase_own_data(world, Asker(token=ada.token))

    thread = await shown(world)
    assert "The bridge is open at last." in thread
    assert "So it is." in thread
    assert NAME not in thread


async def test_published_comments_go_where_the_site_says_so_and_their_answers_stay(
    world: World, ada: Person
) -> None:
    await set_site_options(world, "paper", {"erasure": "remove"})

    await erase_own_data(world, Asker(token=ada.token))

    assert "The bridge is open at last." not in await everything(world)
    thread = await shown(world)
    assert "The bridge is open" not in thread
    assert "So it is." in thread


async def test_respect_that_an_erased_reader_gave_no_longer_counts(
    world: World, ada: Person
) -> None:
    assert "respect_count=1" in await shown(world)

    await erase_own_data(world, Asker(token=ada.token))

    assert "respect_count=1" not in await shown(world)


async def test_the_page_downloads_and_erases_as_plain_forms(
    world: World, client: AsyncClient, ada: Person
) -> None:
    client.cookies.set("fruitful_reader", ada.token or "")
    page = await client.get("/me/data")
    assert "Your published comments stay, without your name" in page.text

    file = await client.get("/me/data.json")
    assert file.headers["content-disposition"] == 'attachment; filename="my-comments.json"'
    assert "The bridge is open at last." in file.text

    refused = await client.post("/me/erase", data={})
    assert refused.status_code == 422
    assert NAME in await everything(world)

    erased = await client.post("/me/erase", data={"meant": "yes"})
    assert erased.status_code == 200
    assert NAME not in await everything(world)


async def test_a_pass_from_the_embed_opens_the_page_for_its_reader_only(
    world: World, client: AsyncClient, ada: Person
) -> None:
    readers = (await own_data(world, Asker(token=ada.token)))["readers"]
    good = reader_pass(world, readers[0]["id"])

    assert "bridge is open" in (await client.get("/me/data.json", params={"pass": good})).text
    assert (await client.get("/me/data.json", params={"pass": good + "0"})).status_code == 401


async def test_by_the_api_a_reader_does_the_same_with_their_token(
    world: World, client: AsyncClient, ada: Person
) -> None:
    bearer = {"Authorization": f"Bearer {ada.token}"}

    assert "bridge is open" in (await client.get("/api/v1/me/data", headers=bearer)).text
    assert (await client.delete("/api/v1/me", headers=bearer)).status_code == 204
    assert (await client.get("/api/v1/me/data", headers=bearer)).status_code == 401


async def test_where_a_report_came_from_is_forgotten_after_a_week(
    world: World, clock: AdjustableClock, ada: Person
) -> None:
    assert ada.address in await everything(world)

    clock.advance(timedelta(days=8))
    await prune(world)

    assert ada.address not in await everything(world)
