"""One id, one log line and one count for every request."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.web.metrics import Metrics

log = structlog.get_logger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(slots=True)
class _Seen:
    status: int = 499
    """As nginx writes for a client that left before the answer."""
    sent: int = 0
    started: float = field(default_factory=time.perf_counter)


class ObserveMiddleware:
    """Give each request an id, log it in one line without text or address, and count it.

    ``X-Request-Id`` comes back with every response; a trusted proxy's own id is kept. The log
    names the route, not the path, because anything at all can stand in a path.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        seen = _Seen()

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            elif message["type"] == "http.response.body":
                seen.sent += len(message.get("body", b""))
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, watch)
            finally:
                self._record(scope, seen)

    def _record(self, scope: Scope, seen: _Seen) -> None:
        seconds = time.perf_counter() - seen.started
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.request(method, route, seen.status, seconds)
        log.info(
            "http.request",
            method=method,
            route=route,
            status=seen.status,
            ms=round(seconds * 1000, 1),
            bytes=seen.sent,
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    if scope.get("fruitful.behind_proxy"):
        given = Headers(scope=scope).get("x-request-id", "")
        if _REQUEST_ID.fullmatch(given):
            return given
    return secrets.token_hex(8)


def _route(scope: Scope) -> str:
    path = scope.get("fruitful.route") or getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    named = getattr(scope.get("endpoint"), "__name__", None)
    return named if isinstance(named, str) else "unmatched"
