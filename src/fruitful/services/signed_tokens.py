"""Check a publisher's signed token (JWT, RFC 7519): signature first, then every claim.

Which algorithm counts is decided by the key, never by the token: an Ed25519 key verifies EdDSA,
a P-256 key ES256, a shared secret HS256, and a site has either public keys or a secret. So
neither ``none`` nor a public key used as a secret can pass (RFC 8725, sections 3.1 and 3.2).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey

from fruitful.domain.readable import is_readable
from fruitful.domain.sign_in_errors import (
    TokenAlgorithmRefused,
    TokenAudienceWrong,
    TokenExpired,
    TokenIncomplete,
    TokenIssuerWrong,
    TokenKeyUnknown,
    TokenLivesTooLong,
    TokenMalformed,
    TokenNotYetValid,
    TokenSignatureWrong,
)

# RFC 9864 renames EdDSA to Ed25519; most publishers' libraries write the former still, and with
# the key pinned to its curve the ambiguity that it cures does not arise.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

LONGEST_TOKEN = 8_192
LONGEST_LIFE = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
"""How far the clocks of the publisher and of this server may be apart."""
_LONGEST_CLAIM = 500

Key = OKPKey | ECKey | OctKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who has to have issued the token, and for whom."""

    issuer: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token that holds says. ``good_until`` is when it will be refused."""

    subject: str
    token_id: str
    good_until: datetime
    other: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A claim that may be missing, as text of at most 500 characters; empty without it.

        Raises :class:`TokenIncomplete` for anything else.
        """
        value = self.other.get(name)
        return "" if value is None else _text(self.other, name)


def key_id(token: str) -> str | None:
    """Which key the token says it is signed with; nothing is verified yet.

    Raises :class:`TokenMalformed`.
    """
    kid = _header(token).get("kid")
    if kid is None:
        return None
    if not isinstance(kid, str) or len(kid) > _LONGEST_CLAIM:
        raise TokenMalformed
    return kid


def verify(token: str, keys: tuple[Key, ...], expected: Expected, *, moment: datetime) -> Claims:
    """What the token says, if one of the keys signed it and it is meant for here and now.

    Whether it has served before is for the caller to see. Raises a
    :class:`~fruitful.domain.sign_in_errors.TokenRefused`.
    """
    header = _header(token)
    key = _key(keys, key_id(token))
    if header.get("alg") not in _algorithms(key) or "crit" in header:
        raise TokenAlgorithmRefused
    try:
        claims = jwt.decode(token, key, algorithms=[header["alg"]]).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenSignatureWrong from error
    _check_parties(claims, expected)
    expires_at = _check_times(claims, moment)
    return Claims(
        subject=_text(claims, "sub"),
        token_id=_text(claims, "jti"),
        good_until=expires_at + LEEWAY,
        other=claims,
    )


def _header(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3 or not token.isascii():
        raise TokenMalformed
    try:
        padded = parts[0] + "=" * (-len(parts[0]) % 4)
        header = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenMalformed from error
    if not isinstance(header, dict):
        raise TokenMalformed
    return header


def _key(keys: tuple[Key, ...], kid: str | None) -> Key:
    if kid is None or (len(keys) == 1 and keys[0].kid is None):
        # A publisher with one key need not name it; with several, trying each would let a
        # forgotten one sign.
        if len(keys) != 1:
            raise TokenKeyUnknown
        return keys[0]
    named = [key for key in keys if key.kid == kid]
    if len(named) != 1:
        raise TokenKeyUnknown
    return named[0]


def _algorithms(key: Key) -> tuple[str, ...]:
    if isinstance(key, OKPKey):
        return ("EdDSA", "Ed25519")
    return ("ES256",) if isinstance(key, ECKey) else ("HS256",)


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if _text(claims, "iss") != expected.issuer:
        raise TokenIssuerWrong
    audience = claims.get("aud")
    if audience is None:
        raise TokenIncomplete(claim="aud")
    if expected.audience not in (audience if isinstance(audience, list) else [audience]):
        raise TokenAudienceWrong


def _check_times(claims: Mapping[str, Any], moment: datetime) -> datetime:
    expires_at = _moment(claims, "exp")
    if moment >= expires_at + LEEWAY:
        raise TokenExpired
    for claim in ("iat", "nbf"):
        if claim in claims and _moment(claims, claim) > moment + LEEWAY:
            raise TokenNotYetValid
    issued_at = _moment(claims, "iat") if "iat" in claims else moment
    if expires_at - issued_at > LONGEST_LIFE + LEEWAY:
        raise TokenLivesTooLong
    return expires_at


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TokenIncomplete(claim=name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TokenIncomplete(claim=name) from error


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_CLAIM:
        raise TokenIncomplete(claim=name)
    if not is_readable(value):
        raise TokenIncomplete(claim=name)
    return value
