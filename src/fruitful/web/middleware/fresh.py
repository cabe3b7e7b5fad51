"""Whoever changes something sees the change at once."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.web.versions import ThreadVersions

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class FreshMiddleware:
    """End the epoch of the known thread versions before any answer to a change leaves."""

    def __init__(self, app: ASGIApp, *, versions: ThreadVersions) -> None:
        self.app = app
        self._versions = versions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch for the start of the answer."""
        if scope["type"] != "http" or scope["method"] not in _UNSAFE:
            await self.app(scope, receive, send)
            return

        async def distrust(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._versions.distrust()
            await send(message)

        await self.app(scope, receive, distrust)
