"""Readers with an account at the publisher's: known by a short-lived token that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from joserfc.jwk import OctKey
from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Badge, Site
from fruitful.domain.errors import InvalidEmail
from fruitful.domain.identity import token_hash
from fruitful.domain.sign_in import SignedIn, SignInMethod, SiteKeyKind, VerifiedIdentity
from fruitful.domain.sign_in_errors import (
    SignInNotOffered,
    TokenEventWrong,
    TokenIncomplete,
    TokenReplayed,
)
from fruitful.services.accounts import erase_account, rename_reader
from fruitful.services.key_sets import parse_key_set
from fruitful.services.limits import Pace, allow
from fruitful.services.readers import check_email, clean_name
from fruitful.services.sign_in import sign_in
from fruitful.services.signed_tokens import Claims, Expected, Key, key_id, verify
from fruitful.services.site_sign_in import site_by_slug
from fruitful.services.world import World
from fruitful.storage import reader_sessions, readers, site_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A token that a browser, or the publisher's server, presents for a site.

    ``browser_token`` is what the browser held before: its guest becomes the account.
    """

    token: str
    site_slug: str
    browser_token: str | None = None
    address_hash: str = ""


async def sign_in_by_token(world: World, presented: Presented) -> SignedIn:
    """Open a sitting for the account that the token names, for as long as the token is good.

    The claims ``iss``, ``aud``, ``exp``, ``jti``, ``sub`` and ``name`` are required, ``email``,
    ``email_verified`` and ``badge`` (``staff`` or ``author``) are not. A token serves once.
    Raises :class:`SignInNotOffered`, a :class:`~fruitful.domain.sign_in_errors.TokenRefused`, or
    :class:`~fruitful.domain.sign_in_errors.SignInKeysUnavailable`.
    """
    limit = world.limits.reader_sign_ins_per_minute
    await allow(world, Pace(f"token:{presented.address_hash}", limit, timedelta(minutes=1)))
    site, claims = await _verified(world, presented)
    if "event" in claims.other:
        raise TokenEventWrong
    identity = _identity(claims)
    async with world.database.transaction() as connection:
        await _use_up(connection, site, claims)
        return await sign_in(connection, world, site, identity, presented.browser_token)


async def account_changed(world: World, presented: Presented) -> None:
    """Follow what became of an account at the publisher's, as a token with the claim ``event``
    tells: ``deleted``, ``renamed`` (with ``name``) or ``signed_out`` (in every browser).

    An account that never commented is no error. Raises as `sign_in_by_token` does.
    """
    site, claims = await _verified(world, presented)
    event = claims.text("event")
    if event not in ("deleted", "renamed", "signed_out"):
        raise TokenEventWrong
    name = clean_name(claims.text("name")) if event == "renamed" else ""
    async with world.database.transaction() as connection:
        await _use_up(connection, site, claims)
        await reader_sessions.lock_subject(connection, site.id, SignInMethod.JWT, claims.subject)
        reader_id = await reader_sessions.reader_of(
            connection, site.id, SignInMethod.JWT, claims.subject
        )
        reader = await readers.by_id(connection, reader_id) if reader_id else None
        if reader is None:
            return
        if event == "deleted":
            await erase_account(connection, world, reader.id)
        elif event == "signed_out":
            await reader_sessions.close_all(connection, reader.id)
        elif name != reader.name:
            await rename_reader(connection, world, reader, name)


async def _verified(world: World, presented: Presented) -> tuple[Site, Claims]:
    site = await site_by_slug(world, presented.site_slug)
    if not site.options.sign_in_jwt:
        raise SignInNotOffered
    async with world.database.reading() as connection:
        kept = await site_keys.of_site(connection, site.id)
    issuer = kept.get(SiteKeyKind.JWT_ISSUER)
    if issuer is None:
        raise SignInNotOffered
    keys: tuple[Key, ...]
    if url := kept.get(SiteKeyKind.JWT_JWKS_URL):
        keys = await world.key_sets.at(url, key_id(presented.token))
    elif text := kept.get(SiteKeyKind.JWT_JWKS):
        keys = parse_key_set(text)
    elif secret := kept.get(SiteKeyKind.JWT_SECRET):
        keys = (OctKey.import_key(secret),)
    else:
        raise SignInNotOffered
    audience = kept.get(SiteKeyKind.JWT_AUDIENCE, site.slug)
    expected = Expected(issuer=issuer, audience=audience)
    return site, verify(presented.token, keys, expected, moment=world.clock())


async def _use_up(connection: AsyncConnection, site: Site, claims: Claims) -> None:
    """In the transaction that acts on the token, so that two requests cannot both be first."""
    is_new = await reader_sessions.see_token(
        connection, site.id, token_hash(claims.token_id), expires_at=claims.good_until
    )
    if not is_new:
        raise TokenReplayed


def _identity(claims: Claims) -> VerifiedIdentity:
    name = claims.text("name")
    if not name:
        raise TokenIncomplete(claim="name")
    badge = claims.text("badge")
    if badge and badge not in set(Badge):
        raise TokenIncomplete(claim="badge")
    try:
        email = check_email(claims.text("email"))
    except InvalidEmail:
        raise TokenIncomplete(claim="email") from None
    return VerifiedIdentity(
        method=SignInMethod.JWT,
        subject=claims.subject,
        name=name,
        email=email,
        email_verified=claims.other.get("email_verified") is True,
        badge=Badge(badge) if badge else None,
        valid_until=claims.good_until,
    )
