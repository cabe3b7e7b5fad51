"""Who the moderators are, and how they sign in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fruitful.domain.conversation import Moderator
from fruitful.domain.errors import (
    EmailTaken,
    InvalidEmail,
    SignInFailed,
    UnreadableText,
    WeakPassword,
)
from fruitful.domain.identity import new_token, token_hash
from fruitful.domain.readable import is_readable
from fruitful.services.limits import Pace, allow
from fruitful.services.readers import check_email, clean_name
from fruitful.services.world import World
from fruitful.storage import moderators
from fruitful.storage.moderators import Credentials

SIGNED_IN_FOR = timedelta(hours=12)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
"""More than anybody types; hashing is deliberately slow, so its input needs a bound."""

_WINDOW = timedelta(minutes=15)
_ACCOUNT_FACTOR = 3
"""An account may be tried from several addresses; strangers must not lock its owner out quickly."""

# argon2id with the library's defaults, which are RFC 9106's second recommendation (64 MiB).
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody typed, and the keyed hash of the address they typed it at."""

    email: str
    password: str
    address_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A moderator's sign-in. Only its holder ever has the token."""

    moderator: Moderator
    token: str
    expires_at: datetime


async def add_moderator(world: World, name: str, email: str, password: str) -> Moderator:
    """Let somebody moderate.

    Raises :class:`InvalidName`, :class:`InvalidEmail`, :class:`WeakPassword` (12 to 200
    characters) or :class:`EmailTaken`.
    """
    address = check_email(email)
    if address is None:
        raise InvalidEmail
    _check_password(password)
    moderator = Moderator(id=world.new_id(), name=clean_name(name), email=address.lower())
    credentials = Credentials(
        moderator=moderator, password_hash=await asyncio.to_thread(_HASHER.hash, password)
    )
    async with world.database.transaction() as connection:
        if not await moderators.add(connection, credentials, created_at=world.clock()):
            raise EmailTaken
    return moderator


async def sign_in(world: World, attempt: SignIn) -> SignedIn:
    """Check the password and open a session of 12 hours.

    Raises :class:`SignInFailed`, after the same work whether the account exists or not, and
    :class:`TooManyRequests` after too many attempts from one address or on one account.
    """
    email = attempt.email.strip().lower()
    await _keep_pace(world, email, attempt.address_hash)
    async with world.database.reading() as connection:
        is_possible = is_readable(email)
        known = await moderators.credentials_of(connection, email) if is_possible else None
    stored = known.password_hash if known else None
    matches = await asyncio.to_thread(_verifies, stored, attempt.password)
    if known is None or not matches:
        raise SignInFailed
    return await _open_session(world, known, attempt.password)


async def sign_out(world: World, token: str | None) -> None:
    """Forget the sign-in, so that its token is worth nothing from now on."""
    if token:
        async with world.database.transaction() as connection:
            await moderators.close_session(connection, token_hash(token))


async def moderator_of(world: World, token: str | None) -> Moderator | None:
    """Whose session it is; ``None`` without one, or when it has run out."""
    if not token:
        return None
    async with world.database.reading() as connection:
        return await moderators.by_session(connection, token_hash(token), moment=world.clock())


async def every_moderator(world: World) -> tuple[Moderator, ...]:
    """All moderators, by name."""
    async with world.database.reading() as connection:
        return await moderators.everyone(connection)


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword
    if len(password) > LONGEST_PASSWORD:
        raise WeakPassword(f"A password has at most {LONGEST_PASSWORD} characters.")
    if not is_readable(password):
        raise UnreadableText


async def _keep_pace(world: World, email: str, address_hash: str) -> None:
    limit = world.limits.sign_ins_per_quarter_hour
    await allow(world, Pace(f"sign-in:{address_hash}", limit, _WINDOW))
    # Rates are no place for e-mail addresses, so the account goes by a hash of its own.
    account = token_hash(email).hex()[:32]
    await allow(world, Pace(f"sign-in/account:{account}", limit * _ACCOUNT_FACTOR, _WINDOW))


@cache
def _nobodys_hash() -> str:
    """Verified where there is no account, so that an answer takes as long as where there is."""
    return _HASHER.hash(new_token())


def _verifies(stored: str | None, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD or not is_readable(password):
        return False
    try:
        return _HASHER.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False


async def _open_session(world: World, known: Credentials, password: str) -> SignedIn:
    moment, token = world.clock(), new_token()
    async with world.database.transaction() as connection:
        if _HASHER.check_needs_rehash(known.password_hash):
            renewed = await asyncio.to_thread(_HASHER.hash, password)
            await moderators.set_password_hash(connection, known.moderator.id, renewed)
        await moderators.open_session(
            connection,
            known.moderator.id,
            token_hash(token),
            created_at=moment,
            expires_at=moment + SIGNED_IN_FOR,
        )
    return SignedIn(moderator=known.moderator, token=token, expires_at=moment + SIGNED_IN_FOR)
