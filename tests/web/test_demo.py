"""The fictional newspaper: printed, talked about, and moderated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx2 import ASGITransport, AsyncClient

from fruitful.config import Settings
from fruitful.domain.conversation import ThreadComment
from fruitful.services.find_article import ArticleRef, find_article
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.moderators import SignIn, sign_in
from fruitful.services.review_queue import review_queue
from fruitful.services.world import World
from fruitful.web.app import create_app
from fruitful.web.demo import DemoLogin, seed_demo
from fruitful.web.demo.paper import conversation, stories

ADDRESS = "http://127.0.0.1:8080"


@pytest.fixture
async def login(world: World) -> DemoLogin:
    return await seed_demo(world, address=ADDRESS)


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[AsyncClient]:
    app = create_app(world, Settings(demo=True))
    async with AsyncClient(transport=ASGITransport(app=app), base_url=ADDRESS) as client:
        yield client


def names(comments: tuple[ThreadComment, ...]) -> set[str]:
    return {c.author_name for c in comments} | {n for c in comments for n in names(c.replies)}


def depth(comments: tuple[ThreadComment, ...]) -> int:
    return max((1 + depth(c.replies) for c in comments), default=0)


async def test_the_main_story_opens_with_a_conversation_of_some_forty_comments_in_threads(
    world: World, login: DemoLogin
) -> None:
    _, article = await find_article(world, ArticleRef(url=f"{ADDRESS}/articles/quay-street"))
    thread = await list_thread(world, article.id, ThreadView(limit=100))
    assert 35 <= thread.total <= 50
    assert len(names(thread.comments)) >= 12
    assert depth(thread.comments) >= 4
    assert max(comment.respect_count for comment in thread.comments) >= 20


async def test_the_newsroom_has_held_comments_and_reports_and_the_login_opens_it(
    world: World, login: DemoLogin
) -> None:
    queue = await review_queue(world)
    assert any(item.reports for item in queue)
    unkept = {remark.text for remark in conversation().remarks if not remark.kept}
    assert any(item.comment.text in unkept for item in queue)
    attempt = SignIn(email=login.email, password=login.password, address_hash="here")
    assert (await sign_in(world, attempt)).moderator.email == login.email


async def test_preparing_twice_changes_nothing_and_gives_the_same_login(
    world: World, login: DemoLogin
) -> None:
    ref = ArticleRef(url=f"{ADDRESS}/articles/quay-street")
    _, article = await find_article(world, ref)
    before = await list_thread(world, article.id, ThreadView())
    assert await seed_demo(world, address=ADDRESS) == login
    assert await list_thread(world, article.id, ThreadView()) == before


async def test_another_port_finds_the_same_conversation(world: World, login: DemoLogin) -> None:
    ref = ArticleRef(url=f"{ADDRESS}/articles/quay-street")
    _, before = await find_article(world, ref)
    await seed_demo(world, address="http://127.0.0.1:9191")
    _, after = await find_article(
        world, ArticleRef(url="http://127.0.0.1:9191/articles/quay-street", site_slug="demo")
    )
    assert after == replace(before, url="http://127.0.0.1:9191/articles/quay-street")


async def test_front_page_and_stories_are_printed_with_the_two_lines_of_the_embed(
    visitor: AsyncClient, login: DemoLogin
) -> None:
    front = (await visitor.get("/")).text
    assert len(stories()) == 3
    for story in stories():
        assert f'href="/articles/{story.slug}"' in front
        page = (await visitor.get(f"/articles/{story.slug}")).text
        assert story.headline in page
        assert '<script type="module" src="/embed.js"></script>' in page
        assert "<fruitful-comments " in page
        assert f'<a href="/threads/by-url?site=demo&amp;article_id={story.slug}">' in page
        thread = await visitor.get(
            f"/threads/by-url?site=demo&article_id={story.slug}", follow_redirects=True
        )
        assert story.headline in thread.text
    main = (await visitor.get("/articles/quay-street")).text
    assert main.count('class="post"') == 2
    assert main.count('class="card"') == 2
    assert (await visitor.get("/articles/no-such-story")).status_code == 404


async def test_the_paper_is_not_printed_where_it_was_not_asked_for(world: World) -> None:
    transport = ASGITransport(app=create_app(world, Settings()))
    async with AsyncClient(transport=transport, base_url=ADDRESS) as client:
        assert (await client.get("/articles/quay-street")).status_code == 404
