"""Which pages on other origins may read answers: those of the sites served here."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.domain.errors import StorageUnavailable
from fruitful.storage import sites
from fruitful.storage.database import Database

_FRESH_SECONDS = 30.0
_FOR_SITES = ("/api/v1/", "/embed/")
_FOR_EVERYBODY = ("/embed.js", "/more.", "/count.js", "/static/")
"""The widget's own code holds no secret, and a module script is always fetched with CORS."""

_METHODS = "GET, POST, PATCH, DELETE"
_REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key"
_EXPOSED = "ETag, Retry-After, X-Request-Id"
_PREFLIGHT_SECONDS = "7200"


class AllowedOrigins:
    """The origins of all sites, read from the database at most every half minute.

    While the database is away, what was last known still holds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: frozenset[str] = frozenset()
        self._fresh_until = 0.0
        self._lock = asyncio.Lock()

    async def holds(self, origin: str) -> bool:
        """Whether a site lists the origin."""
        if time.monotonic() >= self._fresh_until:
            async with self._lock:
                if time.monotonic() >= self._fresh_until:
                    await self._read()
        return origin in self._known

    def forget(self) -> None:
        """Read again at the next question."""
        self._fresh_until = 0.0

    async def _read(self) -> None:
        try:
            async with self._database.reading() as connection:
                self._known = await sites.every_origin(connection)
        except StorageUnavailable:
            self._fresh_until = time.monotonic() + 1.0
        else:
            self._fresh_until = time.monotonic() + _FRESH_SECONDS


class CorsMiddleware:
    """Answer preflights, and let the pages of served sites read what they asked for.

    Credentials are never allowed: an embedded reader is known by a bearer token, so that no
    browser's rules about third-party cookies matter and no page can borrow a cookie.
    """

    def __init__(self, app: ASGIApp, *, origins: AllowedOrigins) -> None:
        self.app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Decide what the asking origin may see."""
        if scope["type"] != "http" or not scope["path"].startswith(_FOR_SITES + _FOR_EVERYBODY):
            await self.app(scope, receive, send)
            return
        is_for_everybody = scope["path"].startswith(_FOR_EVERYBODY)
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = "*" if is_for_everybody else await self._allowed(origin)
        if scope["method"] == "OPTIONS" and origin and "access-control-request-method" in headers:
            await _preflight(allowed)(scope, receive, send)
            return

        async def open_up(message: Message) -> None:
            if message["type"] == "http.response.start":
                response = MutableHeaders(scope=message)
                if not is_for_everybody:
                    response.add_vary_header("Origin")
                if allowed:
                    response["access-control-allow-origin"] = allowed
                    response["access-control-expose-headers"] = _EXPOSED
                    response["cross-origin-resource-policy"] = "cross-origin"
            await send(message)

        await self.app(scope, receive, open_up)

    async def _allowed(self, origin: str | None) -> str | None:
        return origin if origin and await self._origins.holds(origin) else None


def _preflight(allowed: str | None) -> Response:
    if allowed is None:
        return Response(status_code=403, headers={"Vary": "Origin"})
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _REQUEST_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
            "Vary": "Origin",
        },
    )
