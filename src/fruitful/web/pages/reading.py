"""The page of a thread, whole without JavaScript, and the addresses that lead to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.conversation import CommentState, Thread, ThreadComment, ThreadSort
from fruitful.domain.errors import UnknownComment
from fruitful.services.editable_comments import editable_comments
from fruitful.services.list_thread import ThreadView, list_thread, own_comments, read_comment
from fruitful.services.notices import unread_notices
from fruitful.services.policies import rules_of
from fruitful.services.sign_in import sitting
from fruitful.services.subscribe import could_be_told_of_replies
from fruitful.services.world import World
from fruitful.web.api.articles import article_of
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.links import PrivateLinks
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.sections import Setting, edit_draft, fresh_key, reply_draft, section_view
from fruitful.web.pages.signing_in import me_view
from fruitful.web.pages.templates import render
from fruitful.web.pages.views import Draft, Flash, SectionView, notice_view, own_view
from fruitful.web.pages.wording import MASKED, report_choices
from fruitful.web.requests import reader_token, world_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reader of a thread page asks for, beyond the thread itself."""

    view: ThreadView = field(default_factory=ThreadView)
    reply_to: UUID | None = None
    edit: UUID | None = None
    comment: UUID | None = None
    """The comment that a link led to."""
    since: datetime | None = None
    """The reader's last visit: what is later is new to them."""
    flash: Flash | None = None
    draft: Draft | None = None
    """What was just sent and has to be mended, in place of an empty form."""
    token: str | None = None
    """The secret of a reader who is new with this very request."""
    status: int = 200


@router.get("/threads/by-url")
async def thread_by_url(
    request: Request,
    article_url: str | None = None,
    article_id: str | None = None,
    site: str | None = None,
) -> Response:
    """Lead to the thread of an article that is known by its address, or by its site's own id."""
    _, article = await article_of(
        world_of(request), url=article_url, article_id=article_id, site=site
    )
    return RedirectResponse(f"/threads/{article.id}", status_code=302)


class PageQuery(BaseModel):
    """Which part of the thread, and what the reader is about to do."""

    sort: ThreadSort = ThreadSort.FRUITFUL
    cursor: Annotated[str | None, Field(max_length=300)] = None
    reply_to: UUID | None = None
    edit: UUID | None = None
    comment: UUID | None = None
    since: AwareDatetime | None = None
    done: Annotated[str | None, Field(max_length=30)] = None
    lang: Annotated[str | None, Field(max_length=35)] = None


@router.get("/threads/{article_id:uuid}")
async def thread_page(
    request: Request, article_id: UUID, query: Annotated[PageQuery, Query()]
) -> Response:
    """The whole page."""
    asked = Asked(
        view=ThreadView(sort=query.sort, cursor=query.cursor),
        reply_to=query.reply_to,
        edit=query.edit,
        comment=query.comment,
        since=query.since,
        flash=_flash(query.done, language_for(query.lang)),
    )
    return await show_thread(request, article_id, asked)


@router.get("/comments/{comment_id:uuid}")
async def permalink(request: Request, comment_id: UUID) -> Response:
    """Lead to the comment's place in its thread."""
    article_id, _ = await read_comment(world_of(request), comment_id)
    return RedirectResponse(
        f"/threads/{article_id}?comment={comment_id}#comment-{comment_id}", status_code=302
    )


async def show_thread(request: Request, article_id: UUID, asked: Asked) -> Response:
    """The page for the reader who asks: everybody's comments, and their own among them."""
    world, language = world_of(request), asked_language(request)
    token = asked.token or reader_token(request)
    thread = await list_thread(world, article_id, asked.view)
    setting = Setting(
        rules=rules_of(world, thread.site), language=language, cursor=asked.view.cursor
    )
    view = section_view(thread, setting)
    view = await _with_own(view, world, (token, thread.site.id), setting)
    view = await _with_linked(view, world, thread, asked.comment)
    view = await _with_forms(view, world, (asked, token, setting))
    view = replace(view, flash=asked.flash, since=asked.since, now=world.clock())
    html = render(
        "thread.html", language, view=view, embedded=False, report_reasons=report_choices(language)
    )
    return HTMLResponse(html, status_code=asked.status, headers=PRIVATE)


async def _with_own(
    view: SectionView, world: World, who: tuple[str | None, UUID], setting: Setting
) -> SectionView:
    token, site_id = who
    if token is None:
        return view
    own = await own_comments(world, view.article_id, token)
    notices = await unread_notices(world, token)
    links = PrivateLinks(world)
    reader = await sitting(world, site_id, token)
    name = next((comment.author_name for comment in own), reader.name if reader else "")
    return replace(
        view,
        may=replace(view.may, me=me_view(reader)),
        composer=replace(view.composer, name=name),
        waiting=tuple(
            own_view(comment, setting.rules, links, setting.language)
            for comment in own
            if comment.state is CommentState.HELD
        ),
        notices=tuple(notice_view(notice, links, setting.language) for notice in notices),
        is_personal=True,
        offers_letters=await could_be_told_of_replies(world, token),
    )


async def _with_linked(
    view: SectionView, world: World, thread: Thread, comment_id: UUID | None
) -> SectionView:
    """Show a comment that a link leads to at the top, where it isn't on this page of the thread."""
    if comment_id is None or _contains(thread.comments, comment_id):
        return view
    try:
        article_id, comment = await read_comment(world, comment_id)
    except UnknownComment:
        return view
    return replace(view, linked=comment) if article_id == view.article_id else view


def _contains(comments: tuple[ThreadComment, ...], comment_id: UUID) -> bool:
    return any(c.id == comment_id or _contains(c.replies, comment_id) for c in comments)


async def _with_forms(
    view: SectionView,
    world: World,
    reader: tuple[Asked, str | None, Setting],
) -> SectionView:
    """Open the form that the reader asked for, or that still holds what they sent."""
    asked, token, setting = reader
    name = view.composer.name
    view = replace(view, composer=replace(view.composer, idempotency_key=fresh_key()))
    if token is not None:
        own = await editable_comments(world, view.article_id, token)
        texts = {comment.id: comment.text for comment in own}
        view = replace(view, editable=frozenset(texts))
        if asked.edit in texts:
            mending = edit_draft(view.article_id, asked.edit, setting)
            mending = replace(mending, text=texts[asked.edit], cancel_url=view.url_with())
            view = replace(view, editing=asked.edit, edit_composer=mending)
    if asked.reply_to is not None:
        answer = reply_draft(view.article_id, asked.reply_to, setting)
        answer = replace(answer, name=name, idempotency_key=fresh_key(), cancel_url=view.url_with())
        view = replace(view, replying_to=asked.reply_to, reply_composer=answer)
    return _with_draft(view, asked.draft) if asked.draft else view


def _with_draft(view: SectionView, draft: Draft) -> SectionView:
    draft = replace(draft, cancel_url=view.url_with() if draft.is_reply else None)
    if draft.changes is not None and draft.is_published:
        return replace(view, editing=draft.changes, edit_composer=draft)
    if draft.parent_id is not None and _contains(view.comments, draft.parent_id):
        return replace(view, replying_to=draft.parent_id, reply_composer=draft)
    return replace(view, composer=draft)


def _flash(done: str | None, language: Language) -> Flash | None:
    say = language.plain
    sentences = {
        "posted": say("Your comment is published."),
        "masked": say(MASKED),
        "changed": say("Your change is published."),
        "held": say("Your comment waits for a moderator. Only you can see it until then."),
        "deleted": say("Your comment has been deleted."),
        "reported": say("Thank you. Your report has reached the moderators."),
        "reported-before": say("You have reported this comment already. Thank you."),
        "respected": say("Your respect is counted."),
    }
    return Flash(text=sentences[done]) if done in sentences else None
