"""Connections for clients of servers that strangers name: to public addresses, and to none else."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import httpcore2

from fruitful.domain.safe_urls import Address, is_public

WEB_PORTS = frozenset({80, 443})

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


async def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses that a name stands for now."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to the very address that was checked, because a name can change its mind between
    the check and the connection. One address that is not public spoils the name.

    ``is_allowed`` and ``ports`` say to what it may connect.
    """

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = WEB_PORTS
    _inner: httpcore2.AsyncNetworkBackend = field(default_factory=httpcore2.AnyIOBackend)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect; raises ``httpcore2.ConnectError`` where that is not allowed."""
        if port not in self.ports:
            raise httpcore2.ConnectError("not a port of the web")
        try:
            addresses = await self.resolve(host, port)
        except (OSError, ValueError) as error:
            raise httpcore2.ConnectError("no such host") from error
        if not addresses or not all(map(self.is_allowed, addresses)):
            raise httpcore2.ConnectError("not a public address")
        return await self._inner.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
