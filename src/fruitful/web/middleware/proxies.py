"""Who the client is when the server stands behind proxies."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyMiddleware:
    """Believe ``X-Forwarded-For`` and ``X-Forwarded-Proto``, but only from trusted proxies.

    The client is the last address, read from the right, that is not a trusted proxy's own; what
    stands to the left of it anybody could have written. ``trusted`` holds networks; an address
    is a network of one.
    """

    def __init__(self, app: ASGIApp, *, trusted: Iterable[Network] = ()) -> None:
        self.app = app
        self._networks = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the real client into the scope."""
        if self._networks and scope["type"] == "http" and scope.get("client"):
            host, port = scope["client"]
            if self._is_trusted(host):
                headers = Headers(scope=scope)
                scope["client"] = (self._client(host, headers.getlist("x-forwarded-for")), port)
                if headers.get("x-forwarded-proto") in ("http", "https"):
                    scope["scheme"] = headers["x-forwarded-proto"]
                scope["fruitful.behind_proxy"] = True
        await self.app(scope, receive, send)

    def _client(self, nearest: str, forwarded: Sequence[str]) -> str:
        client = nearest
        for hop in reversed(",".join(forwarded).split(",")):
            hop = hop.strip()
            if not _is_address(hop):
                break
            client = hop
            if not self._is_trusted(hop):
                break
        return client

    def _is_trusted(self, host: str) -> bool:
        if not _is_address(host):
            return False
        address = ipaddress.ip_address(host)
        return any(address in network for network in self._networks)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
