"""Links that prove by themselves whose they are: for pages outside the embed, and for e-mail.

The widget's token stays in the page that embeds it, so a page of this server that is opened from
there knows nobody. A link carries a keyed hash instead, which opens one thing only.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from fruitful.services.world import World

PASS_VALID = timedelta(hours=24)
"""How long a pass to all of a reader's comments is good for; one to a single comment's decisions
is good for as long as there are any, because it stands in e-mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whoever asks for something private: by the reader's token, by a link's key, or by neither."""

    token: str | None = None
    key: str | None = None


def comment_key(world: World, comment_id: UUID) -> str:
    """What opens the decisions on one comment to whoever holds it, and lets them contest these."""
    return _keyed(world, f"decisions|{comment_id}")


def opens(world: World, key: str | None, comment_id: UUID) -> bool:
    """Whether the key is that comment's."""
    return key is not None and _is(key, comment_key(world, comment_id))


def reader_pass(world: World, reader_id: UUID) -> str:
    """What opens the list of a reader's comments for a day."""
    until = int((world.clock() + PASS_VALID).timestamp())
    return f"{reader_id}.{until}.{_keyed(world, f'reader|{reader_id}|{until}')}"


def reader_of_pass(world: World, given: str | None) -> UUID | None:
    """Whose pass it is; ``None`` for one that is made up or has run out."""
    name, _, rest = (given or "").partition(".")
    until, _, key = rest.partition(".")
    if not _is(key, _keyed(world, f"reader|{name}|{until}")):
        return None
    return UUID(name) if int(until) >= world.clock().timestamp() else None


def _keyed(world: World, subject: str) -> str:
    return hmac.new(world.secret, f"link|{subject}".encode(), sha256).hexdigest()[:32]


def _is(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())
