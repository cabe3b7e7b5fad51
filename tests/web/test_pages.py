"""The thread's page and its forms, as HTTP: what a browser without script gets."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient, Response

from fruitful.domain.conversation import Article
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.pipeline import Engine
from fruitful.services.world import Limits, World
from fruitful.storage import articles
from support.clock import AdjustableClock
from support.newsroom import BRIDGE, ORIGIN, Person, open_article, open_site
from support.scripted import ScriptedDetector

SERVER = "http://testserver"


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Finds what the text says it should find, private details and canaries."""
    return Engine([ScriptedDetector(), DoxingDetector(), CanaryDetector()], model="scripted")


@pytest.fixture
def world(world: World) -> World:
    """A world in which one person may write often."""
    return replace(world, limits=Limits(comments_per_minute=100))


@pytest.fixture
async def article(world: World) -> Article:
    await open_site(world)
    return await open_article(world)


async def post(client: AsyncClient, path: str, **fields: str) -> Response:
    """Send a form as a page of this server does."""
    return await client.post(path, data=fields, headers={"Origin": SERVER})


async def test_the_page_points_search_engines_to_the_article_and_describes_its_comments(
    client: AsyncClient, world: World, article: Article
) -> None:
    await Person(world, "Ada").write("A remark about the bridge.")
    page = (await client.get(f"/threads/{article.id}")).text
    assert f'<link rel="canonical" href="{BRIDGE}">' in page
    assert 'itemtype="https://schema.org/DiscussionForumPosting"' in page
    assert page.count('itemtype="https://schema.org/Comment"') == 1
    assert '<meta itemprop="commentCount" content="1">' in page
    assert "<script" not in page
    assert " style=" not in page


async def test_the_address_of_an_article_leads_to_its_thread(
    client: AsyncClient, article: Article
) -> None:
    response = await client.get("/threads/by-url", params={"article_url": f"{BRIDGE}?utm_source=x"})
    assert response.headers["location"] == f"/threads/{article.id}"
    elsewhere = await client.get("/threads/by-url", params={"article_url": "https://b.example/"})
    assert elsewhere.status_code == 404
    assert "<h1" in elsewhere.text


async def test_a_permalink_leads_to_the_comment_even_when_it_is_not_on_the_first_page(
    client: AsyncClient, world: World, article: Article
) -> None:
    ada = Person(world, "Ada")
    first = (await ada.write("The very first remark.")).comment.id
    for number in range(51):
        await Person(world, f"Ida {number}").write(f"Remark number {number} about something.")
    response = await client.get(f"/comments/{first}", follow_redirects=True)
    assert response.url.fragment == f"comment-{first}"
    assert response.text.count(f'id="comment-{first}"') == 1
    assert (await client.get(f"/comments/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("action", ["comments", "reports", "respect", "delete", "edit"])
async def test_no_form_of_another_site_is_taken(
    client: AsyncClient, world: World, article: Article, headers: dict[str, str], action: str
) -> None:
    comment = (await Person(world, "Ada").write("A remark about the bridge.")).comment
    path = {"comments": f"/threads/{article.id}/comments"}.get(
        action, f"/comments/{comment.id}/{action}?article={article.id}"
    )
    fields = {"text": "Not mine", "name": "Eve", "reason": "spam"}
    response = await client.post(path, data=fields, headers=headers)
    assert response.status_code == 403
    assert "Not mine" not in (await client.get(f"/threads/{article.id}")).text


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "<style>*{display:none}</style>",
]


@pytest.mark.parametrize("outcome", ["", " [violence 0.6]", " [discourtesy 1.0]"])
async def test_nothing_that_a_writer_types_becomes_markup(
    client: AsyncClient, article: Article, outcome: str
) -> None:
    path = f"/threads/{article.id}/comments"
    seen = []
    for text in HOSTILE:
        seen.append((await post(client, path, text=text + outcome, name='Eve "><script>')).text)
    seen.append((await client.get(f"/threads/{article.id}")).text)
    seen.append((await client.get("/embed/thread", params={"article_id": str(article.id)})).text)
    seen.append((await client.get("/embed/me", params={"article_id": str(article.id)})).text)
    for html in (page.rpartition("<body")[2] for page in seen):
        tags = set(re.findall(r"<(\w+)", html))
        assert not tags & {"script", "img", "svg", "iframe", "style", "object"}
        assert not re.search(r"""<\w[^<>]*\s(?:href|src)=["'](?:jav|data)""", html)
        assert not re.search(r"<\w[^<>]*\son\w+=", html)
    assert any("{{ 7 * 7 }}" in page for page in seen)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "", "name": "Ada"}, 422),
        ({"text": " \n\u200b", "name": "Ada"}, 422),
        ({"text": "x" * 5_001, "name": "Ada"}, 422),
        ({"text": "A nul \0 in it", "name": "Ada"}, 422),
        ({"text": "Fine", "name": ""}, 422),
        ({"text": "Fine", "name": "Ada", "parent_id": str(UUID(int=7))}, 404),
        ({"text": "Odd", "name": "Ada", "parent_id": "not an id"}, 422),
        ({}, 422),
    ],
)
async def test_a_form_that_cannot_be_taken_says_why_and_loses_nothing(
    client: AsyncClient, article: Article, fields: dict[str, str], status: int
) -> None:
    response = await post(client, f"/threads/{article.id}/comments", **fields)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in response.text or "That did not work" in response.text
    if fields.get("text") == "Fine":
        assert ">Fine</textarea>" in response.text


async def test_a_form_sent_twice_is_one_comment(client: AsyncClient, article: Article) -> None:
    fields = {"text": "A remark about the bridge.", "name": "Ada", "idempotency_key": "k1"}
    for _ in range(2):
        sent = await post(client, f"/threads/{article.id}/comments", **fields)
        assert sent.status_code == 303
    page = (await client.get(f"/threads/{article.id}")).text
    assert page.count("<p>A remark about the bridge.</p>") == 1


async def test_ones_own_contact_details_are_masked_and_the_writer_is_told(
    client: AsyncClient, article: Article
) -> None:
    text = "I can help on Saturdays. Write to me at ada.quill@mail.example."
    response = await post(client, f"/threads/{article.id}/comments", text=text, name="Ada")
    page = await client.get(response.headers["location"])
    assert "with your contact details hidden" in page.text
    assert "I can help on Saturdays." in page.text
    assert "ada.quill" not in page.text


async def test_a_rejected_comment_names_the_rule_and_invites_nobody_to_mend_it(
    client: AsyncClient, world: World, article: Article
) -> None:
    text = f"Buy now. {world.house_rules.canaries[Outcome.REJECT]}"
    response = await post(client, f"/threads/{article.id}/comments", text=text, name="Ada")
    assert response.status_code == 422
    assert "This cannot be published" in response.text
    assert world.house_rules.rules[Category.SPAM].title in response.text
    assert "send it again" not in response.text
    assert "Buy now" not in (await client.get(f"/threads/{article.id}")).text


async def test_the_reader_is_known_by_a_cookie_that_no_script_and_no_other_site_can_use(
    client: AsyncClient, article: Article
) -> None:
    fields = {"text": "A remark about the bridge.", "name": "Ada"}
    response = await post(client, f"/threads/{article.id}/comments", **fields)
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_what_is_personal_is_kept_by_no_cache_and_what_is_not_is_revalidated(
    client: AsyncClient, world: World, article: Article
) -> None:
    page = await client.get(f"/threads/{article.id}")
    assert "no-store" in page.headers["cache-control"]
    query = {"article_url": BRIDGE}
    fragment = await client.get("/embed/thread", params=query, headers={"Origin": ORIGIN})
    assert fragment.headers["access-control-allow-origin"] == ORIGIN
    assert "public" in fragment.headers["cache-control"]
    known = {"If-None-Match": fragment.headers["etag"]}
    assert (await client.get("/embed/thread", params=query, headers=known)).status_code == 304
    await Person(world, "Ada").write("A remark about the bridge.")
    assert (await client.get("/embed/thread", params=query, headers=known)).status_code == 200
    own = await client.get("/embed/me", params={"article_id": str(article.id)})
    assert "no-store" in own.headers["cache-control"]


async def test_a_writers_own_fragment_is_empty_for_everybody_else(
    client: AsyncClient, world: World, article: Article
) -> None:
    ada = Person(world, "Ada")
    await ada.write("It was [violence 0.6] yesterday.")
    assert ada.token
    params = {"article_id": str(article.id)}
    own = await client.get(
        "/embed/me", params=params, headers={"Authorization": f"Bearer {ada.token}"}
    )
    assert "yesterday" in own.text
    for headers in ({}, {"Authorization": "Bearer " + "x" * 43}):
        assert (
            "yesterday" not in (await client.get("/embed/me", params=params, headers=headers)).text
        )


async def test_a_closed_article_shows_its_comments_and_no_form(
    client: AsyncClient, world: World, article: Article
) -> None:
    await Person(world, "Ada").write("A remark about the bridge.")
    async with world.database.transaction() as connection:
        await articles.set_closed(connection, article.id, world.clock())
    page = (await client.get(f"/threads/{article.id}")).text
    assert "Comments are closed on this article." in page
    assert "A remark about the bridge." in page
    assert "<textarea" not in page
    late = await post(client, f"/threads/{article.id}/comments", text="Late", name="Ada")
    assert late.status_code == 409


async def test_an_unknown_part_of_a_thread_is_a_page_for_people(
    client: AsyncClient, article: Article
) -> None:
    for query in ("sort=loudest", "cursor=%00", "reply_to=me"):
        response = await client.get(f"/threads/{article.id}?{query}")
        assert response.status_code == 422
        assert "<h1" in response.text


async def test_the_widget_is_served_to_every_origin_and_revalidated(client: AsyncClient) -> None:
    response = await client.get("/embed.js", headers={"Origin": "https://anybody.example"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["access-control-allow-origin"] == "*"
    assert "max-age" in response.headers["cache-control"]
    known = {"If-None-Match": response.headers["etag"]}
    assert (await client.get("/embed.js", headers=known)).status_code == 304


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "no-such.css", ""])
async def test_only_what_is_published_is_served_as_a_file(client: AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404


async def test_without_javascript_what_is_new_since_a_moment_is_marked_and_linked_in_a_row(
    client: AsyncClient, world: World, article: Article, clock: AdjustableClock
) -> None:
    ada, ben = Person(world, "Ada"), Person(world, "Ben")
    await ada.write("A remark about the bridge.")
    page = (await client.get(f"/threads/{article.id}")).text
    kept = unescape(re.findall(r'href="([^"]+since=[^"]+)"', page)[0])
    clock.advance(timedelta(minutes=5))
    first = await ben.write("Something about the ferry.")
    second = await ben.write("And another thing about the toll.")
    later = (await client.get(kept)).text
    assert "2 new since your last visit" in later
    assert later.count('<span class="new">New') == 2
    for comment in (first, second):
        assert f'<a class="action" href="#comment-{comment.comment.id}">Next</a>' in later
    assert (await client.get(f"/threads/{article.id}?since=yesterday")).status_code == 422


async def test_without_javascript_a_branch_can_be_folded_and_says_how_much_it_holds(
    client: AsyncClient, world: World, article: Article
) -> None:
    ada = Person(world, "Ada")
    parent = (await ada.write("A remark about the bridge.")).comment.id
    await Person(world, "Ben").write("An answer to it.", parent=parent)
    page = (await client.get(f"/threads/{article.id}")).text
    assert re.search(r'<details class="branch" open><summary[^>]*>1 reply</summary>', page)
