"""What was rendered of a thread, kept as ready bytes until the thread changes.

The version of a thread is part of the key, so nothing is ever purged: an old rendering is simply
not asked for again, and falls out when room is needed.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import HTTPConnection
from starlette.responses import Response

Render = Callable[[], Awaitable[bytes]]

SHARED_SECONDS = 5
"""How long a shared cache may serve a thread without asking. It bounds how long a comment that a
moderator took away can still be seen through a CDN."""

_WORTH_PACKING = 1_000
"""Bytes. Below this, packing saves less than one network packet."""


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Everything that a rendering depends on. ``form`` names what is rendered (``json``,
    ``section``, ...), ``language`` the language of its words, ``base_url`` where its links lead."""

    article_id: UUID
    version: int
    form: str
    sort: str
    cursor: str | None = None
    limit: int = 0
    language: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished representation. ``etag`` is a strong validator, quoted as HTTP wants it;
    ``packed`` is the gzipped body, or ``None`` where packing is not worth it."""

    body: bytes
    packed: bytes | None
    etag: str

    @classmethod
    def of(cls, body: bytes) -> Rendered:
        """Pack the body and compute its validator."""
        packed = gzip.compress(body, 5, mtime=0) if len(body) >= _WORTH_PACKING else None
        return cls(body, packed, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    @property
    def size(self) -> int:
        """Bytes of memory that the representation holds."""
        return len(self.body) + len(self.packed or b"")


class RenderedCache:
    """The renderings used last, within ``capacity`` bytes. Used from one event loop only.

    Requests for the same missing key wait for one rendering: a thread that everybody opens at
    once is rendered once.
    """

    def __init__(self, capacity: int = 32 * 1024 * 1024) -> None:
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[CacheKey, Rendered] = OrderedDict()
        self._rendering: dict[CacheKey, asyncio.Future[Rendered]] = {}

    @property
    def size(self) -> int:
        """Bytes held now."""
        return self._size

    def get(self, key: CacheKey) -> Rendered | None:
        """The rendering, if it is kept."""
        rendered = self._kept.get(key)
        if rendered is not None:
            self._kept.move_to_end(key)
        return rendered

    async def get_or_render(self, key: CacheKey, render: Render) -> Rendered:
        """The kept rendering, or a fresh one. What ``render`` raises, every waiting caller sees;
        nothing is kept then."""
        kept = self.get(key)
        if kept is not None:
            return kept
        underway = self._rendering.get(key)
        if underway is None:
            underway = asyncio.ensure_future(self._render(key, render))
            self._rendering[key] = underway
        # Shielded, because the one who asked first may hang up while others still wait.
        return await asyncio.shield(underway)

    async def _render(self, key: CacheKey, render: Render) -> Rendered:
        try:
            rendered = Rendered.of(await render())
        finally:
            del self._rendering[key]
        self._keep(key, rendered)
        return rendered

    def _keep(self, key: CacheKey, rendered: Rendered) -> None:
        if rendered.size > self._capacity // 8:
            return
        self._kept[key] = rendered
        self._size += rendered.size
        while self._size > self._capacity:
            _, dropped = self._kept.popitem(last=False)
            self._size -= dropped.size


def respond(
    request: HTTPConnection,
    rendered: Rendered,
    media_type: str,
    shared_seconds: int = SHARED_SECONDS,
) -> Response:
    """The rendering as an answer that anybody may share: 304 where the client has it already.

    Browsers ask again each time; a shared cache may answer by itself for a few seconds.
    """
    headers = request.headers
    packed = rendered.packed if "gzip" in headers.get("accept-encoding", "") else None
    # A strong validator names the exact bytes, so the packed form has its own (RFC 9110, 8.8.3.3).
    etag = f'{rendered.etag[:-1]}-gz"' if packed else rendered.etag
    shared = {
        "ETag": etag,
        "Cache-Control": f"public, max-age=0, s-maxage={shared_seconds}",
        "Vary": "Accept-Encoding",
    }
    if _has_already(headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=shared)
    if packed:
        shared["Content-Encoding"] = "gzip"
    return Response(packed or rendered.body, headers=shared, media_type=media_type)


def _has_already(if_none_match: str, etag: str) -> bool:
    candidates = (candidate.strip().removeprefix("W/") for candidate in if_none_match.split(","))
    return any(candidate in ("*", etag) for candidate in candidates)
