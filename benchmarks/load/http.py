"""A small HTTP/1.1 client that costs next to nothing, because it shares the server's processors.

It speaks only what this server answers: keep-alive connections and ``Content-Length``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the whole head as sent, and the body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            given, _, value = line.partition(":")
            if given.lower() == name:
                return value.strip()
        return ""


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    async def get(self, target: str, **headers: str) -> Answer:
        """Read something."""
        return await self._exchange(self._head("GET", target, headers))

    async def post_json(self, target: str, body: bytes, **headers: str) -> Answer:
        """Send JSON."""
        sent = {
            **headers,
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
        return await self._exchange(self._head("POST", target, sent) + body)

    def _head(self, method: str, target: str, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"host: {self._host}:{self._port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _exchange(self, request: bytes) -> Answer:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = Answer(status, head, b"").header("content-length")
        body = await self._reader.readexactly(int(length or 0))
        return Answer(status, head, body)
