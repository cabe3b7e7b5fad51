"""Give the newspaper its site, its first conversation and a moderator, once."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import (
    STATE_OF_OUTCOME,
    Article,
    Comment,
    CommentState,
    Moderator,
    ModeratorAction,
    Reader,
    Site,
)
from fruitful.domain.identity import new_token, token_hash
from fruitful.domain.moderation import Submission
from fruitful.moderation.fingerprint import fingerprint
from fruitful.services.judging import Judged, put_on_record
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.moderators import add_moderator
from fruitful.services.rank_thread import rank_thread
from fruitful.services.rendering import render
from fruitful.services.report_comment import NewReport, report_comment
from fruitful.services.world import World
from fruitful.storage import articles, comments, moving, readers, respects, sites
from fruitful.web.demo.paper import NAME, SITE, conversation, stories

_EDIT_WINDOW_SECONDS = 15 * 60
_MODERATOR = "Hedda Lorne"
_EMAIL = "newsroom@marlhaven.example"
_SOON = timedelta(minutes=4)
_SILENT_READERS = 20
"""People who read and respect without writing, as most do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """How to enter the demo's newsroom."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class _Cast:
    """Everybody who takes part: readers by their short names, and their tokens."""

    readers: dict[str, Reader]
    tokens: dict[str, str]

    def respecting(self, count: int, writer: str) -> list[Reader]:
        """``count`` different readers, none of them the writer."""
        return [reader for key, reader in self.readers.items() if key != writer][:count]


async def seed_demo(world: World, *, address: str = "http://127.0.0.1:8080") -> DemoLogin:
    """Make the demo's site and conversation unless they are there, and tell how to sign in.

    ``address`` is where the newspaper will be read; a demo that moved to another port takes its
    articles along. The password depends on the installation's secret, so that it stays the same
    from run to run and is nobody else's.
    """
    login = DemoLogin(email=_EMAIL, password=_password(world.secret))
    origins = _origins(address)
    async with world.database.transaction() as connection:
        site = await sites.by_slug(connection, SITE)
        if site is not None:
            if site.origins != origins:
                await moving.move(connection, site.id, origins=origins, new=address)
            return login
    judged = await _judged(world)
    moderator = await add_moderator(world, _MODERATOR, login.email, login.password)
    async with world.database.transaction() as connection:
        articles_by_slug = await _publish_paper(connection, world, origins, address)
        cast = await _introduce(connection, world, articles_by_slug["quay-street"].site_id)
        stored = await _converse(connection, world, articles_by_slug, (cast, judged))
    await _moderate(world, stored, moderator)
    await _complain(world, stored, cast)
    for article in articles_by_slug.values():
        await rank_thread(world, article.id)
    return login


def _origins(address: str) -> tuple[str, ...]:
    """The address, and the same by its other name where it is this machine's own."""
    names = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
    others = [address.replace(a, b) for a, b in names.items() if f"//{a}" in address]
    return (address, *others)


def _password(secret: bytes) -> str:
    digest = hmac.new(secret, b"demo moderator", sha256).hexdigest()
    return "-".join((digest[:4], digest[4:8], digest[8:12], digest[12:16]))


async def _judged(world: World) -> dict[str, Judged]:
    """The engine's judgement of every remark, all at once."""
    said = conversation()
    headlines = {story.slug: story.headline for story in stories()}
    texts = {remark.key: remark.text for remark in said.remarks}
    submissions = [
        Submission(
            text=remark.text,
            article_title=headlines[remark.story],
            parent_text=texts.get(remark.parent or ""),
            author_name=said.readers[remark.reader],
        )
        for remark in said.remarks
    ]
    decisions = await world.engine.judge_batch(submissions, world.house_rules)
    return {
        remark.key: Judged(
            text=remark.text,
            decision=decision,
            fingerprint=fingerprint(remark.text),
            html=render(remark.text, decision.redactions),
        )
        for remark, decision in zip(said.remarks, decisions, strict=True)
    }


async def _publish_paper(
    connection: AsyncConnection, world: World, origins: tuple[str, ...], address: str
) -> dict[str, Article]:
    site = Site(
        id=world.new_id(),
        slug=SITE,
        name=NAME,
        origins=origins,
        guests_allowed=True,
        edit_window_seconds=_EDIT_WINDOW_SECONDS,
        house_rules=None,
    )
    await sites.add(connection, site)
    printed = {}
    for story in stories():
        article = Article(
            id=world.new_id(),
            site_id=site.id,
            url=f"{address}/articles/{story.slug}",
            key=story.slug,
            title=story.headline,
            is_closed=False,
            thread_version=0,
        )
        await articles.ensure(connection, article)
        printed[story.slug] = article
    return printed


async def _introduce(connection: AsyncConnection, world: World, site_id: UUID) -> _Cast:
    names = dict(conversation().readers)
    names |= {f"silent-{number}": "" for number in range(_SILENT_READERS)}
    cast = _Cast({}, {})
    for number, (key, name) in enumerate(names.items()):
        cast.readers[key] = Reader(id=world.new_id(), site_id=site_id, name=name)
        cast.tokens[key] = new_token()
        await readers.add(
            connection,
            cast.readers[key],
            token_hash=token_hash(cast.tokens[key]),
            created_at=world.clock() - timedelta(days=40, hours=7 * number),
        )
    return cast


async def _converse(
    connection: AsyncConnection,
    world: World,
    printed: dict[str, Article],
    said: tuple[_Cast, dict[str, Judged]],
) -> dict[str, Comment]:
    cast, judged = said
    stored: dict[str, Comment] = {}
    for remark in conversation().remarks:
        moment = world.clock() - timedelta(minutes=remark.minutes)
        parent = stored[remark.parent] if remark.parent else None
        verdict = judged[remark.key]
        comment_id, decision_id = world.new_id(), world.new_id()
        comment = Comment(
            id=comment_id,
            article_id=printed[remark.story].id,
            parent_id=parent.id if parent else None,
            root_id=parent.root_id if parent else comment_id,
            depth=parent.depth + 1 if parent else 0,
            reader_id=cast.readers[remark.reader].id,
            author_name=cast.readers[remark.reader].name,
            state=STATE_OF_OUTCOME[verdict.decision.outcome],
            revision=1,
            text=remark.text,
            created_at=moment,
            edited_at=None,
            respect_count=0,
        )
        stored[remark.key] = comment
        await comments.add(connection, comment, decision_id=decision_id)
        await put_on_record(connection, comment, verdict, decision_id=decision_id, moment=moment)
        respecting = cast.respecting(remark.respects, remark.reader)
        await respects.give_together(
            connection, comment.id, [reader.id for reader in respecting], moment + _SOON
        )
    return stored


async def _moderate(world: World, stored: dict[str, Comment], moderator: Moderator) -> None:
    """The moderator has been through what the engine held of the conversation until now."""
    for remark in conversation().remarks:
        comment = stored[remark.key]
        if remark.kept and comment.state is CommentState.HELD:
            order = Order(
                comment_id=comment.id,
                action=ModeratorAction.APPROVE,
                moderator_id=moderator.id,
            )
            await moderate_comment(world, order)


async def _complain(world: World, stored: dict[str, Comment], cast: _Cast) -> None:
    for complaint in conversation().complaints:
        await report_comment(
            world,
            NewReport(
                comment_id=stored[complaint.on].id,
                reason=complaint.reason,
                note=complaint.note,
                reader_token=cast.tokens[complaint.reader],
                address_hash=f"demo {complaint.reader}",
            ),
        )
