"""What OpenID providers say of themselves: where to send a reader, and their signing keys."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from fruitful.domain.sign_in_errors import InvalidSignInKey, ProviderUnavailable
from fruitful.services.key_sets import check_key_set_url, fetch

FRESH_SECONDS = 600.0
REFETCH_SECONDS = 20.0
"""A token signed with an unknown key has the keys fetched again, but not more often."""

Fetch = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider's addresses and keys, by OpenID Connect Discovery 1.0."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    keys: KeySet
    names_itself: bool
    """Whether it sends its name back with the reader (RFC 9207), which rules out a mix-up."""


@dataclass(slots=True)
class _Kept:
    provider: Provider | None = None
    fetched_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class OpenIdProviders:
    """The providers of all sites. One instance serves a whole process."""

    def __init__(
        self, fetch: Fetch = fetch, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._now = monotonic
        self._kept: dict[str, _Kept] = {}

    async def of(self, issuer: str, *, kid: str | None = None) -> Provider:
        """The provider, asked again after ten minutes, or when it has no key named ``kid``.

        Raises :class:`ProviderUnavailable`.
        """
        kept = self._kept.setdefault(issuer, _Kept())
        async with kept.lock:
            if kept.provider is None or self._is_old(kept, kid):
                kept.provider = await self._discover(issuer)
                kept.fetched_at = self._now()
            return kept.provider

    def _is_old(self, kept: _Kept, kid: str | None) -> bool:
        age = self._now() - kept.fetched_at
        keys = kept.provider.keys.keys if kept.provider else []
        is_unknown = kid is not None and all(key.kid != kid for key in keys)
        return age > FRESH_SECONDS or (is_unknown and age > REFETCH_SECONDS)

    async def _discover(self, issuer: str) -> Provider:
        place = issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            about = _read(await self._fetch(check_key_set_url(place)))
            if about["issuer"] != issuer:
                raise ProviderUnavailable
            keys = _read(await self._fetch(check_key_set_url(about["jwks_uri"])))
            return Provider(
                issuer=issuer,
                authorization_endpoint=check_key_set_url(about["authorization_endpoint"]),
                token_endpoint=check_key_set_url(about["token_endpoint"]),
                userinfo_endpoint=_checked(about.get("userinfo_endpoint")),
                keys=KeySet.import_key_set({"keys": _for_signing(keys)}),
                names_itself=about.get("authorization_response_iss_parameter_supported") is True,
            )
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise ProviderUnavailable from error
        except (JoseError, InvalidSignInKey, AttributeError) as error:
            raise ProviderUnavailable from error


def _checked(url: object) -> str | None:
    return check_key_set_url(url) if isinstance(url, str) else None


def _read(body: bytes) -> Mapping[str, Any]:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise TypeError("a provider describes itself with a JSON object")
    return value


def _for_signing(key_set: Mapping[str, Any]) -> list[Any]:
    """Public keys only: a symmetric one in a public set would let everybody sign."""
    return [
        key
        for key in key_set["keys"]
        if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
    ]
