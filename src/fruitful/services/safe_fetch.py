"""Fetch a page that a reader has linked to, without being led to a place that is not public.

Each redirect is checked like the first step.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urljoin, urlsplit

import httpcore2

from fruitful.domain.safe_urls import is_safe_page
from fruitful.services.public_network import PublicNetwork

LONGEST_PAGE = 256 * 1024
"""Bytes that are read; what a card needs stands in the head of a page."""
LONGEST_WAIT = 5.0
"""Seconds for the whole of it, redirects included."""
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """The page was not fetched; the message says in a word why."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The beginning of an HTML page, and where it was found in the end."""

    url: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFetcher:
    """Fetches pages over the network that everybody can reach."""

    network: PublicNetwork = field(default_factory=PublicNetwork)

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
        async with httpcore2.AsyncConnectionPool(network_backend=self.network) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                if not is_safe_page(url):
                    raise NotFetched("not a public page")
                async with pool.stream("GET", url, headers=_headers(url)) as response:
                    if response.status not in _REDIRECTS:
                        return FetchedPage(url, await _read(response))
                    url = urljoin(url, _header(response.headers, b"location"))
        raise NotFetched("too many redirects")


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
