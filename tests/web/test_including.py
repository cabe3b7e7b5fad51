"""Comments in the publisher's own page, as search engines and readers without script find them."""

from __future__ import annotations

import json
import re

import pytest
from httpx2 import AsyncClient, Response

from fruitful.moderation.pipeline import Engine
from fruitful.services.change_comment import delete_comment
from fruitful.services.world import World
from support.inert import active_parts
from support.microdata import items_of
from support.newsroom import BRIDGE, Person, open_site
from support.scripted import scripted_engine

ARTICLE = '<article itemscope itemtype="https://schema.org/NewsArticle">%s</article>'


@pytest.fixture
def engine() -> Engine:
    """Publishes all that these tests write; what it takes to be published is no matter here."""
    return scripted_engine()


@pytest.fixture
async def ada(world: World) -> Person:
    await open_site(world)
    return Person(world, "Ada")


async def include(client: AsyncClient, **more: str) -> Response:
    response = await client.get("/include/thread", params={"article_url": BRIDGE, **more})
    assert response.status_code == 200, response.text
    return response


async def converse(ada: Person) -> None:
    first = await ada.write("The towers are *the best* part of it.")
    answer = await Person(ada.world, "Ben").write("Not the lamps?", parent=first.comment.id)
    await ada.write("The lamps too.", parent=answer.comment.id)


async def test_comments_belong_to_the_publishers_own_article(
    ada: Person, client: AsyncClient
) -> None:
    await converse(ada)
    [article] = items_of(ARTICLE % (await include(client)).text)
    assert article.type == "https://schema.org/NewsArticle"
    assert article.text("commentCount") == "3"
    assert article.text("discussionUrl").startswith("http://testserver/threads/")
    [comment] = article.items("comment")
    assert comment.text("text") == "The towers are the best part of it."
    [author] = comment.items("author")
    assert author.text("name") == "Ada"
    [answer] = comment.items("comment")
    [rejoinder] = answer.items("comment")
    assert rejoinder.text("text") == "The lamps too."


async def test_as_linked_data_the_article_is_named_by_its_address(
    ada: Person, client: AsyncClient
) -> None:
    await converse(ada)
    page = (await include(client, markup="json-ld")).text
    assert items_of(page) == []
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(script)
    assert (said["@type"], said["@id"], said["commentCount"]) == ("NewsArticle", BRIDGE, 3)
    [comment] = said["comment"]
    assert comment["text"] == "The towers are the best part of it."
    assert comment["comment"][0]["comment"][0]["author"]["name"] == "Ada"


@pytest.mark.parametrize("markup", ["microdata", "json-ld"])
async def test_nothing_a_reader_writes_runs_in_the_publishers_page(
    ada: Person, client: AsyncClient, markup: str
) -> None:
    await ada.write('The sign said </script><script>alert("hi")</script>, oddly enough.')
    page = (await include(client, markup=markup)).text
    outside = re.sub(r"<script type=\"application/ld\+json\">.*?</script>", "", page)
    assert "<script" not in outside
    assert active_parts(outside) == []


async def test_the_answers_to_a_comment_that_went_stay(ada: Person, client: AsyncClient) -> None:
    first = await ada.write("The towers are the best part of it.")
    await Person(ada.world, "Ben").write("Not the lamps?", parent=first.comment.id)
    await delete_comment(ada.world, first.comment.id, ada.token)
    [article] = items_of(ARTICLE % (await include(client)).text)
    [answer] = article.items("comment")
    assert answer.text("text") == "Not the lamps?"


async def test_it_is_kept_by_caches_until_something_changes(
    ada: Person, client: AsyncClient
) -> None:
    first = await include(client)
    assert "s-maxage" in first.headers["cache-control"]
    known = {"If-None-Match": first.headers["etag"]}
    again = await client.get("/include/thread", params={"article_url": BRIDGE}, headers=known)
    assert again.status_code == 304
    await ada.write("The towers are the best part of it.")
    assert "towers" in (await include(client)).text


async def test_it_needs_no_script_and_leads_to_where_one_can_post(
    ada: Person, client: AsyncClient
) -> None:
    page = (await include(client)).text
    [address] = re.findall(r'<a href="(http://testserver/threads/[^"]+)"', page)
    posting = await client.get(address)
    assert '<link rel="canonical" href="' + BRIDGE in posting.text
    assert "<form" in posting.text
