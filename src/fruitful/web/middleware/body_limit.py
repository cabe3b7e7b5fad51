"""Refuse bodies that are larger than any honest request."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.domain.errors import BodyTooLarge
from fruitful.web.problems import problem


class BodyLimitMiddleware:
    """Answer 413 to a body of more than ``limit`` bytes, announced or not.

    An announced one is refused unread. One without ``Content-Length`` is counted as it comes, and
    :class:`BodyTooLarge` is raised in whoever reads it.
    """

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self.app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._limit:
            await problem(BodyTooLarge(), {"Connection": "close"})(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise BodyTooLarge
            return message

        await self.app(scope, counted, send)
