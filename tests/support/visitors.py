"""People and programs that speak HTTP to the application, each from an address of their own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from httpx2 import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp

from support.newsroom import BRIDGE, ORIGIN

FAIR = "The council should publish what the bridge has cost so far."
MORE_FAIR = (
    "I cycle over it every morning, and the new lane is a relief.",
    "My grandmother remembers the ferry that crossed here before the war.",
    "Does anybody know when the eastern footpath opens again?",
    "Two engineers explained the cables to our school class last week.",
    "Traffic on the ring road has become quieter since then.",
    "A toll would hurt the villages on the other bank most.",
    "Thank you for the photographs of the night shift; they are wonderful.",
    "Could the paper print the timetable of the works once more?",
    "Swallows nest beneath the arches every summer, which I love.",
)
"""Comments that keep every rule and have little in common."""

_numbers = itertools.count(1)


def _fresh_address() -> str:
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@dataclass
class Visitor:
    """Somebody who reads a page of the newspaper and keeps the token that they were given."""

    app: ASGIApp
    name: str = "Ada Reader"
    token: str | None = None
    address: str = field(default_factory=_fresh_address)
    origin: str | None = ORIGIN

    async def request(self, method: str, path: str, **more: Any) -> Response:
        """Send one request with the token and origin that the widget would send."""
        headers = {**self._headers(), **more.pop("headers", {})}
        transport = ASGITransport(app=self.app, client=(self.address, 4711))
        async with AsyncClient(transport=transport, base_url="http://testserver") as client:
            response = await client.request(method, path, headers=headers, **more)
        self._keep_token(response)
        return response

    async def get(self, path: str, **more: Any) -> Response:
        """Read something."""
        return await self.request("GET", path, **more)

    async def write(
        self, text: str, *, key: str | None = None, headers: Mapping[str, str] = {}, **more: Any
    ) -> Response:
        """Post a comment on the bridge article."""
        body = {"article_url": BRIDGE, "text": text, "author": {"name": self.name}, **more}
        sent = {**headers, **({"Idempotency-Key": key} if key else {})}
        return await self.request("POST", "/api/v1/comments", json=body, headers=sent)

    async def reply(self, parent: str | UUID, text: str) -> Response:
        """Post an answer."""
        return await self.write(text, parent_id=str(parent))

    async def thread(self, **query: str) -> dict[str, Any]:
        """The bridge article's thread as everybody sees it."""
        response = await self.get("/api/v1/threads", params={"article_url": BRIDGE, **query})
        assert response.status_code == 200, response.text
        thread: dict[str, Any] = response.json()
        return thread

    async def own(self) -> dict[str, Any]:
        """What only this visitor sees beneath the bridge article."""
        article_id = (await self.thread())["article"]["id"]
        response = await self.get("/api/v1/me", params={"article_id": article_id})
        assert response.status_code == 200, response.text
        own: dict[str, Any] = response.json()
        return own

    def _headers(self) -> dict[str, str]:
        headers = {} if self.origin is None else {"Origin": self.origin}
        return (
            headers if self.token is None else {**headers, "Authorization": f"Bearer {self.token}"}
        )

    def _keep_token(self, response: Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            body = response.json()
            if isinstance(body, dict):
                self.token = body.get("reader_token") or self.token
