"""Judge what a reader wrote, and put the comment on record as the decision says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    Article,
    Comment,
    CommentState,
    OwnComment,
    Reader,
    Site,
)
from fruitful.domain.errors import CommentTooLong, EmptyComment, UnreadableText
from fruitful.domain.mentions import Mention
from fruitful.domain.moderation import Decision, History, StoredDecision, Submission
from fruitful.domain.more_review import Writer
from fruitful.domain.more_review import with_more_review as more_review
from fruitful.domain.policy import HouseRules
from fruitful.domain.readable import is_readable
from fruitful.domain.standing import NEW, standing
from fruitful.moderation.fingerprint import NEAR_DUPLICATE, Fingerprint, fingerprint, similarity
from fruitful.moderation.normalise import fold
from fruitful.services.rendering import render
from fruitful.services.world import World
from fruitful.storage import comments, decisions
from fruitful.storage import mentions as mention_records
from fruitful.storage.comments import NearDuplicate

_DUPLICATES_WITHIN = timedelta(days=7)
_RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is read once, before a text is judged, and holds while it is."""

    site: Site
    article: Article
    reader: Reader | None
    parent: Comment | None
    house_rules: HouseRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A text with everything that is stored about it besides the comment itself."""

    text: str
    decision: Decision
    fingerprint: Fingerprint
    html: str
    mentions: tuple[Mention, ...] = ()


def check_text(text: str, house_rules: HouseRules) -> str:
    """The text with line ends made alike. Raises for what can't be judged or stored.

    :class:`UnreadableText` for NUL and lone surrogates, :class:`EmptyComment` where nothing is
    visible, :class:`CommentTooLong` above the house rules' length in code points.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_readable(text):
        raise UnreadableText
    if len(text) > house_rules.max_length:
        raise CommentTooLong(limit=house_rules.max_length, length=len(text))
    if not fold(text).text.strip():
        raise EmptyComment
    return text


async def history_of(
    connection: AsyncConnection,
    world: World,
    background: Background,
    text: str,
    *,
    leaving_out: UUID | None = None,
) -> History:
    """What the site knows that bears on this text from this reader.

    ``leaving_out`` is the comment that is being edited: it is no copy of itself.
    """
    reader, moment = background.reader, world.clock()
    own = fingerprint(text)
    copies: list[NearDuplicate] = []
    if own.bands:
        found = await comments.near_duplicates(
            connection, background.site.id, own.bands, since=moment - _DUPLICATES_WITHIN
        )
        copies = [
            copy
            for copy in found
            if copy.comment_id != leaving_out
            and not _is_draft(copy, reader)
            and similarity(text, copy.text) >= NEAR_DUPLICATE
        ]
    if reader is None:
        return History(near_duplicates=len({copy.comment_id for copy in copies}))
    return History(
        near_duplicates=len({copy.comment_id for copy in copies}),
        same_author_recent=await comments.count_recent_by_reader(
            connection, reader.id, since=moment - _RECENT
        ),
        author_published=reader.published_count,
    )


def _is_draft(copy: NearDuplicate, reader: Reader | None) -> bool:
    """What came back to its writer is theirs to mend and send again."""
    returned = copy.state is CommentState.RETURNED
    return returned and reader is not None and copy.reader_id == reader.id


async def judge(
    world: World,
    submission: Submission,
    house_rules: HouseRules,
    mentions: tuple[Mention, ...] = (),
) -> Judged:
    """Let the engine decide, and render the text as the decision allows. No connection is held."""
    decision = await world.engine.judge(submission, house_rules)
    text = submission.text
    return Judged(
        text=text,
        decision=decision,
        fingerprint=fingerprint(text),
        # Markdown made to be slow takes tens of milliseconds; others should not wait for it.
        html=await asyncio.to_thread(
            render, text, decision.redactions, {m.name: m.comment_id for m in mentions}
        ),
        mentions=mentions,
    )


def with_more_review(judged: Judged, background: Background, moment: datetime) -> Judged:
    """The same, held where it would be published but its writer's standing asks for a person."""
    reader = background.reader
    writer = Writer(
        standing=standing(reader.tally.at(moment)) if reader else NEW,
        published=reader.published_count if reader else 0,
    )
    decision = more_review(
        judged.decision,
        background.house_rules,
        writer,
        first_held=background.site.options.hold_first_comments,
    )
    return replace(judged, decision=decision)


async def put_on_record(
    connection: AsyncConnection,
    comment: Comment,
    judged: Judged,
    *,
    decision_id: UUID,
    moment: datetime,
) -> None:
    """Store what the comment says now, and the decision on it."""
    await comments.add_revision(
        connection,
        replace(comment, text=judged.text),
        html=judged.html,
        fingerprint=judged.fingerprint.bands,
        created_at=moment,
    )
    await decisions.add(
        connection,
        StoredDecision(
            id=decision_id,
            comment_id=comment.id,
            revision=comment.revision,
            decided_at=moment,
            decision=judged.decision,
        ),
    )
    if comment.state in (CommentState.PUBLISHED, CommentState.HELD):
        spoken_to = {mention.reader_id for mention in judged.mentions} - {comment.reader_id}
        await mention_records.record(connection, comment.id, spoken_to)


def as_own(comment: Comment, html: str, stored: StoredDecision, site: Site) -> OwnComment:
    """The comment as its writer sees it under the decision."""
    return OwnComment(
        id=comment.id,
        reader_id=comment.reader_id,
        parent_id=comment.parent_id,
        state=comment.state,
        text=comment.text or "",
        html=html,
        created_at=comment.created_at,
        reasons=stored.decision.reasons,
        redactions=stored.decision.redactions,
        decision_id=stored.id,
        editable_until=comment.created_at + timedelta(seconds=site.edit_window_seconds),
        author_name=comment.author_name,
        crisis_help=site.options.crisis_help if stored.decision.is_writer_in_danger else None,
    )
