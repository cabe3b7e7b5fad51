"""Which addresses given by strangers this server may speak to at all.

A server that speaks to whatever strangers name can be made to speak to machines that only it can
reach. An address is judged twice: as it is written, and by what its name stands for once it is
looked up (:mod:`fruitful.services.public_network`).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 1_000
_HTTPS = 443
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses that anybody was given (RFC 4291, section 2.4; IANA's registry of unicast
addresses). What lies outside it leads to one's own network or, as NAT64 does, back into IPv4."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach the address.

    Those that carry another one within are judged by it (IPv4-mapped), or refused where nobody
    serves by them any more (6to4, Teredo: RFC 7526, RFC 6147).
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None:
            return False
        if address not in _GIVEN_OUT:
            return False
    return address.is_global and not address.is_multicast


def is_safe_page(url: str) -> bool:
    """Whether the address is one of a web page at a named host, with no user in it.

    An address in numbers is refused, public or not: no page that is meant to be read stands there.
    """
    parts = _parts(url)
    return parts is not None and parts.scheme in ("http", "https") and _is_named(parts)


def is_safe_endpoint(url: str) -> bool:
    """Whether the address is HTTPS on its usual port at a named host, with no user in it, and no
    longer than :data:`LONGEST_URL`."""
    parts = _parts(url)
    if parts is None or len(url) > LONGEST_URL or parts.scheme != "https":
        return False
    return parts.port in (None, _HTTPS) and not parts.fragment and _is_named(parts)


def _parts(url: str) -> SplitResult | None:
    if not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        # Only looking at it shows whether it is a number at all.
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_named(parts: SplitResult) -> bool:
    if parts.username is not None or parts.password is not None:
        return False
    host = (parts.hostname or "").rstrip(".")
    return "." in host and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # What some resolvers take for an address too: 127.1, 0x7f.1, 2130706433.
        last = host.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")
    return True
