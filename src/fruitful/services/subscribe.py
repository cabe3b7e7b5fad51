"""A reader chooses what they are told outside the page, at which address, and when to stop."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.errors import InvalidEmail, LettersUnavailable, NotAllowed, UnknownLink
from fruitful.domain.identity import new_token, token_hash
from fruitful.domain.language import language_for
from fruitful.domain.notifications import (
    CONFIRM_WITHIN,
    Choice,
    Confirmation,
    Frequency,
    Preferences,
)
from fruitful.notifications.letter_writing import confirmation_letter
from fruitful.services.limits import Pace, allow
from fruitful.services.notification_links import (
    feed_token,
    preferences_token,
    reader_of_preferences,
)
from fruitful.services.outgoing_mail import post
from fruitful.services.private_links import Asker, reader_of_pass
from fruitful.services.readers import check_email, recognise
from fruitful.services.world import World
from fruitful.storage import preferences, readers, sites

_LETTERS_TO_A_MAILBOX = 3
"""A day. Nobody can have somebody else's mailbox filled with questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the asker wants to be told, at their address or at another one."""

    asker: Asker
    choice: Choice
    email: str | None = None
    address_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a reader has chosen, and the secrets of their own addresses: ``link`` of their
    preferences, which opens these for good, and ``feed``.

    ``is_unconfirmed`` says that the choice holds only once a link in a letter is opened.
    """

    preferences: Preferences
    link: str
    feed: str
    is_unconfirmed: bool = False


async def own_preferences(world: World, asker: Asker) -> Standing:
    """What the holder of the token or pass chose. Raises :class:`NotAllowed` for a stranger."""
    async with world.database.reading() as connection:
        return _standing(world, await _of_asker(connection, world, asker))


async def preferences_by_link(world: World, link: str) -> Standing:
    """What the reader chose who was given the link. Raises :class:`UnknownLink`."""
    async with world.database.reading() as connection:
        return _standing(world, await _of_link(connection, world, link))


async def choose(world: World, wish: Wish) -> Standing:
    """Follow the wish, at once where the reader's address is known to be theirs.

    Another address is asked first whether it is: until the link in that letter is opened, nothing
    changes. Raises :class:`NotAllowed` for a stranger, :class:`InvalidEmail`,
    :class:`LettersUnavailable`, and :class:`TooManyRequests`.
    """
    email = check_email(wish.email)
    async with world.database.transaction() as connection:
        before = await _of_asker(connection, world, wish.asker)
        if email in (None, before.email):
            after = await _change(connection, world, before, wish.choice)
            return _standing(world, after)
    if not world.sends_letters:
        raise LettersUnavailable
    await allow(
        world,
        Pace(
            f"confirm/sender:{wish.address_hash}",
            world.limits.confirmations_per_hour,
            timedelta(hours=1),
        ),
        Pace(f"confirm/mailbox:{_hidden(world, email)}", _LETTERS_TO_A_MAILBOX, timedelta(days=1)),
    )
    asked = Confirmation(reader_id=before.reader_id, email=email or "", choice=wish.choice)
    await _ask(world, asked, before.site_id)
    return replace(_standing(world, before), is_unconfirmed=True)


async def confirm(world: World, token: str) -> Standing:
    """The owner of an address has opened the link: it is theirs, and what was wished holds.

    Raises :class:`UnknownLink` where the link has served or run out.
    """
    moment = world.clock()
    async with world.database.transaction() as connection:
        asked = await preferences.confirmation(connection, token_hash(token), moment=moment)
        if asked is None:
            raise UnknownLink
        await readers.set_email(connection, asked.reader_id, asked.email)
        await preferences.choose(connection, asked.reader_id, asked.choice, moment=moment)
        await preferences.drop_confirmation(connection, token_hash(token))
        after = await preferences.of(connection, asked.reader_id)
        if after is None:
            raise UnknownLink
    return _standing(world, after)


async def choose_by_link(world: World, link: str, choice: Choice) -> Standing:
    """Follow the choice of whoever was given the link. Raises :class:`UnknownLink`."""
    async with world.database.transaction() as connection:
        before = await _of_link(connection, world, link)
        return _standing(world, await _change(connection, world, before, choice))


async def stop_letters(world: World, link: str) -> Standing:
    """No more letters to the reader who was given the link; doing it again changes nothing.

    Raises :class:`UnknownLink`.
    """
    async with world.database.transaction() as connection:
        before = await _of_link(connection, world, link)
        none = Choice(replies=Frequency.OFF, decisions=Frequency.OFF, language=before.language)
        return _standing(world, await _change(connection, world, before, none))


async def tell_of_replies(world: World, reader_token: str | None, language: str) -> None:
    """Tell the reader of replies from now on, if they have an address and are not told yet."""
    async with world.database.transaction() as connection:
        reader = await recognise(connection, world, None, reader_token)
        before = await preferences.of(connection, reader.id) if reader else None
        if before is None or before.email is None or before.replies is not Frequency.OFF:
            return
        choice = Choice(replies=Frequency.AT_ONCE, decisions=before.decisions, language=language)
        await _change(connection, world, before, choice)


async def could_be_told_of_replies(world: World, reader_token: str | None) -> bool:
    """Whether letters could reach the holder of the token, who is not told of replies yet."""
    if not world.sends_letters:
        return False
    async with world.database.reading() as connection:
        reader = await recognise(connection, world, None, reader_token)
        found = await preferences.of(connection, reader.id) if reader else None
    return found is not None and found.is_reachable and found.replies is Frequency.OFF


async def renew_feed(world: World, link: str) -> Standing:
    """Give the reader's feed another secret address; the former one leads nowhere from now on.

    Raises :class:`UnknownLink`.
    """
    async with world.database.transaction() as connection:
        before = await _of_link(connection, world, link)
        number = await preferences.renew_feed(connection, before.reader_id, moment=world.clock())
    return _standing(world, replace(before, feed_number=number))


async def _of_asker(connection: AsyncConnection, world: World, asker: Asker) -> Preferences:
    reader_id = reader_of_pass(world, asker.key)
    if reader_id is None:
        reader = await recognise(connection, world, None, asker.token)
        reader_id = reader.id if reader else None
    found = await preferences.of(connection, reader_id) if reader_id else None
    if found is None:
        raise NotAllowed("Write a comment first; then there is somebody to write to.")
    return found


async def _of_link(connection: AsyncConnection, world: World, link: str) -> Preferences:
    reader_id = reader_of_preferences(world, link)
    found = await preferences.of(connection, reader_id) if reader_id else None
    if found is None:
        raise UnknownLink
    return found


async def _change(
    connection: AsyncConnection, world: World, before: Preferences, choice: Choice
) -> Preferences:
    wants_letters = Frequency.OFF not in (choice.replies, choice.decisions) or (
        choice.replies is not choice.decisions
    )
    if wants_letters and before.email is None:
        raise InvalidEmail
    language = language_for(choice.language).code
    stored = replace(choice, language=language)
    await preferences.choose(connection, before.reader_id, stored, moment=world.clock())
    return replace(
        before,
        replies=choice.replies,
        decisions=choice.decisions,
        language=language,
        failures=0,
    )


async def _ask(world: World, asked: Confirmation, site_id: UUID) -> None:
    token = new_token()
    async with world.database.transaction() as connection:
        site = await sites.by_id(connection, site_id)
        await preferences.ask_to_confirm(
            connection,
            asked,
            token_hash=token_hash(token),
            expires_at=world.clock() + CONFIRM_WITHIN,
        )
        letter = confirmation_letter(
            asked.email,
            site_name=site.name if site else "",
            confirm_url=f"{world.public_url}/notifications/confirm/{token}",
            language=language_for(asked.choice.language),
        )
        await post(connection, world, letter)


def _standing(world: World, found: Preferences) -> Standing:
    return Standing(
        preferences=found,
        link=preferences_token(world, found.reader_id),
        feed=feed_token(world, found.reader_id, found.feed_number),
    )


def _hidden(world: World, email: str | None) -> str:
    """What an address is counted under; it cannot be read back."""
    text = f"mailbox|{(email or '').lower()}".encode()
    return hmac.new(world.secret, text, sha256).hexdigest()[:32]
