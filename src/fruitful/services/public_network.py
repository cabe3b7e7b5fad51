"""Connections for clients of servers that strangers name: to public addresses, and to none else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpcore2

from fruitful.services.safe_fetch import Address, Resolve, is_public, resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to the very address that was checked, because a name can change its mind between
    the check and the connection. One address that is not public spoils the name."""

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
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
        try:
            addresses = await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("no such host") from error
        if not addresses or not all(map(self.is_allowed, addresses)):
            raise httpcore2.ConnectError("not a public address")
        return await self._inner.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
