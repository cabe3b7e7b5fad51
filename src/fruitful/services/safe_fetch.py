"""Fetch a page that a reader has linked to, without being led to a place that is not public.

A server that fetches what strangers name can be made to speak to machines that only it can reach.
So every address that a name stands for has to be public, the connection is made to the very
address that was checked (a name can change its mind between the two), and each redirect is checked
like the first step.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urljoin, urlsplit

import httpcore2

LONGEST_PAGE = 256 * 1024
"""Bytes that are read; what a card needs stands in the head of a page."""
LONGEST_WAIT = 5.0
"""Seconds for the whole of it, redirects included."""
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


class NotFetched(Exception):
    """The page was not fetched; the message says in a word why."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The beginning of an HTML page, and where it was found in the end."""

    url: str
    html: str


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach the address."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is not None:
            return is_public(within)
        if address.teredo is not None or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast


async def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses that a name stands for now."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=1)
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFetcher:
    """Fetches public pages. ``is_allowed`` and ``ports`` say to what it may connect."""

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = field(default=frozenset({80, 443}))

    async def page(self, url: str) -> FetchedPage:
        """The HTML page at ``url``: at most 256 KiB, in 5 s, after at most three redirects.

        Raises :class:`NotFetched`.
        """
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await self._follow(url)
        except TimeoutError as error:
            raise NotFetched("too slow") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise NotFetched("no answer") from error
        except (httpcore2.TimeoutException, OSError, ssl.SSLError, ValueError) as error:
            raise NotFetched("no connection") from error

    async def _follow(self, url: str) -> FetchedPage:
        backend = _CheckedBackend(self)
        async with httpcore2.AsyncConnectionPool(network_backend=backend) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                self._check(url)
                async with pool.stream("GET", url, headers=_headers(url)) as response:
                    if response.status not in _REDIRECTS:
                        return FetchedPage(url, await _read(response))
                    url = urljoin(url, _header(response.headers, b"location"))
        raise NotFetched("too many redirects")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        if port not in self.ports or not parts.hostname or parts.username or parts.password:
            raise NotFetched("not a public page")


class _CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were checked, never to names."""

    def __init__(self, fetcher: PageFetcher) -> None:
        self._fetcher = fetcher
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._fetcher.resolve(host, port)
        if not addresses or not all(map(self._fetcher.is_allowed, addresses)):
            raise NotFetched("not a public address")
        return await self._inner.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def _headers(url: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", urlsplit(url).netloc.encode("ascii")),
        (b"User-Agent", b"Fruitful-LinkCards"),
        (b"Accept", b"text/html"),
        (b"Accept-Encoding", b"identity"),
    ]


async def _read(response: httpcore2.Response) -> str:
    kind = Message()
    kind["content-type"] = _header(response.headers, b"content-type")
    if response.status != 200 or kind.get_content_type() not in (
        "text/html",
        "application/xhtml+xml",
    ):
        raise NotFetched("not a page")
    body = b""
    async for piece in response.aiter_stream():
        body += piece
        if len(body) >= LONGEST_PAGE:
            break
    try:
        return body[:LONGEST_PAGE].decode(kind.get_content_charset("utf-8"), "replace")
    except LookupError:
        return body[:LONGEST_PAGE].decode("utf-8", "replace")


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    for key, value in headers:
        if key.lower() == name:
            return value.decode("latin-1")
    return ""
