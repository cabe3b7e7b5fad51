"""A reader signs in, by whichever way has made certain who they are; and out again.

Every way (e-mail, the publisher's tokens, OpenID Connect, passkeys) proves a person in its own
use case, which ends with `sign_in` inside its own transaction. What a way must remember between
its two halves it keeps with `begin_attempt` and takes back, once, with `finish_attempt`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Reader, Site
from fruitful.domain.errors import InvalidName, SessionExpired
from fruitful.domain.identity import new_token, token_hash
from fruitful.domain.sign_in import SignedIn, SignInAttempt, SignInMethod, VerifiedIdentity
from fruitful.domain.sign_in_errors import NameTaken
from fruitful.services.accounts import rename_reader, set_badge
from fruitful.services.names import Wish, check_name, name_key
from fruitful.services.readers import SESSION_PREFIX, clean_name, recognise
from fruitful.services.world import World
from fruitful.storage import merging, reader_sessions, readers
from fruitful.storage.reader_sessions import StoredSession

SIGNED_IN_FOR = timedelta(days=30)
"""How long a sitting lasts after it was last renewed."""
ATTEMPT_LASTS = timedelta(minutes=15)


async def sign_in(
    connection: AsyncConnection,
    world: World,
    site: Site,
    identity: VerifiedIdentity,
    browser_token: str | None = None,
) -> SignedIn:
    """Open a sitting for the person on the site, in the caller's transaction.

    Who signs in for the first time becomes a reader; in a browser where they were a guest
    (``browser_token``), that guest. Later the guest's comments, reports and respect become
    theirs. A name or badge that has changed since is changed everywhere. The sitting lasts 30
    days, or until ``identity.valid_until`` where that comes first; its token is good on this
    site only.
    """
    await reader_sessions.lock_subject(connection, site.id, identity.method, identity.subject)
    identity = await _allowed(connection, world, site, identity)
    guest = await _guest(connection, world, site.id, browser_token)
    known = await reader_sessions.reader_of(connection, site.id, identity.method, identity.subject)
    reader = await readers.by_id(connection, known) if known else None
    if reader is None:
        reader = await _first_time(connection, world, site, (identity, guest))
    else:
        if guest:
            await reader_sessions.close_all(connection, guest.id)
            await merging.merge(connection, guest.id, reader.id)
        reader = await _as_it_is_now(connection, world, reader, identity)
    if identity.email and identity.email_verified:
        await readers.set_email(connection, reader.id, identity.email)
    await reader_sessions.vouch(connection, reader.id, identity, site.id)
    return await _open(connection, world, reader, identity)


async def sign_out(world: World, token: str | None) -> None:
    """End the sitting, so that its token is worth nothing from now on. A guest stays a guest:
    without their token their comments would be nobody's."""
    if token and token.startswith(SESSION_PREFIX):
        async with world.database.transaction() as connection:
            await reader_sessions.close_session(connection, token_hash(token))


async def sitting(world: World, site_id: UUID | None, token: str | None) -> Reader | None:
    """Who holds the token on the site, guest or signed in; ``None`` for a stranger."""
    async with world.database.reading() as connection:
        return await recognise(connection, world, site_id, token)


async def renew(world: World, token: str | None) -> Reader:
    """Let the sitting last another 30 days from now. One that rests on the publisher's token
    cannot be renewed here: it takes a new token of theirs.

    Raises :class:`~fruitful.domain.errors.SessionExpired` where there is nothing to renew.
    """
    moment = world.clock()
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, token)
        if token is None or reader is None or reader.signed_in_until is None:
            raise SessionExpired
        if reader.method == SignInMethod.JWT:
            return reader
        until = moment + SIGNED_IN_FOR
        await reader_sessions.prolong(connection, token_hash(token), until=until, day=moment.date())
    return replace(reader, signed_in_until=until)


async def begin_attempt(
    connection: AsyncConnection,
    world: World,
    site_id: UUID,
    method: SignInMethod,
    payload: dict[str, Any],
) -> tuple[str, datetime]:
    """Remember what the second half of signing in needs; gives the secret by which the browser
    that began is known, and when it runs out (15 minutes)."""
    secret = new_token()
    attempt = SignInAttempt(
        id_hash=token_hash(secret),
        site_id=site_id,
        method=method,
        payload=payload,
        expires_at=world.clock() + ATTEMPT_LASTS,
    )
    await reader_sessions.begin(connection, attempt)
    return secret, attempt.expires_at


async def finish_attempt(
    connection: AsyncConnection, world: World, method: SignInMethod, secret: str
) -> SignInAttempt | None:
    """What was remembered, once; ``None`` if it has served, has run out or never was."""
    return await reader_sessions.finish(
        connection, method, token_hash(secret), moment=world.clock()
    )


async def _guest(
    connection: AsyncConnection, world: World, site_id: UUID, token: str | None
) -> Reader | None:
    """The guest that this browser is, if no way to sign in leads to them."""
    reader = await recognise(connection, world, site_id, token)
    if reader is None or not reader.is_guest:
        return None
    return None if await reader_sessions.is_vouched_for(connection, reader.id) else reader


async def _first_time(
    connection: AsyncConnection,
    world: World,
    site: Site,
    who: tuple[VerifiedIdentity, Reader | None],
) -> Reader:
    identity, guest = who
    if guest is None:
        new = Reader(id=world.new_id(), site_id=site.id, name=_name(identity), badge=identity.badge)
        await readers.add_account(
            connection, new, created_at=world.clock(), name_key=name_key(new.name)
        )
        return new
    # What they wrote as a guest keeps the name they chose for it: signing in must not tell
    # everybody who a guest was.
    name = _name(identity) or guest.name
    await readers.rename(connection, guest.id, name, name_key=name_key(name))
    await readers.set_badge(connection, guest.id, identity.badge)
    # From here on only signing in leads to them, not the guest's token.
    await reader_sessions.close_all(connection, guest.id)
    return replace(guest, name=name, badge=identity.badge)


async def _as_it_is_now(
    connection: AsyncConnection, world: World, reader: Reader, identity: VerifiedIdentity
) -> Reader:
    name = _name(identity) or reader.name
    if name != reader.name:
        await rename_reader(connection, world, reader, name)
    if identity.badge is not reader.badge:
        await set_badge(connection, world, reader, identity.badge)
    return replace(reader, name=name, badge=identity.badge)


async def _allowed(
    connection: AsyncConnection, world: World, site: Site, identity: VerifiedIdentity
) -> VerifiedIdentity:
    """The identity with its name, or without one that would have others mistaken: then the reader
    chooses. The publisher answers for its own accounts, and is told of one that poses as staff."""
    name = _name(identity)
    if not name:
        return identity
    is_publishers = identity.method is SignInMethod.JWT
    wish = Wish(
        name=name,
        reader_id=await reader_sessions.reader_of(
            connection, site.id, identity.method, identity.subject
        ),
        badge=identity.badge,
        is_vouched_for=is_publishers,
    )
    try:
        await check_name(connection, world, site, wish)
    except NameTaken:
        if is_publishers:
            raise
        return replace(identity, name="")
    return identity


def _name(identity: VerifiedIdentity) -> str:
    """The name as it can be shown; empty where there is none, and the reader has to choose."""
    try:
        return clean_name(identity.name)
    except InvalidName:
        return ""


async def _open(
    connection: AsyncConnection, world: World, reader: Reader, identity: VerifiedIdentity
) -> SignedIn:
    moment = world.clock()
    ends = [moment + SIGNED_IN_FOR, *([identity.valid_until] if identity.valid_until else [])]
    token = SESSION_PREFIX + new_token()
    session = StoredSession(
        token_hash=token_hash(token),
        reader_id=reader.id,
        site_id=reader.site_id,
        method=identity.method,
        created_at=moment,
        expires_at=min(ends),
    )
    await reader_sessions.open_session(connection, session)
    signed_in = replace(reader, method=identity.method, signed_in_until=min(ends))
    return SignedIn(reader=signed_in, token=token, expires_at=min(ends))
