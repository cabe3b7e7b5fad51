"""Readers who sign in at an OpenID Connect provider (Core 1.0, authorisation code with PKCE)."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError

from fruitful.domain.conversation import Site
from fruitful.domain.errors import InvalidEmail
from fruitful.domain.identity import new_token
from fruitful.domain.readable import is_readable
from fruitful.domain.sign_in import (
    SignedIn,
    SignInAttempt,
    SignInMethod,
    SiteKeyKind,
    VerifiedIdentity,
)
from fruitful.domain.sign_in_errors import (
    ProviderRefused,
    ProviderUnavailable,
    SignInNotOffered,
    SignInUnfinished,
)
from fruitful.services.key_sets import fetch
from fruitful.services.limits import Pace, allow
from fruitful.services.openid_providers import Provider
from fruitful.services.readers import check_email
from fruitful.services.sign_in import begin_attempt, finish_attempt, sign_in
from fruitful.services.site_sign_in import site_by_slug
from fruitful.services.world import World
from fruitful.storage import site_keys, sites

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""Signatures that only the provider can make. HS256 and ``none`` are not among them."""
LEEWAY = timedelta(seconds=60)
_TIMEOUT_SECONDS = 5.0
_SCOPE = "openid profile email"
_LONGEST_SUBJECT = 255
"""Characters; OpenID Connect Core 1.0, section 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A reader who is about to be sent to the provider.

    ``callback`` is this server's address to which the provider sends them back, ``return_to`` the
    path where they then go on, and ``in_popup`` that a page of the publisher waits for them.
    """

    site_slug: str
    callback: str
    return_to: str
    in_popup: bool = False
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where to send the reader, and the secret that their browser keeps meanwhile."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A reader who came back, with what the provider put into the address.

    ``secret`` is what their browser kept; ``browser_token`` the guest that it is.
    """

    secret: str | None
    answer: Mapping[str, str]
    browser_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A reader who is signed in, and where they wanted to go."""

    signed_in: SignedIn
    site: Site
    return_to: str
    in_popup: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Client:
    """This server, as the provider knows it."""

    issuer: str
    id: str
    secret: str


async def begin_at_provider(world: World, beginning: Beginning) -> Departure:
    """Send the reader to the site's provider.

    Raises :class:`SignInNotOffered` and :class:`ProviderUnavailable`.
    """
    limit = world.limits.reader_sign_ins_per_minute
    await allow(world, Pace(f"oidc:{beginning.address_hash}", limit, timedelta(minutes=1)))
    site = await site_by_slug(world, beginning.site_slug)
    client = await _client_of(world, site)
    provider = await world.openid_providers.of(client.issuer)
    state, nonce, verifier = new_token(), new_token(), new_token()
    async with _oauth(client, beginning.callback) as oauth:
        url, _ = oauth.create_authorization_url(
            provider.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    payload = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "callback": beginning.callback,
        "return_to": beginning.return_to,
        "in_popup": beginning.in_popup,
    }
    async with world.database.transaction() as connection:
        secret, _ = await begin_attempt(connection, world, site.id, SignInMethod.OIDC, payload)
    return Departure(url=url, secret=secret)


async def finish_at_provider(world: World, back: Return) -> Arrival:
    """Have the provider confirm who came back, and open their sitting.

    Raises :class:`SignInUnfinished` for another browser, a second use or a late one,
    :class:`ProviderRefused` where the provider does not vouch for the reader or its word does not
    hold, and :class:`ProviderUnavailable`.
    """
    async with world.database.transaction() as connection:
        attempt = await finish_attempt(connection, world, SignInMethod.OIDC, back.secret or "")
        site = await sites.by_id(connection, attempt.site_id) if attempt else None
    if attempt is None or site is None:
        raise SignInUnfinished
    if not hmac.compare_digest(back.answer.get("state", ""), attempt.payload["state"]):
        raise SignInUnfinished
    client = await _client_of(world, site)
    provider = await world.openid_providers.of(client.issuer)
    _check_sender(provider, back.answer)
    granted = await _redeem(provider, client, attempt, back.answer["code"])
    provider = await world.openid_providers.of(client.issuer, kid=_key_id(granted.id_token))
    claims = _verified(granted.id_token, provider, client, attempt, moment=world.clock())
    claims = await _completed(claims, provider, granted)
    async with world.database.transaction() as connection:
        signed = await sign_in(connection, world, site, _identity(claims), back.browser_token)
    return Arrival(
        signed_in=signed,
        site=site,
        return_to=attempt.payload["return_to"],
        in_popup=attempt.payload["in_popup"],
    )


async def _client_of(world: World, site: Site) -> _Client:
    async with world.database.reading() as connection:
        keys = await site_keys.of_site(connection, site.id)
    try:
        client = _Client(
            issuer=keys[SiteKeyKind.OIDC_ISSUER],
            id=keys[SiteKeyKind.OIDC_CLIENT_ID],
            secret=keys[SiteKeyKind.OIDC_CLIENT_SECRET],
        )
    except KeyError:
        raise SignInNotOffered from None
    if not site.options.sign_in_oidc:
        raise SignInNotOffered
    return client


@dataclass(frozen=True, slots=True, kw_only=True)
class _Granted:
    """What the provider gave for the code."""

    id_token: str
    access_token: str


def _oauth(client: _Client, callback: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        client.id,
        client.secret,
        scope=_SCOPE,
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=_TIMEOUT_SECONDS,
    )


def _check_sender(provider: Provider, answer: Mapping[str, str]) -> None:
    issuer = answer.get("iss")
    if (issuer is None and provider.names_itself) or issuer not in (None, provider.issuer):
        raise ProviderRefused
    if "code" not in answer:
        raise ProviderRefused


async def _redeem(
    provider: Provider, client: _Client, attempt: SignInAttempt, code: str
) -> _Granted:
    try:
        async with _oauth(client, attempt.payload["callback"]) as oauth:
            answer = await oauth.fetch_token(
                provider.token_endpoint, code=code, code_verifier=attempt.payload["verifier"]
            )
    except (httpx2.HTTPError, OSError) as error:
        raise ProviderUnavailable from error
    except (AuthlibBaseError, ValueError) as error:
        raise ProviderRefused from error
    token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str) or not isinstance(access, str):
        raise ProviderRefused
    return _Granted(id_token=token, access_token=access)


async def _completed(
    claims: Mapping[str, Any], provider: Provider, granted: _Granted
) -> Mapping[str, Any]:
    """The claims with the name, which some providers tell only when asked for it.

    A provider that does not answer costs the name, not the sign-in.
    """
    if "name" in claims or provider.userinfo_endpoint is None:
        return claims
    bearer = {"Authorization": f"Bearer {granted.access_token}"}
    try:
        about = json.loads(await fetch(provider.userinfo_endpoint, headers=bearer))
        # By OpenID Connect Core 1.0, section 5.3.2, what is said of somebody else is worth nothing.
        is_theirs = isinstance(about, dict) and about.get("sub") == claims.get("sub")
    except (httpx2.HTTPError, OSError, ValueError):
        is_theirs = False
    return {**about, **claims} if is_theirs else claims


def _key_id(token: str) -> str | None:
    """The key that the token names; nothing is verified yet."""
    try:
        head = token.split(".")[0]
        kid = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError, RecursionError):
        raise ProviderRefused from None
    return kid if isinstance(kid, str) else None


def _verified(
    token: str, provider: Provider, client: _Client, attempt: SignInAttempt, *, moment: datetime
) -> Mapping[str, Any]:
    """What the ID token says, checked by OpenID Connect Core 1.0, section 3.1.3.7."""
    try:
        claims = jwt.decode(token, provider.keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise ProviderRefused from error
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    holds = (
        claims.get("iss") == provider.issuer
        and client.id in audiences
        and (len(audiences) == 1 or claims.get("azp") == client.id)
        and claims.get("azp", client.id) == client.id
        and claims.get("nonce") == attempt.payload["nonce"]
        and _moment(claims, "exp") > moment - LEEWAY
        and _moment(claims, "iat") < moment + LEEWAY
    )
    if not holds:
        raise ProviderRefused
    return claims


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderRefused
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProviderRefused from error


def _identity(claims: Mapping[str, Any]) -> VerifiedIdentity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise ProviderRefused
    if not is_readable(subject):
        raise ProviderRefused
    try:
        email = check_email(_text(claims, "email"))
    except InvalidEmail:
        email = None
    names = (_text(claims, claim) for claim in ("name", "nickname", "preferred_username"))
    return VerifiedIdentity(
        method=SignInMethod.OIDC,
        subject=subject,
        name=next((name for name in names if name), ""),
        email=email,
        email_verified=email is not None and claims.get("email_verified") is True,
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and is_readable(value) else ""
