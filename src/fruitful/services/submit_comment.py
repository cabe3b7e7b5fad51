"""A reader sends a comment: it is judged, stored, and shown if it keeps the house rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    STATE_OF_OUTCOME,
    Article,
    Comment,
    CommentState,
    NewComment,
    Reader,
    Site,
    Submitted,
)
from fruitful.domain.errors import (
    ArticleClosed,
    IdempotencyKeyReused,
    ParentElsewhere,
    ParentGone,
    SignInRequired,
    UnknownComment,
)
from fruitful.domain.identity import token_hash
from fruitful.domain.moderation import StoredDecision, Submission
from fruitful.services.announcing import News, announce
from fruitful.services.find_article import ArticleRef, find_article
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
from fruitful.services.limits import Pace, allow
from fruitful.services.link_cards import may_have_cards
from fruitful.services.mentions import mentions_in
from fruitful.services.names import Wish, check_name, name_key
from fruitful.services.nudges import count_sent
from fruitful.services.policies import rules_of
from fruitful.services.readers import check_email, clean_name, introduce, who_acts
from fruitful.services.repeats import Repeatable, claim, earlier_result, repeatable
from fruitful.services.world import World
from fruitful.storage import articles, comments, readers, threads

DEEPEST = 8
"""Replies to a comment at this depth stand beside it, so that a thread stays readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """All that the final transaction needs."""

    background: Background
    name: str
    judged: Judged
    request: Repeatable | None
    decision_id: UUID
    comment_id: UUID
    moment: datetime
    draft_token: str | None = None


async def submit_comment(world: World, new: NewComment) -> Submitted:
    """Judge the comment and store it, whatever the outcome; nothing is lost.

    A repeated request with the same ``idempotency_key`` gives the first one's result. Raises a
    :class:`~fruitful.domain.errors.DomainError` for what cannot be judged or stored.
    """
    ref = ArticleRef(url=new.article_url, key=new.article_key, site_slug=new.site_slug)
    found = await find_article(world, ref)
    request = repeatable(new, found[0])
    if request and (earlier := await earlier_result(world, request, new, found)):
        return earlier
    await keep_pace(world, new.address_hash, new.reader_token)
    entry = await _judged_entry(world, new, found, request)
    submitted = await _store(world, entry)
    if submitted is None and request:
        # The same request came first while this one was being judged.
        submitted = await earlier_result(world, request, new, found)
    if submitted is None:
        raise IdempotencyKeyReused
    return submitted


async def keep_pace(world: World, address_hash: str, reader_token: str | None) -> None:
    """Count a text sent from this address and by this reader, who may have many addresses.

    Raises :class:`~fruitful.domain.errors.TooManyRequests` beyond the limits of either.
    """
    senders = [address_hash]
    if reader_token:
        senders.append(f"reader/{token_hash(reader_token).hex()[:32]}")
    limits = world.limits
    await allow(
        world,
        *(
            Pace(f"comment/{length}:{sender}", limit, timedelta(**{length: 1}))
            for sender in senders
            for length, limit in (
                ("minutes", limits.comments_per_minute),
                ("hours", limits.comments_per_hour),
            )
        ),
    )


async def _judged_entry(
    world: World, new: NewComment, found: tuple[Site, Article], request: Repeatable | None
) -> _Entry:
    site, article = found
    house_rules = rules_of(world, site)
    text = check_text(new.text, house_rules)
    async with world.database.reading() as connection:
        background = Background(
            site=site,
            article=article,
            reader=await who_acts(connection, world, site.id, new.reader_token),
            parent=await _parent(connection, new.parent_id, article),
            house_rules=house_rules,
        )
        history = await history_of(connection, world, background, text)
        mentions = await mentions_in(connection, article.id, text, background.parent)
        name = await _name(connection, world, background, new)
    parent = background.parent
    submission = Submission(
        text=text,
        article_title=article.title,
        parent_text=parent.text if parent else None,
        author_name=name,
        author_email=check_email(new.author_email),
        history=history,
    )
    judged = await judge(world, submission, house_rules, mentions)
    return _Entry(
        background=background,
        name=name,
        judged=with_more_review(judged, background, world.clock()),
        request=request,
        decision_id=world.new_id(),
        comment_id=world.new_id(),
        moment=world.clock(),
        draft_token=new.draft_token,
    )


async def _name(
    connection: AsyncConnection, world: World, background: Background, new: NewComment
) -> str:
    """The name to write under here. Those who signed in are known by their account's; a guest may
    choose another, if nobody would be mistaken for somebody else by it."""
    reader, site, article = background.reader, background.site, background.article
    if article.is_closed:
        raise ArticleClosed
    if not site.guests_allowed and (reader is None or reader.is_guest):
        raise SignInRequired
    if reader and not reader.is_guest and reader.name:
        return reader.name
    name = clean_name(new.author_name or (reader.name if reader else None))
    if reader is None or name != reader.name:
        wish = Wish(name=name, article_id=article.id, reader_id=reader.id if reader else None)
        await check_name(connection, world, site, wish)
    return name


async def _parent(
    connection: AsyncConnection, parent_id: UUID | None, article: Article
) -> Comment | None:
    if parent_id is None:
        return None
    parent = await comments.by_id(connection, parent_id)
    if parent is None:
        raise UnknownComment
    if parent.article_id != article.id:
        raise ParentElsewhere
    if parent.state is not CommentState.PUBLISHED:
        raise ParentGone
    return parent


async def _store(world: World, entry: _Entry) -> Submitted | None:
    """One transaction; ``None`` when the request's key turns out to be taken."""
    background, decision = entry.background, entry.judged.decision
    async with world.database.transaction() as connection:
        ids = (entry.comment_id, entry.decision_id)
        if entry.request and not await claim(connection, entry.request, ids, entry.moment):
            return None
        if await articles.is_closed(connection, background.article.id):
            raise ArticleClosed
        if background.parent:
            # Taken away while the reply was being judged: say so, and keep the reader's draft.
            await _parent(connection, background.parent.id, background.article)
        reader, token = await _reader(connection, world, entry)
        comment = _comment(entry, reader)
        await comments.add(connection, comment, decision_id=entry.decision_id)
        await put_on_record(
            connection,
            comment,
            entry.judged,
            decision_id=entry.decision_id,
            moment=entry.moment,
        )
        site_id = background.site.id
        await count_sent(connection, world, site_id, entry.draft_token, decision)
        if comment.state is CommentState.PUBLISHED:
            is_addressed = background.parent is not None or "@" in entry.judged.text
            news = News(
                comment.article_id,
                "published",
                comment.id,
                is_addressed=is_addressed,
                has_links=may_have_cards(background.site, entry.judged.text),
            )
            await announce(world, connection, news)
        total = await threads.total(connection, comment.article_id)
    stored = StoredDecision(
        id=entry.decision_id,
        comment_id=comment.id,
        revision=comment.revision,
        decided_at=entry.moment,
        decision=decision,
    )
    return Submitted(
        comment=as_own(comment, entry.judged.html, stored, background.site),
        outcome=decision.outcome,
        article=background.article,
        reader_token=token,
        total=total,
    )


async def _reader(
    connection: AsyncConnection, world: World, entry: _Entry
) -> tuple[Reader, str | None]:
    known = entry.background.reader
    if known is not None:
        if known.name != entry.name:
            # A guest's name is what they last gave; that of somebody who signed in by a way that
            # tells none is what they gave first.
            key = name_key(entry.name)
            await readers.rename(connection, known.id, entry.name, name_key=key)
        return known, None
    reader = Reader(id=world.new_id(), site_id=entry.background.site.id, name=entry.name)
    token = entry.request.token(world.secret) if entry.request else None
    return reader, await introduce(connection, world, reader, token)


def _comment(entry: _Entry, reader: Reader) -> Comment:
    parent = entry.background.parent
    beside = parent is not None and parent.depth >= DEEPEST
    return Comment(
        id=entry.comment_id,
        article_id=entry.background.article.id,
        parent_id=(parent.parent_id if beside else parent.id) if parent else None,
        root_id=parent.root_id if parent else entry.comment_id,
        depth=min(parent.depth + 1, DEEPEST) if parent else 0,
        reader_id=reader.id,
        author_name=entry.name,
        state=STATE_OF_OUTCOME[entry.judged.decision.outcome],
        revision=1,
        text=entry.judged.text,
        created_at=entry.moment,
        edited_at=None,
        respect_count=0,
    )
