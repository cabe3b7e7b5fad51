"""Plain forms: post, mend, delete, respect and report without JavaScript.

A form that cannot be taken is shown again with the draft in it, whatever went wrong.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.domain.conversation import NewComment, OwnComment, ReportReason, Submitted
from fruitful.domain.errors import DomainError, InvalidRequest, StorageUnavailable
from fruitful.domain.policy import Outcome
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.check_draft import DraftToCheck, check_draft
from fruitful.services.find_article import article_by_id
from fruitful.services.notices import mark_notices_read
from fruitful.services.policies import rules_of
from fruitful.services.report_comment import NewReport, report_comment
from fruitful.services.respect_comment import respect_comment
from fruitful.services.submit_comment import submit_comment
from fruitful.services.subscribe import tell_of_replies
from fruitful.web.pages.drafts import preview_view
from fruitful.web.pages.links import links_for
from fruitful.web.pages.reading import Asked, show_thread
from fruitful.web.pages.routing import PRIVATE, PageRoute, asked_language
from fruitful.web.pages.sections import Setting, comment_draft, edit_draft, fresh_key, reply_draft
from fruitful.web.pages.templates import render
from fruitful.web.pages.views import Draft, Flash, own_view
from fruitful.web.problems import problem_headers
from fruitful.web.requests import (
    READER_COOKIE,
    metrics_of,
    reader_token,
    require_same_origin,
    sender_hash,
    world_of,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_COOKIE_SECONDS = 180 * 24 * 3600
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What a comment form held. ``changes`` is the comment that it mends."""

    article_id: UUID
    text: str
    name: str = ""
    parent_id: UUID | None = None
    changes: UUID | None = None
    is_published: bool = False
    """Whether the comment that it mends stands in the thread."""
    draft_token: str | None = None


@router.post("/threads/{article_id:uuid}/comments")
async def post_comment(request: Request, article_id: UUID) -> Response:
    """Take a new comment."""
    form = await _form(request)
    sent = _Sent(
        article_id=article_id,
        text=_field(form, "text"),
        name=_field(form, "name"),
        parent_id=_uuid(form, "parent_id"),
        draft_token=_field(form, "draft_token") or None,
    )
    if _field(form, "preview"):
        return await _show_preview(request, sent)
    world = world_of(request)
    try:
        site, article = await article_by_id(world, article_id)
        submitted = await submit_comment(
            world,
            NewComment(
                article_url=article.url,
                article_key=article.key,
                site_slug=site.slug,
                text=sent.text,
                parent_id=sent.parent_id,
                author_name=sent.name,
                reader_token=reader_token(request),
                address_hash=sender_hash(request),
                idempotency_key=_field(form, "idempotency_key")[:_LONGEST_KEY] or None,
                draft_token=sent.draft_token,
            ),
        )
    except DomainError as error:
        return await _show_again(request, sent, error)
    if _field(form, "tell_me"):
        await _tell_of_replies(request, submitted)
    return await _answer(request, sent, submitted)


@router.post("/comments/{comment_id:uuid}/edit")
async def post_change(request: Request, comment_id: UUID, article: UUID) -> Response:
    """Take a new text for a comment."""
    form = await _form(request)
    sent = _Sent(
        article_id=article,
        text=_field(form, "text"),
        parent_id=_uuid(form, "parent_id"),
        changes=comment_id,
        is_published=_field(form, "published") == "yes",
        draft_token=_field(form, "draft_token") or None,
    )
    if _field(form, "preview"):
        return await _show_preview(request, sent)
    change = Change(
        comment_id=comment_id,
        text=sent.text,
        reader_token=reader_token(request),
        address_hash=sender_hash(request),
        draft_token=sent.draft_token,
    )
    try:
        submitted = await edit_comment(world_of(request), change)
    except DomainError as error:
        return await _show_again(request, sent, error)
    return await _answer(request, sent, submitted)


@router.post("/comments/{comment_id:uuid}/delete")
async def post_deletion(request: Request, comment_id: UUID, article: UUID) -> Response:
    """Take a comment back."""
    require_same_origin(request)
    try:
        await delete_comment(world_of(request), comment_id, reader_token(request))
    except DomainError as error:
        return await _refuse(request, article, error)
    return _back(article, "done=deleted#flash")


@router.post("/comments/{comment_id:uuid}/respect")
async def post_respect(request: Request, comment_id: UUID, article: UUID) -> Response:
    """Count a reader's respect."""
    require_same_origin(request)
    try:
        respected = await respect_comment(
            world_of(request), comment_id, reader_token(request), sender_hash(request)
        )
    except DomainError as error:
        return await _refuse(request, article, error)
    response = _back(article, f"comment={comment_id}#comment-{comment_id}")
    return _remembering(request, response, respected.reader_token)


@router.post("/comments/{comment_id:uuid}/reports")
async def post_report(request: Request, comment_id: UUID, article: UUID) -> Response:
    """Take a reader's report."""
    form = await _form(request)
    try:
        reported = await report_comment(
            world_of(request),
            NewReport(
                comment_id=comment_id,
                reason=_reason(form),
                note=_field(form, "note"),
                reader_token=reader_token(request),
                address_hash=sender_hash(request),
            ),
        )
    except DomainError as error:
        return await _refuse(request, article, error)
    done = "reported" if reported.is_new else "reported-before"
    return _remembering(request, _back(article, f"done={done}#flash"), reported.reader_token)


@router.post("/threads/{article_id:uuid}/notices")
async def post_notice_read(request: Request, article_id: UUID) -> Response:
    """Put a notice away."""
    form = await _form(request)
    notice_id = _uuid(form, "notice")
    if notice_id is not None:
        await mark_notices_read(world_of(request), reader_token(request), [notice_id])
    return _back(article_id, "#fruitful-heading")


async def _tell_of_replies(request: Request, submitted: Submitted) -> None:
    token = submitted.reader_token or reader_token(request)
    # The comment is stored, and must not look as if it were not.
    with suppress(StorageUnavailable):
        await tell_of_replies(world_of(request), token, asked_language(request).code)


async def _answer(request: Request, sent: _Sent, submitted: Submitted) -> Response:
    metrics_of(request).decided(submitted)
    comment = submitted.comment
    if submitted.outcome is Outcome.PUBLISH:
        done = "changed" if sent.is_published else "posted"
        done = "masked" if comment.redactions else done
        response = _back(sent.article_id, f"done={done}&comment={comment.id}#comment-{comment.id}")
    elif submitted.outcome is Outcome.HOLD:
        response = _back(sent.article_id, f"done=held#comment-{comment.id}")
    else:
        draft = await _returned_draft(request, sent, submitted)
        asked = Asked(draft=draft, status=422, token=submitted.reader_token)
        response = await show_thread(request, sent.article_id, asked)
    return _remembering(request, response, submitted.reader_token)


async def _show_preview(request: Request, sent: _Sent) -> Response:
    """The form again, with what it holds as it would be shown. Nothing is kept."""
    world, language = world_of(request), asked_language(request)
    checking = DraftToCheck(
        text=sent.text,
        parent_id=sent.parent_id,
        token=sent.draft_token,
        address_hash=sender_hash(request),
    )
    try:
        site, article = await article_by_id(world, sent.article_id)
        checked = await check_draft(world, (site, article), checking)
    except DomainError as error:
        return await _show_again(request, sent, error)
    setting = Setting(rules=rules_of(world, site), language=language)
    preview = preview_view(world, site, checked, language)
    draft = replace(_draft(sent, setting), preview=preview)
    return await show_thread(request, sent.article_id, Asked(draft=draft))


async def _returned_draft(request: Request, sent: _Sent, submitted: Submitted) -> Draft:
    """The form again, with the words marked above it; sending it mends what was returned."""
    world, language = world_of(request), asked_language(request)
    site, _ = await article_by_id(world, sent.article_id)
    setting = Setting(rules=rules_of(world, site), language=language)
    can_mend = submitted.outcome is Outcome.RETURN
    changes = submitted.comment.id if can_mend else None
    draft = _draft(replace(sent, changes=changes), setting, submitted.comment)
    links = links_for(request)
    return replace(draft, returned=own_view(submitted.comment, setting.rules, links, language))


def _draft(sent: _Sent, setting: Setting, own: OwnComment | None = None) -> Draft:
    name = own.author_name if own else sent.name
    if sent.changes is not None:
        draft = edit_draft(sent.article_id, sent.changes, setting, is_published=sent.is_published)
    elif sent.parent_id is not None:
        draft = reply_draft(sent.article_id, sent.parent_id, setting)
    else:
        draft = comment_draft(sent.article_id, setting)
    return replace(
        draft, text=sent.text, name=name, parent_id=sent.parent_id, idempotency_key=fresh_key()
    )


async def _show_again(request: Request, sent: _Sent, error: DomainError) -> Response:
    """The thread with the draft and what is wrong with it, or the draft alone."""
    world, language = world_of(request), asked_language(request)
    setting = Setting(rules=world.house_rules, language=language)
    suggested = str(error.details.get("suggestion") or sent.name)
    draft = replace(_draft(sent, setting), name=suggested, problem=language.plain(str(error)))
    asked = Asked(draft=draft, status=error.status)
    try:
        response = await show_thread(request, sent.article_id, asked)
    except DomainError:
        html = render("draft.html", language, draft=draft, article_id=sent.article_id)
        response = HTMLResponse(html, status_code=error.status, headers=PRIVATE)
    response.headers.update(problem_headers(error))
    return response


async def _refuse(request: Request, article_id: UUID, error: DomainError) -> Response:
    if isinstance(error, StorageUnavailable):
        raise error
    flash = Flash(text=asked_language(request).plain(str(error)), tone="problem")
    return await show_thread(request, article_id, Asked(flash=flash, status=error.status))


def _back(article_id: UUID, rest: str) -> Response:
    query = "" if rest.startswith("#") else "?"
    return RedirectResponse(f"/threads/{article_id}{query}{rest}", status_code=303)


def _remembering(request: Request, response: Response, token: str | None) -> Response:
    """Give a new reader the token by which they are known from now on."""
    if token is not None:
        response.set_cookie(
            READER_COOKIE,
            token,
            max_age=_COOKIE_SECONDS,
            httponly=True,
            secure=request.url.scheme == "https",
            samesite="lax",
        )
    return response


async def _form(request: Request) -> FormData:
    require_same_origin(request)
    return await request.form()


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _uuid(form: FormData, name: str) -> UUID | None:
    value = _field(form, name)
    try:
        return UUID(value) if value else None
    except ValueError:
        raise InvalidRequest from None


def _reason(form: FormData) -> ReportReason:
    try:
        return ReportReason(_field(form, "reason"))
    except ValueError:
        raise InvalidRequest from None
