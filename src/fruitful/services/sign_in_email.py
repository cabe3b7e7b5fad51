"""Readers who show that a letter reaches them: it brings a code, and a link.

The code is typed where the reader asked for it, so it works in an embedded section without
cookies or shared storage, and only in the browser that asked: nobody can ask in one browser and
have somebody else's click let them in there. The link opens a page of this server with a button,
because mail scanners open links, and lets in the browser in which the button is pressed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Site
from fruitful.domain.errors import InvalidEmail, TooManyRequests
from fruitful.domain.identity import token_hash
from fruitful.domain.letters import Letter
from fruitful.domain.sign_in import SignedIn, SignInAttempt, SignInMethod, VerifiedIdentity
from fruitful.domain.sign_in_errors import SignInCodeWrong, SignInNotOffered, SignInUnfinished
from fruitful.services.limits import Pace, allow
from fruitful.services.outgoing_mail import post
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.readers import check_email
from fruitful.services.sign_in import begin_attempt, finish_attempt, sign_in
from fruitful.services.site_sign_in import site_by_slug
from fruitful.services.world import World
from fruitful.storage import reader_sessions, sites

TRIES = 5
"""Wrong codes before an attempt is over: one in 200,000 guesses right."""
_LETTERS_PER_HOUR = 5
_CODES = 1_000_000

Words = Callable[[Site, str, str | None], tuple[str, str]]
"""Subject and text of the letter, given the site, the code and, where there is one, the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who wants to sign in with an address. ``return_to`` is the path of this server
    on which they go on after following the link."""

    email: str
    site_slug: str
    words: Words
    return_to: str = "/"
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a browser brings back: the secret that it, or the link, holds, and the code typed."""

    secret: str
    code: str = ""
    browser_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFollowed:
    """Where a link that is still good leads: which site and address it signs in, and whither."""

    site: Site
    email: str
    return_to: str


async def ask_for_letter(world: World, asked: Asked) -> tuple[str, datetime]:
    """Send a letter with a code to the address; gives the secret that the browser keeps until
    the code is typed, and when both run out.

    The answer is the same whoever the address belongs to, and when it has had its five letters
    for the hour, so that it tells nothing. Raises :class:`SignInNotOffered`,
    :class:`~fruitful.domain.errors.InvalidEmail`, and
    :class:`~fruitful.domain.errors.TooManyRequests` for one sender's many letters.
    """
    site = await site_by_slug(world, asked.site_slug)
    if not site.options.sign_in_email or world.mailer is None:
        raise SignInNotOffered
    email = check_email(asked.email)
    if email is None:
        raise InvalidEmail
    limit = world.limits.sign_ins_per_quarter_hour
    await allow(world, Pace(f"letter:{asked.address_hash}", limit, timedelta(minutes=15)))
    is_sent = await _may_have_letter(world, site, email)
    code = f"{secrets.randbelow(_CODES):06}"
    payload = {"email": email, "return_to": asked.return_to}
    async with world.database.transaction() as connection:
        # Both halves are stored whether or not a letter goes out, so that neither takes longer.
        link, _ = await _begin(connection, world, site, {**payload, "kind": "link"})
        by_code = {**payload, "kind": "code", "link": token_hash(link).hex(), "code": ""}
        by_code["code"] = _digest(world, by_code["link"], code)
        secret, expires_at = await _begin(connection, world, site, by_code)
        if is_sent:
            subject, text = asked.words(site, code, _address(world, link))
            await post(connection, world, Letter(recipient=email, subject=subject, text=text))
    return secret, expires_at


async def sign_in_by_code(world: World, answered: Answered) -> SignedIn:
    """Open a sitting for the address that the code was sent to.

    Raises :class:`SignInCodeWrong`, five times at most, and then, as for an attempt that is over
    or never was, :class:`SignInUnfinished`.
    """
    id_hash = token_hash(answered.secret)
    async with world.database.transaction() as connection:
        attempt = await _known(connection, world, answered.secret, "code")
        if attempt is None:
            raise SignInUnfinished
        # Counted before it is compared, and in a transaction that commits whatever comes of it,
        # so that guesses sent all at once are counted one by one.
        tries = await reader_sessions.count_try(connection, id_hash)
    if tries > TRIES:
        raise SignInUnfinished
    given = _digest(world, str(attempt.payload["link"]), "".join(answered.code.split()))
    if not hmac.compare_digest(given, str(attempt.payload["code"])):
        raise SignInCodeWrong(tries_left=TRIES - tries)
    async with world.database.transaction() as connection:
        if await finish_attempt(connection, world, SignInMethod.EMAIL, answered.secret) is None:
            raise SignInUnfinished
        link = bytes.fromhex(str(attempt.payload["link"]))
        await reader_sessions.finish(connection, SignInMethod.EMAIL, link, moment=world.clock())
        return await _let_in(connection, world, attempt, answered.browser_token)


async def link_followed(world: World, secret: str) -> LinkFollowed:
    """What the link of a letter is about; it is not used up by this.

    Raises :class:`SignInUnfinished` for one that has served or run out.
    """
    async with world.database.reading() as connection:
        attempt = await _known(connection, world, secret, "link")
        site = await sites.by_id(connection, attempt.site_id) if attempt else None
    if attempt is None or site is None:
        raise SignInUnfinished
    return LinkFollowed(
        site=site,
        email=str(attempt.payload["email"]),
        return_to=str(attempt.payload["return_to"]),
    )


async def sign_in_by_link(world: World, answered: Answered) -> tuple[SignedIn, str]:
    """Open a sitting where the link's button was pressed; gives the path to go on, too.

    Raises :class:`SignInUnfinished`.
    """
    async with world.database.transaction() as connection:
        attempt = await _known(connection, world, answered.secret, "link")
        if attempt is None:
            raise SignInUnfinished
        if await finish_attempt(connection, world, SignInMethod.EMAIL, answered.secret) is None:
            raise SignInUnfinished
        signed = await _let_in(connection, world, attempt, answered.browser_token)
    return signed, str(attempt.payload["return_to"])


async def _may_have_letter(world: World, site: Site, email: str) -> bool:
    """Whether the address has not had too many letters this hour, from anybody."""
    # Rates are no place for addresses, and a plain hash of one can be guessed.
    whose = hmac.digest(world.secret, f"{site.id}|{email.lower()}".encode(), "sha256").hex()[:32]
    try:
        await allow(world, Pace(f"letter/to:{whose}", _LETTERS_PER_HOUR, timedelta(hours=1)))
    except TooManyRequests:
        return False
    return True


async def _begin(
    connection: AsyncConnection, world: World, site: Site, payload: dict[str, Any]
) -> tuple[str, datetime]:
    return await begin_attempt(connection, world, site.id, SignInMethod.EMAIL, payload)


async def _known(
    connection: AsyncConnection, world: World, secret: str, kind: str
) -> SignInAttempt | None:
    attempt = await reader_sessions.look_up(
        connection, SignInMethod.EMAIL, token_hash(secret), moment=world.clock()
    )
    return attempt if attempt and attempt.payload.get("kind") == kind else None


async def _let_in(
    connection: AsyncConnection,
    world: World,
    attempt: SignInAttempt,
    browser_token: str | None,
) -> SignedIn:
    site = await sites.by_id(connection, attempt.site_id)
    if site is None:
        raise UnknownSite
    email = str(attempt.payload["email"])
    identity = VerifiedIdentity(
        method=SignInMethod.EMAIL, subject=email.lower(), email=email, email_verified=True
    )
    return await sign_in(connection, world, site, identity, browser_token)


def _digest(world: World, link_hash: str, code: str) -> str:
    """What is kept of a code. Six figures can be tried out, so the hash is keyed."""
    said = f"{link_hash}|{code}".encode("utf-8", "surrogatepass")
    return hmac.new(world.secret, said, hashlib.sha256).hexdigest()


def _address(world: World, secret: str) -> str | None:
    return f"{world.public_url}/sign-in/email/{secret}" if world.public_url else None
