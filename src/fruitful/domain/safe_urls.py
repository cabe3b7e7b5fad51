"""Which addresses given by strangers this server may speak to at all. Names are looked up later."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LONGEST_URL = 1_000
_HTTPS = 443


def is_safe_endpoint(url: str) -> bool:
    """Whether the address is HTTPS on its usual port at a named host, with no user in it.

    An address in numbers is refused, public or not: no service is reached so, and what stands
    behind a name is checked when the connection is made.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, _HTTPS):
        return False
    if parts.username is not None or parts.password is not None or parts.fragment:
        return False
    host = (parts.hostname or "").rstrip(".")
    return "." in host and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # What some resolvers take for an address too: 127.1, 0x7f.1, 2130706433.
        return host.rpartition(".")[2].removeprefix("0x").isdigit()
    return True
