"""Nobody writes under a name that would have them mistaken for somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fruitful.domain.conversation import Badge, Site
from fruitful.domain.identity import uuid7
from fruitful.domain.sign_in import SignedIn, SignInMethod, VerifiedIdentity
from fruitful.domain.sign_in_errors import NameTaken
from fruitful.services.accounts import erase_account
from fruitful.services.names import name_key, poses_as_staff
from fruitful.services.publish_sites import set_site_options
from fruitful.services.sign_in import sign_in
from fruitful.services.world import World
from support.newsroom import ORIGIN, Person, open_site
from support.visitors import FAIR, MORE_FAIR

ADA = VerifiedIdentity(method=SignInMethod.JWT, subject="7", name="Ada Lovelace")
SITE = Site(
    id=uuid7(),
    slug="courier",
    name="The Harbour Courier",
    origins=(ORIGIN,),
    guests_allowed=True,
    edit_window_seconds=900,
    house_rules=None,
)


async def account(world: World, site: Site, identity: VerifiedIdentity = ADA) -> SignedIn:
    async with world.database.transaction() as connection:
        return await sign_in(connection, world, site, identity)


@pytest.mark.parametrize(
    "other",
    [
        "ada lovelace",
        "ADA  LOVELACE",
        "Аda Lovelace",  # Cyrillic A
        "Αdа Lоvelасе",
        "Ada LoveIace",
        "Ada L0ve1ace",
        "Âdá Lovelàce",
        "Ａｄａ Ｌｏｖｅｌａｃｅ",
        "Ada\u200bLovelace",
        "A.d.a. Lovelace",
        "𝐀𝐝𝐚 𝕷𝖔𝖛𝖊𝖑𝖆𝖈𝖊",
    ],
)
def test_names_that_look_the_same_count_as_the_same(other: str) -> None:
    assert name_key(other) == name_key("Ada Lovelace")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ada", "Ida"), ("Мария", "Марина"), ("José", "Josef"), ("محمد", "محمود"), ("李雷", "李蕾")],
)
def test_names_that_look_different_are_different(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    "name",
    [
        "Moderator",
        "M o d e r a t o r",
        "m0derat0r",
        "Мoderator",
        "moderator_7",
        "The Chief Editor",
        "Admin123",
        "Redaktion",
        "Die Rédaction",
        "Staff",
        "The Harbour Courier",
        "THE HARBOUR  COURIER",
        "The Harbour Courier Team",
        "courier",
    ],
)
def test_a_name_that_reads_like_the_newsroom_poses_as_staff(name: str) -> None:
    assert poses_as_staff(name, SITE)


@pytest.mark.parametrize(
    "name", ["Ada", "Jim Courier", "Frida Staff", "Modesty Blaise", "Edith Orwell", "Harbour Rat"]
)
def test_an_ordinary_name_does_not(name: str) -> None:
    assert not poses_as_staff(name, SITE)


@pytest.mark.parametrize("name", ["Ada Lovelace", "Аda Lovelace", "Moderator", "The Paper"])
async def test_a_guest_cannot_write_under_an_accounts_or_the_newsrooms_name(
    world: World, name: str
) -> None:
    await account(world, await open_site(world))
    with pytest.raises(NameTaken):
        await Person(world, name).write(FAIR)


async def test_another_name_is_suggested_that_is_free(world: World) -> None:
    site = await open_site(world)
    await account(world, site)
    await account(world, site, replace(ADA, subject="8", name="Ada Lovelace 2"))
    with pytest.raises(NameTaken) as taken:
        await Person(world, "Ada Lovelace").write(FAIR)

    assert taken.value.details == {"suggestion": "Ada Lovelace 3"}
    await Person(world, "Ada Lovelace 3").write(FAIR)


async def test_a_guest_is_safe_from_look_alikes_in_the_thread(world: World) -> None:
    await open_site(world)
    ada = Person(world, "Ada")
    await ada.write(FAIR)
    with pytest.raises(NameTaken):
        await Person(world, "Αda").write(MORE_FAIR[0])
    await Person(world, "Αda").write(MORE_FAIR[0], url=f"{ORIGIN}/2026/another-story")
    await ada.write(MORE_FAIR[1])


async def test_two_guests_may_have_one_name_unless_the_site_says_otherwise(world: World) -> None:
    await open_site(world)
    await Person(world, "Maria").write(FAIR)
    await Person(world, "maria").write(MORE_FAIR[0])
    await set_site_options(world, "paper", {"unique_guest_names": "yes"})

    with pytest.raises(NameTaken):
        await Person(world, "Maria").write(MORE_FAIR[1])


async def test_a_guest_may_take_another_name_that_is_free(world: World) -> None:
    site = await open_site(world)
    await account(world, site)
    guest = Person(world, "Bea")
    await guest.write(FAIR)
    guest.name = "Bea B."
    assert (await guest.write(MORE_FAIR[0])).comment.author_name == "Bea B."
    guest.name = "ADA LOVELACE"

    with pytest.raises(NameTaken):
        await guest.write(MORE_FAIR[1])


async def test_the_publisher_answers_for_two_accounts_of_one_name(world: World) -> None:
    site = await open_site(world)
    await account(world, site)
    other = await account(world, site, replace(ADA, subject="8"))

    assert other.reader.name == "Ada Lovelace"


async def test_an_account_cannot_pose_as_staff_but_staff_can_be_staff(world: World) -> None:
    site = await open_site(world)
    poser = replace(ADA, name="Moderator Max")
    with pytest.raises(NameTaken):
        await account(world, site, poser)
    signed = await account(world, site, replace(poser, badge=Badge.STAFF))

    assert signed.reader.name == "Moderator Max"


async def test_who_wears_a_badge_is_safe_from_other_accounts(world: World) -> None:
    site = await open_site(world)
    await account(world, site, replace(ADA, badge=Badge.AUTHOR))
    with pytest.raises(NameTaken):
        await account(world, site, replace(ADA, subject="8", name="Аda Lovelace"))


@pytest.mark.parametrize("method", [SignInMethod.OIDC, SignInMethod.PASSKEY])
async def test_who_comes_from_elsewhere_with_a_taken_name_chooses_another(
    world: World, method: SignInMethod
) -> None:
    site = await open_site(world)
    await account(world, site)
    signed = await account(world, site, replace(ADA, method=method))

    assert signed.reader.name == ""
    written = await Person(world, "Ada L.", token=signed.token).write(FAIR)
    assert written.comment.author_name == "Ada L."


async def test_the_name_of_a_deleted_account_is_free_again(world: World) -> None:
    signed = await account(world, await open_site(world))
    async with world.database.transaction() as connection:
        await erase_account(connection, world, signed.reader.id)

    assert (await Person(world, "Ada Lovelace").write(FAIR)).comment.author_name == "Ada Lovelace"
