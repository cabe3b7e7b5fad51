"""A writer mends or takes back what they wrote; what is mended is judged again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    STATE_OF_OUTCOME,
    Article,
    Comment,
    CommentState,
    Reader,
    Site,
    Submitted,
)
from fruitful.domain.errors import (
    ArticleClosed,
    EditWindowClosed,
    NotAllowed,
    StaleAction,
    UnknownArticle,
    UnknownComment,
)
from fruitful.domain.moderation import StoredDecision, Submission
from fruitful.domain.policy import Outcome
from fruitful.services.announcing import News, announce
from fruitful.services.judging import (
    Background,
    Judged,
    as_own,
    check_text,
    history_of,
    judge,
    put_on_record,
    with_more_review,
)
from fruitful.services.link_cards import may_have_cards
from fruitful.services.mentions import mentions_in
from fruitful.services.nudges import count_sent
from fruitful.services.policies import rules_of
from fruitful.services.readers import who_acts
from fruitful.services.submit_comment import keep_pace
from fruitful.services.world import World
from fruitful.storage import articles, comments, reports, sites, threads
from fruitful.storage.changes import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A new text for a comment, from whoever holds ``reader_token``."""

    comment_id: UUID
    text: str
    reader_token: str | None
    address_hash: str = ""
    draft_token: str | None = None
    """That a note was shown while this was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owned:
    comment: Comment
    reader: Reader
    article: Article
    site: Site


async def edit_comment(world: World, change: Change) -> Submitted:
    """Judge the new text and make it the comment's next revision.

    A published or held comment can be edited while the site's edit window is open; a returned
    one for as long as its text is kept, which is how a writer mends a draft. A new text that is
    returned leaves a published comment as it was. A comment that reports brought to the queue
    stays there whatever its new text.

    Raises :class:`NotAllowed` for anybody but the writer, :class:`EditWindowClosed` when it is
    too late, :class:`StaleAction` when the comment changed meanwhile.
    """
    await keep_pace(world, change.address_hash, change.reader_token)
    async with world.database.reading() as connection:
        owned = await _owned(connection, world, change.comment_id, change.reader_token)
        _check_window(owned, world.clock())
        if owned.article.is_closed:
            raise ArticleClosed
        house_rules = rules_of(world, owned.site)
        text = check_text(change.text, house_rules)
        parent_id = owned.comment.parent_id
        background = Background(
            site=owned.site,
            article=owned.article,
            reader=owned.reader,
            parent=await comments.by_id(connection, parent_id) if parent_id else None,
            house_rules=house_rules,
        )
        history = await history_of(
            connection, world, background, text, leaving_out=owned.comment.id
        )
        mentions = await mentions_in(connection, owned.article.id, text, background.parent)
    submission = Submission(
        text=text,
        article_title=owned.article.title,
        parent_text=background.parent.text if background.parent else None,
        author_name=owned.comment.author_name,
        history=history,
    )
    judged = await judge(world, submission, house_rules, mentions)
    judged = with_more_review(judged, background, world.clock())
    return await _store(world, owned, judged, change.draft_token)


async def delete_comment(world: World, comment_id: UUID, reader_token: str | None) -> None:
    """Take a comment back within the edit window; a stub stays where it was answered.

    Raises as :func:`edit_comment` does. A comment deleted already stays deleted.
    """
    moment = world.clock()
    async with world.database.transaction() as connection:
        owned = await _owned(connection, world, comment_id, reader_token, lock=True)
        comment = owned.comment
        if comment.state is CommentState.DELETED:
            return
        if comment.state is not CommentState.HELD:
            _check_window(owned, moment)
        await comments.set_state(
            connection, comment.id, CommentState.DELETED, decision_id=None, moment=moment
        )
        await world.jobs.enqueue(connection, "settle_reports", comment_id=str(comment.id))
        if comment.state is CommentState.PUBLISHED:
            await announce(world, connection, News(comment.article_id, "removed", comment.id))


async def _owned(
    connection: AsyncConnection,
    world: World,
    comment_id: UUID,
    token: str | None,
    *,
    lock: bool = False,
) -> _Owned:
    comment = await comments.by_id(connection, comment_id, lock=lock)
    if comment is None:
        raise UnknownComment
    article = await articles.by_id(connection, comment.article_id)
    site = await sites.by_id(connection, article.site_id) if article else None
    if article is None or site is None:
        raise UnknownArticle
    reader = await who_acts(connection, world, site.id, token)
    if reader is None or reader.id != comment.reader_id:
        raise NotAllowed
    return _Owned(comment=comment, reader=reader, article=article, site=site)


def _check_window(owned: _Owned, moment: datetime) -> None:
    comment = owned.comment
    if comment.state is CommentState.RETURNED and comment.text is not None:
        return
    until = comment.created_at + timedelta(seconds=owned.site.edit_window_seconds)
    editable = comment.state in (CommentState.PUBLISHED, CommentState.HELD)
    if not editable or moment > until:
        raise EditWindowClosed


async def _store(world: World, owned: _Owned, judged: Judged, draft_token: str | None) -> Submitted:
    decision_id, moment = world.new_id(), world.clock()
    async with world.database.transaction() as connection:
        current = await comments.by_id(connection, owned.comment.id, lock=True)
        if current is None or (current.state, current.revision) != (
            owned.comment.state,
            owned.comment.revision,
        ):
            raise StaleAction
        state = await _next_state(connection, current, judged.decision.outcome)
        number = await comments.last_revision(connection, current.id) + 1
        revised = _revised(current, judged, state, number, moment)
        await put_on_record(connection, revised, judged, decision_id=decision_id, moment=moment)
        if not _keeps_former(current, state):
            if current.state is CommentState.RETURNED:
                await comments.send_again(connection, current.id, number, moment=moment)
            else:
                await comments.set_revision(connection, current.id, number, edited_at=moment)
            await comments.set_state(
                connection, current.id, state, decision_id=decision_id, moment=moment
            )
            has_links = may_have_cards(owned.site, judged.text)
            await _announce(world, connection, current, state, has_links=has_links)
        await count_sent(connection, world, owned.site.id, draft_token, judged.decision)
        total = await threads.total(connection, current.article_id)
    stored = StoredDecision(
        id=decision_id,
        comment_id=revised.id,
        revision=number,
        decided_at=moment,
        decision=judged.decision,
    )
    return Submitted(
        comment=as_own(revised, judged.html, stored, owned.site),
        outcome=judged.decision.outcome,
        article=owned.article,
        total=total,
    )


def _revised(
    current: Comment, judged: Judged, state: CommentState, number: int, moment: datetime
) -> Comment:
    # Nobody but its writer has seen a returned comment, so mending it is no edit.
    is_new = current.state is CommentState.RETURNED
    return replace(
        current,
        text=judged.text,
        revision=number,
        state=state,
        created_at=moment if is_new else current.created_at,
        edited_at=None if is_new else moment,
    )


async def _next_state(
    connection: AsyncConnection, current: Comment, outcome: Outcome
) -> CommentState:
    state = STATE_OF_OUTCOME[outcome]
    if (
        state is CommentState.PUBLISHED
        and current.state is CommentState.HELD
        and await reports.open_reasons(connection, current.id)
    ):
        return CommentState.HELD
    return state


def _keeps_former(current: Comment, state: CommentState) -> bool:
    """A new text that breaks the rules does not take away what was rightly published."""
    refused = state in (CommentState.RETURNED, CommentState.REJECTED)
    return current.state is CommentState.PUBLISHED and refused


async def _announce(
    world: World,
    connection: AsyncConnection,
    current: Comment,
    state: CommentState,
    *,
    has_links: bool,
) -> None:
    was_shown = current.state is CommentState.PUBLISHED
    is_shown = state is CommentState.PUBLISHED
    kind: ChangeKind = "removed"
    if is_shown:
        kind = "changed" if was_shown else "published"
    if was_shown or is_shown:
        await announce(
            world, connection, News(current.article_id, kind, current.id, has_links=has_links)
        )
