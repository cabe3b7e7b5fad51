"""The pages beside the thread: signing in, what one is told, one's data, the newsroom's own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from fruitful.config import Settings
from fruitful.domain.notifications import Choice, Frequency
from fruitful.notifications.web_push import WebPusher, vapid_key
from fruitful.services.moderators import add_moderator
from fruitful.services.private_links import Asker
from fruitful.services.public_network import PublicNetwork
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.subscribe import Wish, choose
from fruitful.services.world import Limits, World, now
from fruitful.web.app import create_app
from fruitful.web.demo import seed_demo
from support.browsing import OpenReader, Paper, breaches, listening, opened
from support.desk import PASSWORD
from support.postbox import Postbox, open_postbox
from support.told import SERVER, do_jobs, with_mail

ADA = "ada@reader.example"


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def paper(world: World, postbox: Postbox) -> AsyncIterator[Paper]:
    """A newspaper that writes to its readers."""
    pusher = WebPusher(vapid_key(world.secret), "desk@paper.example", PublicNetwork())
    limits = Limits(comments_per_minute=60)
    world = replace(with_mail(world, postbox), clock=now, limits=limits, pusher=pusher)
    async with opened(world) as paper:
        await set_up_sign_in(world, "paper", {"email": "yes"})
        yield paper


def address_in_letter(paper: Paper, postbox: Postbox) -> str:
    """Where the letter's link leads, on the server of this test."""
    found = re.search(rf"{SERVER}(/\S+)", postbox.text())
    assert found
    return paper.server + found[1]


async def become(page: Page, paper: Paper, token: str | None) -> None:
    """Have the browser know its reader by the cookie of the server's own pages."""
    cookie = {"name": "fruitful_reader", "value": token or "", "url": paper.server}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]


async def faults(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands, in light and in dark."""
    found = await breaches(page, axe)
    await page.emulate_media(color_scheme="dark")
    found += await breaches(page, axe)
    await page.emulate_media(color_scheme="light")
    return found


async def test_no_page_on_the_way_of_signing_in_by_letter_breaks_a_rule(
    paper: Paper, postbox: Postbox, reader: OpenReader, axe: str
) -> None:
    found = {}
    for lang in ("en", "ar"):
        page = await reader(f"{paper.server}/sign-in/email?site=paper&return_to=/docs&lang={lang}")
        found[f"{lang} address"] = await faults(page, axe)
        await page.locator("#email").fill(ADA)
        await page.locator("form .primary").click()
        await expect(page.locator("#code")).to_be_visible()
        found[f"{lang} code"] = await faults(page, axe)
        await page.locator("#code").fill("wrong")
        await page.locator("form .primary").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        found[f"{lang} wrong code"] = await faults(page, axe)
        await do_jobs(paper.world)
        await page.goto(address_in_letter(paper, postbox))
        found[f"{lang} link"] = await faults(page, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}


async def test_no_page_of_what_a_reader_is_told_and_has_here_breaks_a_rule(
    paper: Paper, postbox: Postbox, reader: OpenReader, axe: str
) -> None:
    token = (await paper.comment("A remark about the bridge.")).reader_token
    page = await reader(f"{paper.server}/notifications")
    found = {"stranger": await faults(page, axe)}
    await become(page, paper, token)
    for lang in ("en", "ar"):
        for place in ("notifications", "me", "me/data"):
            await page.goto(f"{paper.server}/{place}?lang={lang}")
            found[f"{lang} {place}"] = await faults(page, axe)
    choice = Choice(replies=Frequency.AT_ONCE, decisions=Frequency.DAILY, language="en")
    wish = Wish(asker=Asker(token=token), choice=choice, email=ADA, address_hash="ada")
    standing = await choose(paper.world, wish)
    await do_jobs(paper.world)
    await page.goto(address_in_letter(paper, postbox))
    found["question"] = await faults(page, axe)
    await page.locator("form .primary").click()
    await expect(page.get_by_role("status")).to_be_visible()
    found["confirmed"] = await faults(page, axe)
    await page.context.clear_cookies()
    for place in ("", "/stop"):
        await page.goto(f"{paper.server}/notifications/{standing.link}{place}")
        found[f"by link {place}"] = await faults(page, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}


async def test_no_page_of_picks_and_of_what_was_learnt_breaks_a_rule(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    await add_moderator(paper.world, "Mo Derator", "mo@paper.example", PASSWORD)
    await paper.comment("A remark about the bridge.")
    page = await reader(f"{paper.server}/newsroom")
    await page.get_by_label("E-mail address").fill("mo@paper.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    found = {}
    for place in ("picks", "house-rules/paper/calibration"):
        await page.goto(f"{paper.server}/newsroom/{place}")
        found[place] = await faults(page, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}


async def test_the_front_page_tells_how_many_comments_each_story_has(
    world: World, reader: OpenReader, axe: str
) -> None:
    world = replace(world, clock=now)
    async with listening(create_app(world, Settings(demo=True))) as port:
        address = f"http://127.0.0.1:{port}"
        await seed_demo(world, address=address)
        page = await reader(address)
        told = page.locator("[data-fruitful-count='/articles/quay-street']")
        await expect(told).to_have_text(re.compile(r"^\d+ comments$"))
        assert await faults(page, axe) == []


async def test_a_browser_that_refuses_pushes_is_told_so_and_keeps_the_offer(
    paper: Paper, reader: OpenReader
) -> None:
    token = (await paper.comment("A remark about the bridge.")).reader_token
    page = await reader(f"{paper.server}/docs")
    await become(page, paper, token)
    await page.goto(f"{paper.server}/notifications")
    offer = page.get_by_role("button", name="Tell me in this browser", exact=True)
    await expect(offer).to_be_visible()
    await offer.click()
    await expect(page.locator("[data-blocked]")).to_be_visible()
    await expect(offer).to_be_focused()
