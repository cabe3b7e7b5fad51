"""Signing in: by which ways, who was verified, and the sitting that was opened for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from fruitful.domain.conversation import Badge, Reader


class SignInMethod(StrEnum):
    """How a reader is known. A guest is known by nothing but the token in their browser."""

    GUEST = "guest"
    EMAIL = "email"
    JWT = "jwt"
    OIDC = "oidc"
    PASSKEY = "passkey"


class SiteKeyKind(StrEnum):
    """What a site keeps for its ways to sign in. Kinds in ``SECRET_KEYS`` are never shown."""

    JWT_ISSUER = "jwt_issuer"
    """The ``iss`` of the publisher's tokens."""
    JWT_AUDIENCE = "jwt_audience"
    """The ``aud`` of the publisher's tokens; the site's short name where it is not set."""
    JWT_JWKS_URL = "jwt_jwks_url"
    """Where the publisher's public keys are, as a JSON Web Key Set (RFC 7517)."""
    JWT_JWKS = "jwt_jwks"
    """The public keys themselves, for a publisher who does not serve them."""
    JWT_SECRET = "jwt_secret"  # noqa: S105 - the name of a key, not a key
    """A secret of 32 bytes or more that publisher and server share."""
    OIDC_ISSUER = "oidc_issuer"
    """The OpenID provider: its address, as it says it itself."""
    OIDC_CLIENT_ID = "oidc_client_id"
    OIDC_CLIENT_SECRET = "oidc_client_secret"  # noqa: S105 - the name of a key, not a key
    """What the provider gave this server to identify itself with."""


SECRET_KEYS = frozenset({SiteKeyKind.JWT_SECRET, SiteKeyKind.OIDC_CLIENT_SECRET})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedIdentity:
    """Somebody of whom a way to sign in has made certain who they are.

    ``subject`` is the method's own lasting id of the person, unique within site and method.
    ``name`` is how they are to be known; empty where the method does not tell. ``valid_until``
    is when what vouched for them runs out: the sitting then ends at the latest.
    """

    method: SignInMethod
    subject: str
    name: str = ""
    email: str | None = None
    email_verified: bool = False
    badge: Badge | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sitting that was just opened. Only the browser holds ``token``."""

    reader: Reader
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """What the server remembers between the two halves of signing in.

    ``payload`` is the method's own: a state, a nonce, a challenge. ``id_hash`` is the hash of a
    secret that only the browser which began holds.
    """

    id_hash: bytes
    site_id: UUID
    method: SignInMethod
    payload: dict[str, Any]
    expires_at: datetime
