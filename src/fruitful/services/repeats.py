"""A request that is sent twice is done once: what came under an Idempotency-Key before."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Article, NewComment, Reader, Site, Submitted
from fruitful.domain.errors import IdempotencyKeyReused
from fruitful.domain.identity import token_hash
from fruitful.services.judging import as_own
from fruitful.services.readers import recognise
from fruitful.services.world import World
from fruitful.storage import comments, decisions, idempotency, threads
from fruitful.storage.idempotency import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """A request that may come again, told apart from others under the same key by its content.

    ``token_seed`` gives a new reader's token, so that one whose first answer was lost on the way
    is given the same token again, on the same address and the same day.
    """

    key_hash: bytes
    request_hash: bytes
    token_seed: bytes

    def token(self, secret: bytes) -> str:
        """The token of the reader whom this request introduces."""
        drawn = hmac.digest(secret, b"reader token|" + self.token_seed, "sha256")
        return base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def repeatable(new: NewComment, site: Site) -> Repeatable | None:
    """What identifies the request; ``None`` where it came without a key."""
    if not new.idempotency_key:
        return None
    key_hash = _digest(site.id, new.idempotency_key)
    return Repeatable(
        key_hash=key_hash,
        request_hash=_digest(
            new.article_url, new.article_key, new.parent_id, new.author_name, new.text
        ),
        token_seed=key_hash + _digest(new.address_hash),
    )


async def earlier_result(
    world: World, request: Repeatable, new: NewComment, article: tuple[Site, Article]
) -> Submitted | None:
    """The result of the same request, if it came before.

    Raises :class:`IdempotencyKeyReused` where another request came under the key.
    """
    site, about = article
    async with world.database.reading() as connection:
        known = await idempotency.find(connection, request.key_hash)
        if known is None:
            return None
        if not hmac.compare_digest(known.request_hash, request.request_hash):
            raise IdempotencyKeyReused
        comment = await comments.by_id(connection, known.comment_id)
        stored = await decisions.by_id(connection, known.decision_id)
        if comment is None or stored is None:
            return None
        html, _ = await comments.rendered(connection, comment.id)
        token = await _token_again(connection, world, request, (comment.reader_id, new))
        total = await threads.total(connection, about.id)
    return Submitted(
        comment=as_own(comment, html, stored, site),
        outcome=stored.decision.outcome,
        article=about,
        reader_token=token,
        total=total,
    )


async def claim(
    connection: AsyncConnection, request: Repeatable, ids: tuple[UUID, UUID], moment: datetime
) -> bool:
    """Take the key for the comment and decision with these ids; false when it is taken."""
    comment_id, decision_id = ids
    return await idempotency.claim(
        connection,
        Remembered(
            key_hash=request.key_hash,
            request_hash=request.request_hash,
            comment_id=comment_id,
            decision_id=decision_id,
            created_at=moment,
        ),
    )


async def _token_again(
    connection: AsyncConnection,
    world: World,
    request: Repeatable,
    whose: tuple[UUID, NewComment],
) -> str | None:
    writer_id, new = whose
    token = request.token(world.secret)
    reader: Reader | None = await recognise(connection, world, None, token)
    is_writer = reader is not None and reader.id == writer_id
    has_token = new.reader_token is not None and token_hash(new.reader_token) == token_hash(token)
    return token if is_writer and not has_token else None


def _digest(*parts: object) -> bytes:
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()
