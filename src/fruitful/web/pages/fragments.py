"""The same section as HTML for the widget: for everybody from the cache, for one reader apart."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fruitful.domain.conversation import Thread, ThreadSort
from fruitful.services.editable_comments import editable_comments
from fruitful.services.find_article import article_by_id
from fruitful.services.list_thread import ThreadView, list_thread, own_comments, read_comment
from fruitful.services.notices import unread_notices
from fruitful.services.policies import rules_of
from fruitful.services.sign_in import sitting
from fruitful.services.subscribe import could_be_told_of_replies
from fruitful.web.api.articles import article_of
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.links import links_for
from fruitful.web.pages.sections import Setting, section_view
from fruitful.web.pages.signing_in import me_view
from fruitful.web.pages.templates import render
from fruitful.web.pages.views import notice_view, own_view
from fruitful.web.pages.wording import report_choices
from fruitful.web.ready import Question, answers_of
from fruitful.web.requests import base_url, reader_token, world_of

router = APIRouter(include_in_schema=False)

_NOT_KEPT = {"Cache-Control": "private, no-store"}


class SectionQuery(BaseModel):
    """Which article, which part of its thread, and in which language."""

    article_url: Annotated[str | None, Field(max_length=2_000)] = None
    article_id: Annotated[str | None, Field(max_length=500)] = None
    site: Annotated[str | None, Field(max_length=100)] = None
    sort: ThreadSort = ThreadSort.FRUITFUL
    cursor: Annotated[str | None, Field(max_length=300)] = None
    lang: Annotated[str | None, Field(max_length=35)] = None


@router.get("/embed/thread")
async def get_section(request: Request, asked: Annotated[SectionQuery, Query()]) -> Response:
    """The whole section, or with ``cursor`` only the comments that come next. Nothing personal."""
    world = world_of(request)
    site, article = await article_of(
        world, url=asked.article_url, article_id=asked.article_id, site=asked.site
    )
    language = language_for(asked.lang)
    view = ThreadView(sort=asked.sort, cursor=asked.cursor)

    async def make() -> bytes:
        return await _rendered(request, article.id, view, language)

    question = Question(
        article_id=article.id,
        view=view,
        form="next" if asked.cursor else "section",
        media_type="text/html",
        language=language.code,
        shared_seconds=site.options.shared_seconds,
    )
    return await answers_of(request).answer(request, question, make)


@router.get("/embed/comments/{comment_id:uuid}")
async def get_one(request: Request, comment_id: UUID, lang: str | None = None) -> Response:
    """One published comment without its replies."""
    world, language = world_of(request), language_for(lang)
    article_id, comment = await read_comment(world, comment_id)
    site, article = await article_by_id(world, article_id)
    setting = Setting(rules=rules_of(world, site), language=language, base_url=base_url(request))
    # The section around it, which is not rendered, only tells what can be done with the comment.
    thread = Thread(
        article=article,
        site=site,
        sort=ThreadSort.NEWEST,
        total=1,
        comments=(comment,),
        next_cursor=None,
    )
    html = render(
        "one.html",
        language,
        view=section_view(thread, setting),
        comment=comment,
        embedded=True,
        report_reasons=(),
    )
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


@router.get("/embed/me")
async def get_own(request: Request, article_id: UUID, lang: str | None = None) -> Response:
    """What only the reader who asks may see: what waits, what was returned, what they are told."""
    world, language, token = world_of(request), language_for(lang), reader_token(request)
    site, article = await article_by_id(world, article_id)
    rules = rules_of(world, site)
    own = await own_comments(world, article.id, token)
    editable = await editable_comments(world, article.id, token)
    notices = await unread_notices(world, token)
    links = links_for(request, embedded=True)
    reader = await sitting(world, site.id, token)
    html = render(
        "me.html",
        language,
        me=me_view(reader),
        pages=reader and (links.own(reader.id), links.notifications(reader.id)),
        offers_letters=await could_be_told_of_replies(world, token),
        own=tuple(own_view(comment, rules, links, language) for comment in own),
        editable=editable,
        notices=tuple(notice_view(notice, links, language) for notice in notices),
        embedded=True,
    )
    return HTMLResponse(html, headers=_NOT_KEPT)


async def _rendered(
    request: Request, article_id: UUID, view: ThreadView, language: Language
) -> bytes:
    world = world_of(request)
    thread = await list_thread(world, article_id, view)
    setting = Setting(
        rules=rules_of(world, thread.site), language=language, base_url=base_url(request)
    )
    html = render(
        "next.html" if view.cursor else "section.html",
        language,
        view=section_view(thread, setting),
        embedded=True,
        report_reasons=report_choices(language),
    )
    return html.encode()
