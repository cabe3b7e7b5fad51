"""Readers sign in: what is theirs stays theirs, and nothing outlives its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fruitful.domain.conversation import Badge, Reader, Site, ThreadComment
from fruitful.domain.errors import SessionExpired, SignInRequired
from fruitful.domain.sign_in import SignedIn, SignInMethod, VerifiedIdentity
from fruitful.services.accounts import erase_account
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.respect_comment import respect_comment
from fruitful.services.sign_in import (
    begin_attempt,
    finish_attempt,
    renew,
    sign_in,
    sign_out,
    sitting,
)
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.newsroom import Person, open_article, open_site
from support.visitors import FAIR, MORE_FAIR

ADA = VerifiedIdentity(method=SignInMethod.JWT, subject="7", name="Ada Lovelace")


async def signed_in(
    world: World, site: Site, identity: VerifiedIdentity = ADA, browser: str | None = None
) -> SignedIn:
    async with world.database.transaction() as connection:
        return await sign_in(connection, world, site, identity, browser)


async def shown(world: World) -> tuple[ThreadComment, ...]:
    article = await open_article(world)
    return (await list_thread(world, article.id, ThreadView())).comments


async def whose(world: World, token: str | None) -> Reader | None:
    return await sitting(world, None, token)


async def test_the_same_account_is_the_same_reader_in_every_browser(world: World) -> None:
    site = await open_site(world)
    here, there = await signed_in(world, site), await signed_in(world, site)

    assert here.reader.id == there.reader.id
    assert here.token != there.token
    assert await whose(world, here.token) == await whose(world, there.token)


async def test_the_same_subject_of_another_method_is_another_person(world: World) -> None:
    site = await open_site(world)
    by_mail = replace(ADA, method=SignInMethod.EMAIL)

    assert (await signed_in(world, site)).reader.id != (
        await signed_in(world, site, by_mail)
    ).reader.id


async def test_who_was_a_guest_keeps_their_comments_when_they_sign_in(world: World) -> None:
    site = await open_site(world)
    guest = Person(world, "A. L.")
    await guest.write(FAIR)
    signed = await signed_in(world, site, browser=guest.token)

    reader = await whose(world, signed.token)
    assert reader is not None
    assert reader.published_count == 1
    assert reader.name == "Ada Lovelace"
    # Signing in does not tell everybody who the guest was.
    assert [comment.author_name for comment in await shown(world)] == ["A. L."]
    assert await whose(world, guest.token) is None


async def test_a_later_guest_of_the_same_browser_joins_the_account(world: World) -> None:
    site = await open_site(world)
    await signed_in(world, site)
    other, guest = Person(world, "Bea"), Person(world, "Ada")
    comment_id = (await other.write(FAIR)).comment.id
    await guest.write(MORE_FAIR[0])
    await respect_comment(world, comment_id, guest.token, guest.address)
    signed = await signed_in(world, site, browser=guest.token)

    reader = await whose(world, signed.token)
    assert reader is not None
    assert reader.published_count == 1
    assert await whose(world, guest.token) is None


async def test_respect_of_guest_and_account_for_one_comment_counts_once(world: World) -> None:
    site = await open_site(world)
    comment_id = (await Person(world, "Bea").write(FAIR)).comment.id
    account = await signed_in(world, site)
    await respect_comment(world, comment_id, account.token, "one")
    guest = Person(world, "Ada")
    await guest.write(MORE_FAIR[0])
    given = await respect_comment(world, comment_id, guest.token, "two")
    assert given.count == 2
    await signed_in(world, site, browser=guest.token)

    counts = {comment.id: comment.respect_count for comment in await shown(world)}
    assert counts[comment_id] == 1


async def test_another_accounts_browser_is_not_taken_over(world: World) -> None:
    site = await open_site(world)
    ada = await signed_in(world, site)
    bea = await signed_in(world, site, replace(ADA, subject="8", name="Bea"), ada.token)

    assert bea.reader.id != ada.reader.id
    assert (await whose(world, ada.token)) is not None


async def test_a_sitting_ends_after_thirty_days_unless_renewed(
    world: World, clock: AdjustableClock
) -> None:
    site = await open_site(world)
    signed = await signed_in(world, site, replace(ADA, method=SignInMethod.EMAIL))
    clock.advance(timedelta(days=29))
    renewed = await renew(world, signed.token)
    clock.advance(timedelta(days=29))

    assert renewed.signed_in_until == clock() + timedelta(days=1)
    assert await whose(world, signed.token) is not None
    clock.advance(timedelta(days=1))
    assert await whose(world, signed.token) is None
    with pytest.raises(SessionExpired):
        await renew(world, signed.token)


async def test_a_sitting_never_outlives_what_vouched_for_it(
    world: World, clock: AdjustableClock
) -> None:
    site = await open_site(world)
    until = clock() + timedelta(minutes=10)
    signed = await signed_in(world, site, replace(ADA, valid_until=until))
    clock.advance(timedelta(minutes=9))
    await renew(world, signed.token)

    assert await whose(world, signed.token) is not None
    clock.advance(timedelta(minutes=1))
    assert await whose(world, signed.token) is None


async def test_who_is_no_longer_signed_in_does_not_post_as_a_guest(
    world: World, clock: AdjustableClock
) -> None:
    site = await open_site(world)
    signed = await signed_in(world, site)
    clock.advance(timedelta(days=31))

    with pytest.raises(SessionExpired):
        await Person(world, "Ada", token=signed.token).write(FAIR)


async def test_after_signing_out_the_token_is_worth_nothing(world: World) -> None:
    signed = await signed_in(world, await open_site(world))
    await sign_out(world, signed.token)

    assert await whose(world, signed.token) is None


async def test_a_guest_cannot_lose_their_comments_by_signing_out(world: World) -> None:
    await open_site(world)
    guest = Person(world, "Ada")
    await guest.write(FAIR)
    await sign_out(world, guest.token)

    assert await whose(world, guest.token) is not None


async def test_a_site_without_guests_takes_comments_from_those_who_signed_in(world: World) -> None:
    site = await open_site(world, guests_allowed=False)
    signed = await signed_in(world, site)
    await Person(world, "", token=signed.token).write(FAIR)

    assert [comment.author_name for comment in await shown(world)] == ["Ada Lovelace"]
    with pytest.raises(SignInRequired):
        await Person(world, "Ada").write(MORE_FAIR[0])


async def test_who_is_signed_in_cannot_write_under_another_name(world: World) -> None:
    signed = await signed_in(world, await open_site(world))
    await Person(world, "Somebody Else", token=signed.token).write(FAIR)

    assert [comment.author_name for comment in await shown(world)] == ["Ada Lovelace"]


async def test_a_new_name_of_the_account_is_on_its_past_comments_too(world: World) -> None:
    site = await open_site(world)
    signed = await signed_in(world, site)
    await Person(world, "", token=signed.token).write(FAIR)
    before = (await open_article(world)).thread_version
    await signed_in(world, site, replace(ADA, name="Ada King"))

    assert [comment.author_name for comment in await shown(world)] == ["Ada King"]
    assert (await open_article(world)).thread_version > before


async def test_a_deleted_account_leaves_comments_without_a_name(world: World) -> None:
    site = await open_site(world)
    signed = await signed_in(world, site)
    await Person(world, "", token=signed.token).write(FAIR)
    async with world.database.transaction() as connection:
        await erase_account(connection, world, signed.reader.id)

    (comment,) = await shown(world)
    assert comment.author_name == ""
    assert "bridge" in comment.html
    assert await whose(world, signed.token) is None
    assert (await signed_in(world, site)).reader.id != signed.reader.id


async def test_a_badge_comes_and_goes_with_the_account(world: World) -> None:
    site = await open_site(world)
    await signed_in(world, site, replace(ADA, badge=Badge.AUTHOR))
    signed = await signed_in(world, site)

    reader = await whose(world, signed.token)
    assert reader is not None
    assert reader.badge is None


async def test_an_attempt_serves_once_and_for_a_quarter_of_an_hour(
    world: World, clock: AdjustableClock
) -> None:
    site = await open_site(world)
    async with world.database.transaction() as connection:
        first, _ = await begin_attempt(
            connection, world, site.id, SignInMethod.OIDC, {"nonce": "n"}
        )
        late, _ = await begin_attempt(connection, world, site.id, SignInMethod.OIDC, {})
        found = await finish_attempt(connection, world, SignInMethod.OIDC, first)
        again = await finish_attempt(connection, world, SignInMethod.OIDC, first)
        clock.advance(timedelta(minutes=15))
        too_late = await finish_attempt(connection, world, SignInMethod.OIDC, late)

    assert found is not None
    assert found.payload == {"nonce": "n"}
    assert again is None
    assert too_late is None
