"""Feeds: what feed readers are given, how little they must fetch, and what disappears from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from httpx2 import AsyncClient, Response

from fruitful.moderation.pipeline import Engine
from fruitful.services.notification_links import feed_token
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import preferences
from support.clock import AdjustableClock
from support.desk import open_desk
from support.newsroom import Person, open_article, open_site
from support.scripted import scripted_engine

ATOM = "{http://www.w3.org/2005/Atom}"
FAIR = "The council should publish what the bridge has cost so far."
HELD = "A comment that has to wait. [discourtesy 0.7]"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada Reader")


async def article_feed(client: AsyncClient, world: World, form: str, **headers: str) -> Response:
    article = await open_article(world)
    return await client.get(f"/feeds/articles/{article.id}.{form}", headers=headers)


async def reader_feed_address(world: World, person: Person, form: str = "atom") -> str:
    async with world.database.reading() as connection:
        reader = await recognise(connection, world, None, person.token)
        assert reader
        number = await preferences.feed_number(connection, reader.id)
    return f"/feeds/me/{feed_token(world, reader.id, number)}.{form}"


def entries(response: Response) -> list[dict[str, str]]:
    """What a feed program sees of each entry, whichever format it reads."""
    if response.headers["content-type"].startswith("application/feed+json"):
        items: list[dict[str, Any]] = response.json()["items"]
        return [
            {"id": i["id"], "html": i["content_html"], "author": i["authors"][0]["name"]}
            for i in items
        ]
    feed = ElementTree.fromstring(response.content)
    return [
        {
            "id": entry.findtext(f"{ATOM}id", ""),
            "html": entry.findtext(f"{ATOM}content", ""),
            "author": entry.findtext(f"{ATOM}author/{ATOM}name", ""),
        }
        for entry in feed.iter(f"{ATOM}entry")
    ]


def assert_is_atom(document: bytes) -> None:
    """RFC 4287, sections 4.1.1, 4.1.2 and 4.2: what must be there, once, and in its form."""
    feed = ElementTree.fromstring(document)
    assert feed.tag == f"{ATOM}feed"
    for part in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, name
        assert urlsplit(part.findtext(f"{ATOM}id", "")).scheme == "urn"
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated", "")).tzinfo
        alternates = part.findall(f"{ATOM}link[@rel='alternate']")
        assert len(alternates) == 1
        assert urlsplit(alternates[0].get("href")).scheme in ("http", "https")
    assert len(feed.findall(f"{ATOM}link[@rel='self']")) == 1
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        content = entry.findall(f"{ATOM}content")
        assert [c.get("type") for c in content] == ["html"]


@pytest.mark.parametrize("form", ["atom", "json"])
async def test_an_article_is_followed_by_its_feed(
    client: AsyncClient, world: World, ada: Person, form: str
) -> None:
    posted = await ada.write(f"{FAIR} *Truly* & <openly>.")

    response = await article_feed(client, world, form)

    assert response.status_code == 200
    (entry,) = entries(response)
    assert entry["author"] == "Ada Reader"
    assert entry["id"] == posted.comment.id.urn
    assert "<em>Truly</em> &amp; &lt;openly&gt;" in entry["html"]


async def test_the_atom_feed_keeps_its_standard_with_comments_and_without(
    client: AsyncClient, world: World, ada: Person
) -> None:
    assert_is_atom((await article_feed(client, world, "atom")).content)

    await ada.write(f"{FAIR} And \x0b a \x01 control character.")
    response = await article_feed(client, world, "atom")

    assert response.headers["content-type"].startswith("application/atom+xml")
    assert_is_atom(response.content)


async def test_the_json_feed_keeps_its_standard(
    client: AsyncClient, world: World, ada: Person
) -> None:
    await ada.write(FAIR)

    feed = (await article_feed(client, world, "json")).json()

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Comments: paper.example/2026/bridge"
    assert feed["home_page_url"] == "https://paper.example/2026/bridge"
    assert feed["feed_url"].startswith("http://testserver/feeds/articles/")
    (item,) = feed["items"]
    assert item["url"] == f"http://testserver/comments/{item['id'].removeprefix('urn:uuid:')}"
    assert datetime.fromisoformat(item["date_published"]).tzinfo


async def test_the_newest_fifty_come_newest_first(
    client: AsyncClient, world: World, ada: Person, clock: AdjustableClock
) -> None:
    written = []
    for number in range(52):
        clock.advance(timedelta(hours=1))
        written.append(await ada.write(f"Part {number} of many: {FAIR} {number * 7919}"))

    shown = entries(await article_feed(client, world, "atom"))

    assert [e["id"] for e in shown] == [s.comment.id.urn for s in written[:1:-1]]


@pytest.mark.parametrize("form", ["atom", "json"])
async def test_what_a_moderator_takes_down_leaves_the_feed(
    client: AsyncClient, world: World, ada: Person, form: str
) -> None:
    stays = await ada.write(FAIR)
    goes = await ada.write("My grandmother remembers the ferry that crossed here.")
    assert len(entries(await article_feed(client, world, form))) == 2

    await (await open_desk(world)).reject(goes.comment.id)

    shown = entries(await article_feed(client, world, form))
    assert [e["id"] for e in shown] == [stays.comment.id.urn]


async def test_what_waits_for_a_moderator_is_in_no_feed(
    client: AsyncClient, world: World, ada: Person
) -> None:
    fair = await ada.write(FAIR)
    bob = Person(world, "Bob")
    await bob.write(HELD, parent=fair.comment.id)

    for address in ("/feeds/sites/paper.json", await reader_feed_address(world, ada, "json")):
        assert "has to wait" not in (await client.get(address)).text


async def test_who_has_the_feed_already_is_not_sent_it_again(
    client: AsyncClient, world: World, ada: Person, clock: AdjustableClock
) -> None:
    await ada.write(FAIR)
    await article_feed(client, world, "atom")
    clock.advance(timedelta(minutes=1))
    first = await article_feed(client, world, "atom")
    by_tag = {"If-None-Match": first.headers["etag"]}
    by_date = {"If-Modified-Since": first.headers["last-modified"]}

    for known in (by_tag, by_date):
        again = await article_feed(client, world, "atom", **known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]

    await ada.write("My grandmother remembers the ferry that crossed here.")
    for known in (by_tag, by_date):
        assert (await article_feed(client, world, "atom", **known)).status_code == 200


async def test_who_asks_by_date_hears_of_a_removal_too(
    client: AsyncClient, world: World, ada: Person, clock: AdjustableClock
) -> None:
    comment = (await ada.write(FAIR)).comment
    await article_feed(client, world, "atom")
    clock.advance(timedelta(minutes=1))
    first = await article_feed(client, world, "atom")
    clock.advance(timedelta(minutes=1))

    await (await open_desk(world)).reject(comment.id)

    known = {"If-Modified-Since": first.headers["last-modified"]}
    assert (await article_feed(client, world, "atom", **known)).status_code == 200


async def test_a_second_that_may_still_change_is_no_date_of_change(
    client: AsyncClient, world: World, ada: Person
) -> None:
    await ada.write(FAIR)

    assert "last-modified" not in (await article_feed(client, world, "atom")).headers


async def test_a_site_is_followed_over_all_its_articles(
    client: AsyncClient, world: World, ada: Person, clock: AdjustableClock
) -> None:
    await ada.write(FAIR)
    clock.advance(timedelta(minutes=1))
    await ada.write("Swallows nest beneath the arches.", url="https://paper.example/2026/birds")

    response = await client.get("/feeds/sites/paper.atom")

    assert_is_atom(response.content)
    titles = [t.text for t in ElementTree.fromstring(response.content).iter(f"{ATOM}title")]
    assert titles == [
        "Comments: The Paper",
        "Ada Reader on “paper.example/2026/birds”",
        "Ada Reader on “paper.example/2026/bridge”",
    ]


async def test_a_reader_follows_the_replies_of_others(
    client: AsyncClient, world: World, ada: Person
) -> None:
    own = await ada.write(FAIR)
    bob = Person(world, "Bob")
    reply = await bob.write("I would read that report too.", parent=own.comment.id)
    await ada.write("So would I, and tonight.", parent=own.comment.id)
    await bob.write("Does the eastern footpath open again?")

    response = await client.get(await reader_feed_address(world, ada))

    assert [e["id"] for e in entries(response)] == [reply.comment.id.urn]
    assert_is_atom(response.content)
    assert response.headers["cache-control"] == "private, no-cache"


async def test_a_renewed_address_makes_the_former_one_void(
    client: AsyncClient, world: World, ada: Person, clock: AdjustableClock
) -> None:
    await ada.write(FAIR)
    former = await reader_feed_address(world, ada)
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, ada.token)
        assert reader
        await preferences.renew_feed(connection, reader.id, moment=clock())

    assert (await client.get(former)).status_code == 404
    assert (await client.get(await reader_feed_address(world, ada))).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/articles/00000000-0000-7000-8000-000000000000.atom",
        "/feeds/sites/nowhere.json",
        "/feeds/me/guess.atom",
        "/feeds/me/%F0%9F%98%80.atom",
        f"/feeds/me/{'A' * 43}.json",
    ],
)
async def test_there_is_no_feed_for_a_guess(client: AsyncClient, ada: Person, address: str) -> None:
    response = await client.get(address)

    assert response.status_code == 404
    assert response.json()["code"] == "unknown_feed"


async def test_the_page_of_a_thread_leads_to_its_feeds(
    client: AsyncClient, world: World, ada: Person
) -> None:
    article = await open_article(world)

    page = (await client.get(f"/threads/{article.id}")).text

    for form, media_type in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
        link = f'<link rel="alternate" type="{media_type}"'
        assert link in page
        assert f'href="/feeds/articles/{article.id}.{form}"' in page
