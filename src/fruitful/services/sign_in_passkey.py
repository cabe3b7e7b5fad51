"""Readers who sign in with a passkey (Web Authentication Level 3): no password, nothing to send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fruitful.domain.conversation import Site
from fruitful.domain.identity import new_token
from fruitful.domain.sign_in import SignedIn, SignInAttempt, SignInMethod, VerifiedIdentity
from fruitful.domain.sign_in_errors import PasskeyRefused, SignInNotOffered, SignInUnfinished
from fruitful.services.limits import Pace, allow
from fruitful.services.readers import clean_name, recognise
from fruitful.services.sign_in import begin_attempt, finish_attempt, sign_in
from fruitful.services.site_sign_in import site_by_slug
from fruitful.services.world import World
from fruitful.storage import passkeys, reader_sessions, sites
from fruitful.storage.passkeys import StoredPasskey


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """This server as a browser knows it: passkeys are bound to its host."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who is about to make a passkey, or (without a ``name``) to use one."""

    site_slug: str
    name: str | None = None
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What the browser's own dialogue is opened with, and the secret that the browser keeps."""

    options: Mapping[str, Any]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the device answered, as JSON by Web Authentication, section 5.1."""

    credential: dict[str, Any]
    secret: str | None
    browser_token: str | None = None


async def challenge_for(world: World, party: RelyingParty, asked: Asked) -> Challenge:
    """Begin to make a passkey for the name, or to use one.

    Raises :class:`SignInNotOffered` and :class:`~fruitful.domain.errors.InvalidName`.
    """
    limit = world.limits.reader_sign_ins_per_minute
    await allow(world, Pace(f"passkey:{asked.address_hash}", limit, timedelta(minutes=1)))
    site = await site_by_slug(world, asked.site_slug)
    if not site.options.sign_in_passkey:
        raise SignInNotOffered
    subject = new_token()
    name = None if asked.name is None else clean_name(asked.name)
    options: Any
    if name is None:
        options = generate_authentication_options(
            rp_id=party.host, user_verification=UserVerificationRequirement.PREFERRED
        )
    else:
        options = generate_registration_options(
            rp_id=party.host,
            rp_name=site.name,
            user_name=name,
            user_id=subject.encode(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    payload = {
        "challenge": bytes_to_base64url(options.challenge),
        "subject": subject,
        "name": name,
    }
    async with world.database.transaction() as connection:
        secret, _ = await begin_attempt(connection, world, site.id, SignInMethod.PASSKEY, payload)
    return Challenge(options=json.loads(options_to_json(options)), secret=secret)


async def answer_challenge(
    world: World, party: RelyingParty, answered: Answered
) -> tuple[SignedIn, Site]:
    """Check what the device answered, and open the reader's sitting. A new passkey belongs to
    whom the browser is already, guest or signed in, and otherwise to a new reader.

    Raises :class:`SignInUnfinished` for another browser, a second use or a late one, and
    :class:`PasskeyRefused` where the answer does not hold.
    """
    async with world.database.transaction() as connection:
        attempt = await finish_attempt(
            connection, world, SignInMethod.PASSKEY, answered.secret or ""
        )
        site = await sites.by_id(connection, attempt.site_id) if attempt else None
    if attempt is None or site is None:
        raise SignInUnfinished
    async with world.database.transaction() as connection:
        if attempt.payload["name"] is None:
            subject = await _used(connection, world, party, (answered, attempt))
        else:
            subject = await _made(connection, world, party, (answered, attempt))
        identity = VerifiedIdentity(
            method=SignInMethod.PASSKEY, subject=subject, name=attempt.payload["name"] or ""
        )
        signed = await sign_in(connection, world, site, identity, answered.browser_token)
    return signed, site


async def _made(
    connection: AsyncConnection,
    world: World,
    party: RelyingParty,
    given: tuple[Answered, SignInAttempt],
) -> str:
    answered, attempt = given
    try:
        made = verify_registration_response(
            credential=answered.credential,
            expected_challenge=base64url_to_bytes(attempt.payload["challenge"]),
            expected_rp_id=party.host,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    subject = cast(str, attempt.payload["subject"])
    reader = await recognise(connection, world, attempt.site_id, answered.browser_token)
    if reader is not None and not reader.is_guest:
        # Another way for somebody who is signed in already.
        identity = VerifiedIdentity(method=SignInMethod.PASSKEY, subject=subject)
        await reader_sessions.vouch(connection, reader.id, identity, attempt.site_id)
    passkey = StoredPasskey(
        credential_id=made.credential_id,
        site_id=attempt.site_id,
        subject=subject,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    await passkeys.add(connection, passkey, moment=world.clock())
    return subject


async def _used(
    connection: AsyncConnection,
    world: World,
    party: RelyingParty,
    given: tuple[Answered, SignInAttempt],
) -> str:
    answered, attempt = given
    try:
        credential_id = base64url_to_bytes(answered.credential["id"])
        passkey = await passkeys.by_id(connection, attempt.site_id, credential_id)
        if passkey is None:
            raise PasskeyRefused
        verified = verify_authentication_response(
            credential=answered.credential,
            expected_challenge=base64url_to_bytes(attempt.payload["challenge"]),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    await passkeys.used(
        connection, credential_id, sign_count=verified.new_sign_count, moment=world.clock()
    )
    return passkey.subject
