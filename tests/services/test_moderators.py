"""Who may moderate, and how they get in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fruitful.domain.errors import (
    EmailTaken,
    InvalidEmail,
    InvalidName,
    SignInFailed,
    TooManyRequests,
    UnreadableText,
    WeakPassword,
)
from fruitful.moderation.pipeline import Engine
from fruitful.services.moderators import (
    SignIn,
    add_moderator,
    every_moderator,
    moderator_of,
    sign_in,
    sign_out,
)
from fruitful.services.world import Limits, World
from support.clock import AdjustableClock
from support.desk import PASSWORD
from support.scripted import scripted_engine

EMAIL = "mo@paper.example"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


def attempt(email: str = EMAIL, password: str = PASSWORD, address: str = "here") -> SignIn:
    return SignIn(email=email, password=password, address_hash=address)


REFUSED = [
    ("Mo", EMAIL, "eleven char", WeakPassword),
    ("Mo", EMAIL, "x" * 201, WeakPassword),
    ("Mo", EMAIL, "half a pair \ud83d", UnreadableText),
    ("Mo", "nowhere", PASSWORD, InvalidEmail),
    ("Mo", "", PASSWORD, InvalidEmail),
    ("  ", EMAIL, PASSWORD, InvalidName),
]


async def test_a_moderator_needs_a_name_an_address_and_a_long_password(world: World) -> None:
    for name, email, password, refusal in REFUSED:
        with pytest.raises(refusal):
            await add_moderator(world, name, email, password)
    assert await every_moderator(world) == ()


async def test_an_address_belongs_to_one_moderator_however_it_is_written(world: World) -> None:
    mo = await add_moderator(world, "Mo", EMAIL, PASSWORD)
    with pytest.raises(EmailTaken):
        await add_moderator(world, "Mo Again", EMAIL.upper(), PASSWORD)
    assert await every_moderator(world) == (mo,)


async def test_a_session_lasts_twelve_hours(world: World, clock: AdjustableClock) -> None:
    mo = await add_moderator(world, "Mo", EMAIL, PASSWORD)
    signed = await sign_in(world, attempt(email=" MO@paper.example "))
    assert await moderator_of(world, signed.token) == mo
    clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    assert await moderator_of(world, signed.token) == mo
    clock.advance(timedelta(seconds=1))
    assert await moderator_of(world, signed.token) is None


async def test_signing_out_makes_the_token_worthless(world: World) -> None:
    await add_moderator(world, "Mo", EMAIL, PASSWORD)
    signed, elsewhere = await sign_in(world, attempt()), await sign_in(world, attempt())
    await sign_out(world, signed.token)
    assert await moderator_of(world, signed.token) is None
    assert await moderator_of(world, elsewhere.token) is not None
    assert await moderator_of(world, None) is None


WRONG = {
    "another password": attempt(password="wrong horse battery"),
    "none": attempt(password=""),
    "a huge one": attempt(password="x" * 100_000),
    "one that no encoding holds": attempt(password="half a pair \ud83d"),
    "an unknown account": attempt(email="nobody@paper.example"),
    "an account with a NUL": attempt(email="mo@paper.example\0"),
    "an account that no encoding holds": attempt(email="half@a.pair\ud83d"),
}


async def test_what_does_not_belong_together_is_refused_alike(world: World) -> None:
    await add_moderator(world, "Mo", EMAIL, PASSWORD)
    told = {}
    for what, wrong in WRONG.items():
        with pytest.raises(SignInFailed) as refused:
            await sign_in(world, wrong)
        told[what] = str(refused.value)
    assert set(told.values()) == {SignInFailed.__doc__}


async def test_sign_in_is_rate_limited(world: World, clock: AdjustableClock) -> None:
    await add_moderator(world, "Mo", EMAIL, PASSWORD)
    world = replace(world, limits=Limits(sign_ins_per_quarter_hour=3))
    for _ in range(world.limits.sign_ins_per_quarter_hour):
        with pytest.raises(SignInFailed):
            await sign_in(world, attempt(password="wrong horse battery"))
    with pytest.raises(TooManyRequests):
        await sign_in(world, attempt())
    assert (await sign_in(world, attempt(address="another place"))).moderator.email == EMAIL
    clock.advance(timedelta(minutes=15))
    assert (await sign_in(world, attempt())).moderator.email == EMAIL


async def test_one_account_cannot_be_tried_from_ever_new_addresses(world: World) -> None:
    await add_moderator(world, "Mo", EMAIL, PASSWORD)
    patient = replace(world, limits=Limits(sign_ins_per_quarter_hour=2))
    for number in range(6):
        with pytest.raises(SignInFailed):
            await sign_in(patient, attempt(password="", address=f"address {number}"))
    with pytest.raises(TooManyRequests):
        await sign_in(patient, attempt(address="yet another"))
