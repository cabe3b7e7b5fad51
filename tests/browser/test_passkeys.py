"""Sign in with a passkey, in a browser whose device holds one."""

from __future__ import annotations

from playwright.async_api import Page, expect

from fruitful.services.site_sign_in import set_up_sign_in
from support.browsing import OpenReader, Paper, violations

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def server_of(paper: Paper) -> str:
    """The server by a name: a passkey cannot be bound to a number."""
    return paper.server.replace("127.0.0.1", "localhost")


async def with_device(page: Page) -> None:
    """Give the browser a device that makes and keeps passkeys."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


async def who(page: Page) -> str | None:
    """The name under which the browser is signed in."""
    address = page.url.split("/", 3)
    answer = await page.request.get(f"{address[0]}//{address[2]}/api/v1/session")
    reader = (await answer.json())["reader"]
    return str(reader["name"]) if reader else None


async def test_a_reader_makes_a_passkey_and_signs_in_with_it_later(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    await set_up_sign_in(paper.world, "paper", {"passkey": "yes"})
    address = f"{server_of(paper)}/sign-in/passkey?site=paper&return_to=/docs"
    page = await reader(address)
    await with_device(page)
    assert await violations(page, axe) == []

    await page.get_by_label("Your name, as others will see it").fill("Inés Marlow")
    await page.get_by_role("button", name="Make a passkey").click()
    await page.wait_for_url(f"{server_of(paper)}/docs")
    assert await who(page) == "Inés Marlow"

    await page.context.clear_cookies()
    assert await who(page) is None
    await page.goto(address)
    await page.get_by_role("button", name="Use my passkey").click()
    await page.wait_for_url(f"{server_of(paper)}/docs")
    assert await who(page) == "Inés Marlow"


async def test_a_device_without_a_passkey_is_told_so_and_nobody_is_signed_in(
    paper: Paper, reader: OpenReader
) -> None:
    await set_up_sign_in(paper.world, "paper", {"passkey": "yes"})
    page = await reader(f"{server_of(paper)}/sign-in/passkey?site=paper")
    await with_device(page)

    await page.get_by_role("button", name="Use my passkey").click()

    await expect(page.get_by_role("alert")).to_contain_text("did not work")
    assert await who(page) is None


async def test_an_article_hears_of_the_sign_in_from_the_window_that_it_opened(
    paper: Paper, reader: OpenReader
) -> None:
    await set_up_sign_in(paper.world, "paper", {"passkey": "yes"})
    article = await reader()
    await article.evaluate(
        "() => addEventListener('message', (e) => { window.heard = [e.origin, e.data]; })"
    )
    async with article.expect_popup() as opening:
        address = f"{server_of(paper)}/sign-in/passkey?site=paper&popup=true"
        await article.evaluate("(address) => { open(address); }", address)
    window = await opening.value
    await with_device(window)
    await window.get_by_label("Your name, as others will see it").fill("Olu Brandt")
    await window.get_by_role("button", name="Make a passkey").click()

    await article.wait_for_function("() => window.heard")
    origin, told = await article.evaluate("() => window.heard")

    assert origin == server_of(paper)
    assert told["fruitful"] == "signed-in"
    assert told["name"] == "Olu Brandt"
    answer = await article.request.get(
        f"{paper.server}/api/v1/session", headers={"Authorization": f"Bearer {told['token']}"}
    )
    assert (await answer.json())["method"] == "passkey"
