"""Addresses that work without signing in: they prove by themselves whose they are.

Each kind of address is a keyed hash over its own purpose, so that none opens what another does.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from fruitful.domain.notifications import News, Topic, topic_of
from fruitful.notifications.letter_writing import LetterLinks
from fruitful.services.private_links import comment_key
from fruitful.services.world import World

_KEY_BYTES = 16
_ID_BYTES = 16


def preferences_token(world: World, reader_id: UUID) -> str:
    """What opens, and changes, a reader's preferences. It stands in every letter to them."""
    return _token(reader_id, _key(world, f"preferences|{reader_id}"))


def reader_of_preferences(world: World, token: str) -> UUID | None:
    """Whose preferences the token opens; ``None`` for one that was made up."""
    reader_id, key = _parts(token)
    if reader_id is None:
        return None
    right = _key(world, f"preferences|{reader_id}")
    return reader_id if hmac.compare_digest(key, right) else None


def links_for(world: World, reader_id: UUID, news: Iterable[News]) -> LetterLinks:
    """Where letters and pushes to the reader lead."""
    base_url = world.public_url or ""
    token = preferences_token(world, reader_id)
    return LetterLinks(
        base_url=base_url,
        preferences_url=f"{base_url}/notifications/{token}",
        stop_url=f"{base_url}/notifications/{token}/stop",
        decisions={
            item.comment_id: f"{base_url}/comments/{item.comment_id}/decision"
            f"?key={comment_key(world, item.comment_id)}"
            for item in news
            if _is_about_own_comment(item)
        },
    )


def feed_token(world: World, reader_id: UUID, number: int) -> str:
    """The secret part of the address of a reader's feed. Another ``number``, another address."""
    return _token(reader_id, _key(world, f"feed|{reader_id}|{number}"))


def claimed_reader(token: str) -> UUID | None:
    """Whom a token says it belongs to, not yet proven; ``None`` where it is no token at all."""
    return _parts(token)[0]


def is_feed_token(world: World, token: str, reader_id: UUID, number: int) -> bool:
    """Whether it is the secret of the reader's feed with this number."""
    right = feed_token(world, reader_id, number)
    return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), right.encode())


def _is_about_own_comment(item: News) -> bool:
    return topic_of(item.kind) is Topic.DECISIONS and not item.kind.startswith("report_")


def _token(reader_id: UUID, key: bytes) -> str:
    return base64.urlsafe_b64encode(reader_id.bytes + key).decode().rstrip("=")


def _parts(token: str) -> tuple[UUID | None, bytes]:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None, b""
    if len(raw) != _ID_BYTES + _KEY_BYTES:
        return None, b""
    return UUID(bytes=raw[:_ID_BYTES]), raw[_ID_BYTES:]


def _key(world: World, purpose: str) -> bytes:
    text = f"notifications|{purpose}".encode()
    return hmac.new(world.secret, text, sha256).digest()[:_KEY_BYTES]
