"""Write, mend and take back comments; show respect for one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from fruitful.domain.conversation import NewComment, Submitted
from fruitful.domain.errors import DomainError, StorageUnavailable
from fruitful.domain.policy import Outcome
from fruitful.services.change_comment import Change, delete_comment, edit_comment
from fruitful.services.respect_comment import respect_comment
from fruitful.services.submit_comment import submit_comment
from fruitful.services.subscribe import tell_of_replies
from fruitful.web.api.articles import article_of
from fruitful.web.api.bodies import StrictRoute
from fruitful.web.api.shapes import (
    ChangeIn,
    CommentIn,
    RespectOut,
    SubmittedOut,
    reasons_out,
    spans_out,
    submitted_out,
)
from fruitful.web.problems import problem
from fruitful.web.requests import (
    idempotency_key,
    metrics_of,
    reader_token,
    sender_hash,
    world_of,
)

router = APIRouter(prefix="/api/v1/comments", tags=["comments"], route_class=StrictRoute)


class CommentReturned(DomainError):
    """This comment breaks a house rule, so nobody else can see it. Mend it and send it again."""

    code = "comment_returned"
    status = 422


class CommentRejected(DomainError):
    """This comment cannot be published."""

    code = "comment_rejected"
    status = 422


@router.post("", status_code=201, response_model=SubmittedOut)
async def post_comment(request: Request, body: CommentIn) -> Response:
    """Submit a comment. 201 when it is published or waits for a moderator; 422 with `reasons`
    when it is returned. Send an `Idempotency-Key` so that a retry never doubles it."""
    new = await _new_comment(request, body)
    submitted = await submit_comment(world_of(request), new)
    if body.tell_me:
        token = submitted.reader_token or new.reader_token
        # The comment is stored, and must not look as if it were not.
        with suppress(StorageUnavailable):
            await tell_of_replies(world_of(request), token, body.lang)
    return _answer(request, submitted, status=201)


@router.patch("/{comment_id}", response_model=SubmittedOut)
async def patch_comment(request: Request, comment_id: UUID, body: ChangeIn) -> Response:
    """Change one's own comment within the site's edit window; the new text is judged again."""
    change = Change(
        comment_id=comment_id,
        text=body.text,
        reader_token=reader_token(request),
        address_hash=sender_hash(request),
        draft_token=body.draft_token,
    )
    return _answer(request, await edit_comment(world_of(request), change), status=200)


@router.delete("/{comment_id}", status_code=204)
async def remove_comment(request: Request, comment_id: UUID) -> Response:
    """Take one's own comment back within the site's edit window."""
    await delete_comment(world_of(request), comment_id, reader_token(request))
    return Response(status_code=204)


@router.post("/{comment_id}/respect", response_model=RespectOut)
async def post_respect(request: Request, comment_id: UUID) -> RespectOut:
    """Show respect for a comment, once."""
    given = await respect_comment(
        world_of(request), comment_id, reader_token(request), sender_hash(request)
    )
    return RespectOut(count=given.count, reader_token=given.reader_token)


async def _new_comment(request: Request, body: CommentIn) -> NewComment:
    url, site_slug = body.article_url, body.site
    if url is None:
        site, article = await article_of(
            world_of(request), url=None, article_id=body.article_id, site=body.site
        )
        url, site_slug = article.url, site.slug
    author = body.author
    return NewComment(
        article_url=url,
        article_key=None,
        site_slug=site_slug,
        draft_token=body.draft_token,
        text=body.text,
        parent_id=body.parent_id,
        author_name=author.name if author else None,
        author_email=author.email if author else None,
        reader_token=reader_token(request),
        address_hash=sender_hash(request),
        idempotency_key=idempotency_key(request),
        origin=request.headers.get("origin"),
    )


def _answer(request: Request, submitted: Submitted, *, status: int) -> Response:
    metrics_of(request).decided(submitted)
    if submitted.outcome in (Outcome.RETURN, Outcome.REJECT):
        return problem(_refusal(submitted))
    answer = submitted_out(submitted)
    content = answer.model_dump(mode="json", exclude_none=False)
    if answer.reader_token is None:
        del content["reader_token"]
    headers = {"Location": f"/comments/{answer.id}"} if status == 201 else None
    return JSONResponse(content, status_code=status, headers=headers)


def _refusal(submitted: Submitted) -> DomainError:
    comment = submitted.comment
    details: dict[str, Any] = {
        "outcome": submitted.outcome.value,
        "reasons": [reason.model_dump(mode="json") for reason in reasons_out(comment.reasons)],
        "redactions": [span.model_dump() for span in spans_out(comment.redactions)],
        "comment_id": comment.id,
        "decision_id": comment.decision_id,
        "article_id": submitted.article.id,
    }
    if submitted.reader_token is not None:
        details["reader_token"] = submitted.reader_token
    if submitted.outcome is Outcome.REJECT:
        return CommentRejected(**details)
    return CommentReturned(**details)
