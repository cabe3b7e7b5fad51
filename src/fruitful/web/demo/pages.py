"""The newspaper's pages: a front page and its stories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fruitful.domain.conversation import ThreadSort
from fruitful.domain.errors import UnknownArticle
from fruitful.services.find_article import ArticleRef, find_article
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.world import World
from fruitful.web.demo.paper import SITE, Story, stories
from fruitful.web.pages.language import language_for
from fruitful.web.pages.routing import PageRoute
from fruitful.web.pages.templates import render
from fruitful.web.requests import base_url, world_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_PRINTED_BEFORE_FIRST_COMMENT = timedelta(minutes=50)


@router.get("/")
async def front_page(request: Request) -> Response:
    """All stories; a script tells how much is being said about them, as on any publisher's page."""
    return _page(request, "demo/front.html", current="")


@router.get("/articles/{slug}")
async def story_page(request: Request, slug: str) -> Response:
    """One story, and beneath it the two lines that bring the comments."""
    story = next((story for story in stories() if story.slug == slug), None)
    if story is None:
        raise UnknownArticle("The Courier has never printed that.")
    first_comment = await _first_comment(world_of(request), story)
    published = first_comment - _PRINTED_BEFORE_FIRST_COMMENT
    return _page(
        request,
        "demo/article.html",
        current=slug,
        story=story,
        published=published,
        canonical=f"{base_url(request)}/articles/{slug}",
        posts=[
            {"date": f"{moment.day} {moment:%B %Y}", "iso": moment.date().isoformat()}
            for moment in (published - timedelta(days=1), published - timedelta(hours=3))
        ],
    )


def _page(request: Request, template: str, **context: object) -> Response:
    today = world_of(request).clock().astimezone(UTC)
    html = render(template, language_for("en"), stories=stories(), today=today, **context)
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


async def _first_comment(world: World, story: Story) -> datetime:
    """When the first comment came; now where there is none."""
    try:
        _, article = await find_article(world, ArticleRef(key=story.slug, site_slug=SITE))
    except UnknownArticle:
        return world.clock()
    view = ThreadView(sort=ThreadSort.OLDEST, limit=1)
    thread = await list_thread(world, article.id, view)
    return thread.comments[0].created_at if thread.comments else world.clock()
