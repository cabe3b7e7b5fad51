"""Publishers' public keys, fetched from where they publish them and kept for a while."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from fruitful.domain.sign_in_errors import InvalidSignInKey, SignInKeysUnavailable

log = structlog.get_logger(__name__)

FRESH_SECONDS = 600.0
"""A key that the publisher has withdrawn is accepted for no longer than this."""
REFETCH_SECONDS = 20.0
"""An unknown ``kid`` has the set fetched again, but not more often: anybody can invent one."""
STALE_SECONDS = 24 * 3600.0
"""For how long keys still serve while the publisher's server cannot be reached."""
LARGEST_SET = 64 * 1024
_TIMEOUT_SECONDS = 3.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

PublicKey = OKPKey | ECKey
Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(slots=True)
class _Kept:
    keys: tuple[PublicKey, ...] = ()
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def parse_key_set(text: str | bytes) -> tuple[PublicKey, ...]:
    """The keys of a JSON Web Key Set that tokens may be signed with: Ed25519 and P-256.

    Others are left out, as are keys meant for encryption; symmetric keys have no business in a
    public set. Raises :class:`InvalidSignInKey` where it is no set or no key is left.
    """
    try:
        value = json.loads(text)
        entries = value["keys"]
        keys = [_public_key(entry) for entry in entries]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidSignInKey("This is no JSON Web Key Set.") from error
    usable = tuple(key for key in keys if key is not None)
    if not usable:
        raise InvalidSignInKey("The JSON Web Key Set has no Ed25519 or P-256 key to sign with.")
    return usable


def check_key_set_url(url: str) -> str:
    """The address, if keys may come from there: over TLS, or from this machine.

    Raises :class:`InvalidSignInKey`.
    """
    try:
        parts = urlsplit(url.strip())
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in _LOOPBACK
        )
        is_whole = bool(parts.hostname) and not parts.username
    except ValueError:
        is_safe = is_whole = False
    if not (is_safe and is_whole):
        raise InvalidSignInKey("The keys' address begins with https:// and names a host.")
    return url.strip()


async def fetch(url: str, *, headers: Mapping[str, str] | None = None) -> bytes:
    """What is at the address: at most 64 KiB, within 3 s, without following redirects.

    Raises ``httpx2.HTTPError``, and ``ValueError`` for what is larger.
    """
    async with (
        httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client,
        asyncio.timeout(2 * _TIMEOUT_SECONDS),
        client.stream(
            "GET", url, headers={"Accept": "application/json", **(headers or {})}
        ) as response,
    ):
        response.raise_for_status()
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > LARGEST_SET:
                raise ValueError("the key set is too large")
        return body


class KeySets:
    """The sets of all sites, one for each address. One instance serves a whole process."""

    def __init__(
        self, fetch: Fetch = fetch, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._now = monotonic
        self._kept: dict[str, _Kept] = {}

    async def at(self, url: str, kid: str | None) -> tuple[PublicKey, ...]:
        """The keys published at the address, fetched anew when they are old or none has ``kid``.

        Raises :class:`SignInKeysUnavailable` when none can be had.
        """
        kept = self._kept.setdefault(url, _Kept())
        if self._needs_fetching(kept, kid):
            async with kept.lock:
                if self._needs_fetching(kept, kid):
                    await self._renew(kept, url)
        if self._now() - kept.fetched_at > STALE_SECONDS:
            raise SignInKeysUnavailable
        return kept.keys

    def _needs_fetching(self, kept: _Kept, kid: str | None) -> bool:
        now = self._now()
        if now - kept.tried_at < REFETCH_SECONDS:
            return False
        is_unknown = kid is not None and all(key.kid != kid for key in kept.keys)
        return is_unknown or now - kept.fetched_at > FRESH_SECONDS

    async def _renew(self, kept: _Kept, url: str) -> None:
        kept.tried_at = self._now()
        try:
            kept.keys = parse_key_set(await self._fetch(url))
        except (httpx2.HTTPError, InvalidSignInKey, ValueError, OSError) as error:
            # Keys fetched before still hold: a publisher's short outage must sign nobody out.
            log.warning("sign_in.keys_not_fetched", error=type(error).__name__)
        else:
            kept.fetched_at = self._now()


def _public_key(entry: object) -> PublicKey | None:
    if not isinstance(entry, dict):
        raise TypeError("a key is a JSON object")
    if entry.get("use", "sig") != "sig":
        return None
    try:
        if entry.get("kty") == "OKP" and entry.get("crv") == "Ed25519":
            return OKPKey.import_key(entry)
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
            return ECKey.import_key(entry)
    except (JoseError, ValueError, TypeError):
        return None
    return None
