"""The publisher's accounts: tokens that hold let a reader in, all others are refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from fruitful.domain.conversation import Badge
from fruitful.domain.errors import DomainError, TooManyRequests
from fruitful.domain.sign_in import SignedIn
from fruitful.domain.sign_in_errors import (
    InvalidSignInKey,
    SignInKeysUnavailable,
    SignInNotOffered,
    TokenKeyUnknown,
    TokenReplayed,
)
from fruitful.services.key_sets import FRESH_SECONDS, REFETCH_SECONDS, STALE_SECONDS, KeySets
from fruitful.services.list_thread import ThreadView, list_thread
from fruitful.services.sign_in import sitting
from fruitful.services.sign_in_jwt import Presented, account_changed, sign_in_by_token
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import World
from support.clock import AdjustableClock
from support.newsroom import Person, open_article, open_site
from support.publisher import (
    ISSUER,
    SECRET,
    Published,
    SigningKey,
    claims,
    forge,
    key_set,
    new_key,
    sign,
)
from support.visitors import FAIR

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


async def offer(world: World, **keys: str) -> None:
    """Open the paper's site to its accounts."""
    await open_site(world)
    await set_up_sign_in(world, "paper", {"jwt": "yes", "jwt_issuer": ISSUER, **keys})


async def enter(world: World, token: str, browser: str | None = None) -> SignedIn:
    presented = Presented(token=token, site_slug="paper", browser_token=browser)
    return await sign_in_by_token(world, presented)


@pytest.mark.parametrize("kind", ["OKP", "EC"])
async def test_a_token_signed_with_a_published_key_lets_a_reader_in(
    world: World, kind: str
) -> None:
    key = new_key(kind=kind)
    await offer(world, jwt_jwks=key_set(new_key("other"), key))
    said = claims(
        world.clock(), badge="author", email="ada@paper.example", email_verified=True, picture="x"
    )
    signed = await enter(world, sign(key, said))

    assert signed.reader.name == "Ada Lovelace"
    assert signed.reader.badge is Badge.AUTHOR
    assert signed.expires_at == world.clock() + timedelta(minutes=5, seconds=30)


async def test_a_small_site_may_share_a_secret(world: World) -> None:
    await offer(world, jwt_secret=SECRET)
    signed = await enter(world, sign(new_key(None, kind="oct"), claims(world.clock())))

    assert signed.reader.name == "Ada Lovelace"


Forgery = Callable[[SigningKey, dict[str, Any]], str]

FORGERIES: dict[str, tuple[Forgery, str]] = {
    "unsigned": (
        lambda key, said: forge({"alg": "none", "kid": "one"}, said),
        "token_algorithm_refused",
    ),
    "unsigned, spelled otherwise": (
        lambda key, said: forge({"alg": "nOnE", "kid": "one"}, said),
        "token_algorithm_refused",
    ),
    "the public key used as a secret": (
        lambda key, said: forge(
            {"alg": "HS256", "kid": "one"},
            said,
            key.as_pem(private=False) if isinstance(key, OKPKey | ECKey) else b"",
        ),
        "token_algorithm_refused",
    ),
    "the public key's own coordinate used as a secret": (
        lambda key, said: forge(
            {"alg": "HS256", "kid": "one"}, said, str(key.as_dict(private=False)["x"]).encode()
        ),
        "token_algorithm_refused",
    ),
    "another curve's algorithm": (
        lambda key, said: sign(new_key("one", kind="EC"), said),
        "token_algorithm_refused",
    ),
    "the right name, another key": (
        lambda key, said: sign(new_key("one"), said),
        "token_signature_wrong",
    ),
    "a key that came with the token": (
        lambda key, said: sign((own := new_key("one")), said, jwk=own.as_dict(private=False)),
        "token_signature_wrong",
    ),
    "an unknown key": (lambda key, said: sign(new_key("two"), said), "token_key_unknown"),
    "a path as a key's name": (
        lambda key, said: forge({"alg": "HS256", "kid": "../../dev/null"}, said, b"\0"),
        "token_key_unknown",
    ),
    "a key's name that is no text": (
        lambda key, said: forge({"alg": "EdDSA", "kid": {"one": 1}}, said, b"x"),
        "token_malformed",
    ),
    "no signature at all": (
        lambda key, said: sign(key, said).rpartition(".")[0] + ".",
        "token_signature_wrong",
    ),
    "claims put in another's place": (
        lambda key, said: _spliced(sign(key, said), sign(new_key("one"), {**said, "sub": "8"})),
        "token_signature_wrong",
    ),
    "an extension that must be understood": (
        lambda key, said: forge({"alg": "EdDSA", "kid": "one", "crit": ["exp"]}, said, b"x"),
        "token_algorithm_refused",
    ),
    "no token": (lambda key, said: "ada", "token_malformed"),
    "five parts": (lambda key, said: sign(key, said) + ".x.y", "token_malformed"),
    "much too long": (lambda key, said: sign(key, {**said, "x": "x" * 9_000}), "token_malformed"),
}


def _spliced(one: str, other: str) -> str:
    head, _, signature = one.split(".")
    return f"{head}.{other.split('.')[1]}.{signature}"


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_token_that_nobody_entitled_signed_is_refused(world: World, forgery: str) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    make, code = FORGERIES[forgery]
    with pytest.raises(DomainError) as refused:
        await enter(world, make(key, claims(world.clock())))

    assert (refused.value.code, refused.value.status) == (code, 401)


NOW = int(AdjustableClock().moment.timestamp())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://other.example"}, "token_issuer_wrong"),
        ({"iss": ISSUER + "/"}, "token_issuer_wrong"),
        ({"iss": None}, "token_incomplete"),
        ({"aud": "other"}, "token_audience_wrong"),
        ({"aud": ["other", "third"]}, "token_audience_wrong"),
        ({"aud": None}, "token_incomplete"),
        ({"sub": None}, "token_incomplete"),
        ({"sub": 7}, "token_incomplete"),
        ({"sub": ""}, "token_incomplete"),
        ({"name": None}, "token_incomplete"),
        ({"name": "Ada\x00"}, "token_incomplete"),
        ({"jti": None}, "token_incomplete"),
        ({"exp": None}, "token_incomplete"),
        ({"exp": str(NOW + 300)}, "token_incomplete"),
        ({"exp": True}, "token_incomplete"),
        ({"exp": 10**300}, "token_incomplete"),
        ({"exp": NOW - 30}, "token_expired"),
        ({"exp": NOW + 640}, "token_lives_too_long"),
        ({"exp": NOW + 640, "iat": None}, "token_lives_too_long"),
        ({"iat": NOW - 3600}, "token_lives_too_long"),
        ({"iat": NOW + 31}, "token_not_yet_valid"),
        ({"nbf": NOW + 31}, "token_not_yet_valid"),
        ({"badge": "owner"}, "token_incomplete"),
        ({"email": "nowhere"}, "token_incomplete"),
        ({"event": "deleted"}, "token_event_wrong"),
    ],
)
async def test_a_token_that_is_not_for_here_and_now_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    with pytest.raises(DomainError) as refused:
        await enter(world, sign(key, claims(world.clock(), **changes)))

    assert (refused.value.code, refused.value.status) == (code, 401)


@pytest.mark.parametrize(
    "changes", [{"exp": NOW - 29}, {"iat": NOW + 30, "exp": NOW + 600}, {"aud": ["x", "paper"]}]
)
async def test_clocks_may_differ_by_half_a_minute(world: World, changes: dict[str, Any]) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))

    assert (await enter(world, sign(key, claims(world.clock(), **changes)))).token


async def test_a_token_serves_once(world: World) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    token = sign(key, claims(world.clock()))
    await enter(world, token)

    with pytest.raises(TokenReplayed):
        await enter(world, token)


async def test_a_name_that_cannot_be_shown_does_not_use_the_token_up(world: World) -> None:
    """What is refused leaves nothing behind, so the publisher may mend and send it again."""
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    said = claims(world.clock(), badge="owner")
    with pytest.raises(DomainError):
        await enter(world, sign(key, said))

    assert (await enter(world, sign(key, {**said, "badge": "staff"}))).reader.badge is Badge.STAFF


async def test_a_site_that_offers_no_accounts_takes_no_token(world: World) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    await set_up_sign_in(world, "paper", {"jwt": "no"})

    with pytest.raises(SignInNotOffered):
        await enter(world, sign(key, claims(world.clock())))


async def test_one_address_cannot_try_tokens_without_end(world: World) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    slow = replace(world, limits=replace(world.limits, reader_sign_ins_per_minute=1))
    await enter(slow, sign(key, claims(world.clock())))

    with pytest.raises(TooManyRequests):
        await enter(slow, sign(key, claims(world.clock())))


@pytest.mark.parametrize("event", ["deleted", "renamed", "signed_out"])
async def test_the_publisher_tells_what_became_of_an_account(world: World, event: str) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    signed = await enter(world, sign(key, claims(world.clock())))
    await Person(world, "", token=signed.token).write(FAIR)
    told = claims(world.clock(), event=event, name="Ada King")
    await account_changed(world, Presented(token=sign(key, told), site_slug="paper"))

    article = await open_article(world)
    (comment,) = (await list_thread(world, article.id, ThreadView())).comments
    names = {"deleted": "", "renamed": "Ada King", "signed_out": "Ada Lovelace"}
    assert comment.author_name == names[event]
    still_signed_in = await sitting(world, None, signed.token) is not None
    assert still_signed_in == (event == "renamed")


async def test_news_of_an_account_that_never_came_here_is_no_error(world: World) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    told = sign(key, claims(world.clock(), event="deleted", sub="nobody"))
    await account_changed(world, Presented(token=told, site_slug="paper"))

    with pytest.raises(TokenReplayed):
        await account_changed(world, Presented(token=told, site_slug="paper"))


async def test_a_token_to_sign_in_with_deletes_no_account(world: World) -> None:
    key = new_key()
    await offer(world, jwt_jwks=key_set(key))
    token = sign(key, claims(world.clock()))
    with pytest.raises(DomainError) as refused:
        await account_changed(world, Presented(token=token, site_slug="paper"))

    assert refused.value.code == "token_event_wrong"


class Ticking:
    """A monotonic clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_keys_are_rotated_without_a_restart() -> None:
    first, second = new_key("first"), new_key("second")
    published, ticking = Published(key_set(first)), Ticking()
    keys = KeySets(published.fetch, ticking)
    assert [key.kid for key in await keys.at("u", "first")] == ["first"]
    published.text = key_set(first, second)
    ticking.seconds += REFETCH_SECONDS

    assert [key.kid for key in await keys.at("u", "second")] == ["first", "second"]
    assert published.asked == 2


async def test_invented_key_names_do_not_have_keys_fetched_each_time() -> None:
    published, ticking = Published(key_set(new_key())), Ticking()
    keys = KeySets(published.fetch, ticking)
    for number in range(50):
        await keys.at("u", f"invented {number}")

    assert published.asked == 1


async def test_a_withdrawn_key_serves_ten_minutes_at_most() -> None:
    published, ticking = Published(key_set(new_key("first"))), Ticking()
    keys = KeySets(published.fetch, ticking)
    await keys.at("u", "first")
    published.text = key_set(new_key("second"))
    ticking.seconds += FRESH_SECONDS + 1

    assert [key.kid for key in await keys.at("u", "first")] == ["second"]


async def test_keys_outlast_a_publisher_out_of_reach_for_a_day() -> None:
    published, ticking = Published(key_set(new_key())), Ticking()
    keys = KeySets(published.fetch, ticking)
    await keys.at("u", "one")
    published.is_up = False
    ticking.seconds += STALE_SECONDS - 1
    assert [key.kid for key in await keys.at("u", "one")] == ["one"]
    ticking.seconds += REFETCH_SECONDS + 1

    with pytest.raises(SignInKeysUnavailable):
        await keys.at("u", "one")


async def test_without_keys_nobody_is_let_in(world: World) -> None:
    key = new_key()
    published = Published(key_set(key), is_up=False)
    out_of_reach = replace(world, key_sets=KeySets(published.fetch))
    await offer(world, jwt_jwks_url="https://paper.example/keys")

    with pytest.raises(SignInKeysUnavailable):
        await enter(out_of_reach, sign(key, claims(world.clock())))


async def test_a_key_unknown_where_keys_are_published_is_refused(world: World) -> None:
    published = Published(key_set(new_key("first")))
    fetching = replace(world, key_sets=KeySets(published.fetch))
    await offer(world, jwt_jwks_url="https://paper.example/keys")

    with pytest.raises(TokenKeyUnknown):
        await enter(fetching, sign(new_key("second"), claims(world.clock())))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jwt_secret", "thirty-one bytes are too few..."),
        ("jwt_secret", "-----BEGIN PUBLIC KEY----- and so on and so on -----END PUBLIC KEY-----"),
        ("jwt_jwks", "not json"),
        ("jwt_jwks", json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]})),
        ("jwt_jwks", json.dumps({"keys": []})),
        ("jwt_jwks_url", "http://paper.example/keys"),
        ("jwt_jwks_url", "file:///etc/passwd"),
        ("jwt_jwks_url", "https://user@paper.example/keys"),
    ],
)
async def test_a_key_that_protects_nothing_is_not_taken(
    world: World, name: str, value: str
) -> None:
    await open_site(world)
    with pytest.raises(InvalidSignInKey):
        await set_up_sign_in(world, "paper", {name: value})


async def test_a_site_has_a_secret_or_public_keys_but_not_both(world: World) -> None:
    await offer(world, jwt_jwks=key_set(new_key()))
    with pytest.raises(InvalidSignInKey):
        await set_up_sign_in(world, "paper", {"jwt_secret": SECRET})
    changed = await set_up_sign_in(world, "paper", {"jwt_jwks": "", "jwt_secret": SECRET})

    assert SECRET not in repr(changed)
