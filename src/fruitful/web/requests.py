"""Who is asking: the reader's token, the sender's address, and whether a browser page of ours asks.

Nothing here trusts a header that any page on the web could have sent.
"""

from __future__ import annotations

import ipaddress
import re
from typing import cast

from starlette.requests import HTTPConnection

from fruitful.domain.errors import InvalidRequest, NotAllowed
from fruitful.domain.identity import address_hash
from fruitful.services.world import World
from fruitful.web.metrics import Metrics

READER_COOKIE = "fruitful_reader"
MODERATOR_COOKIE = "fruitful_moderator"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_IPV6_NETWORK = 64
"""One customer of an internet provider usually holds a whole /64; counting single addresses
of it would count nothing."""


class CrossOrigin(NotAllowed):
    """This request has to come from a page of this server."""

    code = "cross_origin"


def world_of(request: HTTPConnection) -> World:
    """The collaborators of the use cases."""
    return cast(World, request.app.state.world)


def base_url(request: HTTPConnection) -> str:
    """Where this server's pages are for whoever asks, without a slash at the end.

    It comes from the request, so whatever is rendered with it must be kept under it. Empty, which
    makes addresses relative, where the ``Host`` header is none.
    """
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else ""


def metrics_of(request: HTTPConnection) -> Metrics:
    """The counters of this application."""
    return cast(Metrics, request.app.state.metrics)


def reader_token(request: HTTPConnection) -> str | None:
    """The secret of the reader who asks: the bearer token, else the first-party cookie.

    Raises :class:`CrossOrigin` where a cookie comes with a change that another site's page asks
    for. A token that cannot be one of ours is no token.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _token(credentials.strip())
    token = _token(request.cookies.get(READER_COOKIE, ""))
    if token and request.scope.get("method") in _UNSAFE:
        require_same_origin(request)
    return token


def require_same_origin(request: HTTPConnection) -> None:
    """Raise :class:`CrossOrigin` unless a page of this server, or no browser at all, asks.

    Browsers send ``Sec-Fetch-Site``, older ones ``Origin``, with every form post and every fetch
    that changes something; a page cannot leave them out. A request with neither is no browser's,
    so it cannot be one that somebody was tricked into. The same test is in Go's
    ``net/http.CrossOriginProtection``.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossOrigin
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.rpartition("://")[2] != request.headers.get("host"):
        raise CrossOrigin


def sender_address(request: HTTPConnection) -> str:
    """The sender's network address; for IPv6 the network of the customer."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)


def sender_hash(request: HTTPConnection) -> str:
    """Today's keyed hash of the sender's address: the only form in which it is ever stored."""
    world = world_of(request)
    day = world.clock().date().isoformat()
    return address_hash(sender_address(request), key=world.secret, day=day)


def idempotency_key(request: HTTPConnection) -> str | None:
    """The key that makes a repeated request harmless, if the sender gave one.

    Raises :class:`InvalidRequest` unless it is 1 to 200 visible ASCII characters.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise InvalidRequest("Idempotency-Key is 1 to 200 visible ASCII characters.")
    return key


def _token(candidate: str) -> str | None:
    return candidate if _TOKEN.fullmatch(candidate) else None
