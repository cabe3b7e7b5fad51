"""Sign in at a real OpenID Connect provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import AsyncClient, Response

from fruitful.moderation.pipeline import Engine
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import World, now
from support.newsroom import ORIGIN, open_article, open_site
from support.openid import openid_provider, sign_in_there
from support.scripted import ScriptedDetector

CALLBACK = "http://testserver/sign-in/oidc/callback"
SECRET = "a client secret of the tests, long enough"


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine([ScriptedDetector()], model="scripted")


@pytest.fixture
def world(world: World) -> World:
    """The provider lives in the present, so this world must too."""
    return replace(world, clock=now)


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[str]:
    async with openid_provider("courier", SECRET, CALLBACK) as issuer:
        yield issuer


@pytest.fixture
async def slug(world: World, issuer: str) -> str:
    site = await open_site(world)
    await set_up_sign_in(
        world,
        site.slug,
        {
            "oidc": "yes",
            "oidc_issuer": issuer,
            "oidc_client_id": "courier",
            "oidc_client_secret": SECRET,
        },
    )
    return site.slug


async def depart(client: AsyncClient, slug: str, **more: str) -> str:
    leaving = await client.get("/sign-in/oidc", params={"site": slug, **more})
    assert leaving.status_code == 303, leaving.text
    return leaving.headers["location"]


async def come_back(client: AsyncClient, address: str) -> Response:
    return await client.get(f"{urlsplit(address).path}?{urlsplit(address).query}")


async def test_a_reader_signs_in_at_the_provider_and_goes_on_reading(
    world: World, client: AsyncClient, slug: str
) -> None:
    article = await open_article(world)

    address = await depart(client, slug, return_to=f"/threads/{article.id}")
    arrived = await come_back(client, await sign_in_there(address, "nadia"))

    assert arrived.status_code == 303
    assert arrived.headers["location"] == f"/threads/{article.id}"
    session = (await client.get("/api/v1/session")).json()
    assert session["method"] == "oidc"
    assert session["reader"]["name"] == "Nadia Fell"


async def test_who_signs_in_again_is_the_same_reader(client: AsyncClient, slug: str) -> None:
    names = set()
    for _ in range(2):
        client.cookies.clear()
        arrived = await come_back(
            client, await sign_in_there(await depart(client, slug), "unverified")
        )
        assert arrived.status_code == 303
        names.add((await client.get("/api/v1/session")).json()["reader"]["name"])

    assert names == {"Odo Marsh"}


async def test_the_window_that_an_article_opened_hands_the_sitting_to_that_site_only(
    client: AsyncClient, slug: str
) -> None:
    address = await depart(client, slug, popup="true")
    page = await come_back(client, await sign_in_there(address, "nadia"))

    assert page.status_code == 200
    assert f'data-origins="{ORIGIN}"' in page.text
    assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
    assert page.headers["cache-control"] == "private, no-store"


async def test_an_address_that_came_back_serves_once(client: AsyncClient, slug: str) -> None:
    back = await sign_in_there(await depart(client, slug), "nadia")
    kept = dict(client.cookies)
    assert (await come_back(client, back)).status_code == 303

    client.cookies.update(kept)
    again = await come_back(client, back)

    assert again.status_code == 400
    assert "start again" in again.text


async def test_another_browser_cannot_finish_what_this_one_began(
    client: AsyncClient, slug: str
) -> None:
    back = await sign_in_there(await depart(client, slug), "nadia")
    client.cookies.clear()

    refused = await come_back(client, back)

    assert refused.status_code == 400
    assert (await client.get("/api/v1/session")).json()["reader"] is None


@pytest.mark.parametrize("change", ["state", "code", "iss"])
async def test_what_was_tampered_with_on_the_way_signs_nobody_in(
    client: AsyncClient, slug: str, change: str
) -> None:
    back = await sign_in_there(await depart(client, slug), "nadia")
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    refused = await client.get("/sign-in/oidc/callback", params=answer | {change: "other"})

    assert refused.status_code in (400, 401)
    assert (await client.get("/api/v1/session")).json()["reader"] is None


async def test_a_reader_who_gives_up_at_the_provider_is_told_so(
    client: AsyncClient, slug: str
) -> None:
    state = parse_qs(urlsplit(await depart(client, slug)).query)["state"][0]

    refused = await client.get(
        "/sign-in/oidc/callback", params={"state": state, "error": "access_denied"}
    )

    assert refused.status_code == 401
    assert "did not confirm" in refused.text


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "/\\evil.example", "https://evil.example"]
)
async def test_signing_in_never_leads_to_another_host(
    client: AsyncClient, slug: str, elsewhere: str
) -> None:
    address = await depart(client, slug, return_to=elsewhere)

    arrived = await come_back(client, await sign_in_there(address, "nadia"))

    assert arrived.headers["location"] == "/"


async def test_a_site_that_does_not_offer_it_sends_nobody_away(
    world: World, client: AsyncClient, slug: str
) -> None:
    await set_up_sign_in(world, slug, {"oidc": "no"})

    refused = await client.get("/sign-in/oidc", params={"site": slug})

    assert refused.status_code == 403


async def test_a_provider_that_cannot_be_reached_is_no_dead_end(
    world: World, client: AsyncClient, slug: str
) -> None:
    await set_up_sign_in(world, slug, {"oidc_issuer": "http://127.0.0.1:1"})

    answer = await client.get("/sign-in/oidc", params={"site": slug})

    assert answer.status_code == 503
    assert "try again" in answer.text
