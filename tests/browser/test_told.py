"""From the embedded section a reader reaches what is their own, and is told of replies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import Limits, World, now
from support.browsing import OpenReader, Paper, comment, composer, opened, violations, write
from support.postbox import Postbox, open_postbox
from support.publisher import ISSUER, claims, key_set, new_key, sign
from support.told import do_jobs, with_mail

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

BOX = "Tell me by e-mail about replies to what I write here"


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def paper(world: World, postbox: Postbox) -> AsyncIterator[Paper]:
    """A newspaper that writes letters, and lets in its own readers beside guests."""
    world = replace(with_mail(world, postbox), clock=now, limits=Limits(comments_per_minute=60))
    async with opened(world) as paper:
        yield paper


async def sign_in(paper: Paper, page: Page) -> None:
    """As a reader of the paper's, who vouches for their address."""
    key = new_key()
    await set_up_sign_in(
        paper.world, "paper", {"jwt": "yes", "jwt_issuer": ISSUER, "jwt_jwks": key_set(key)}
    )
    token = sign(key, claims(now(), email="ada@reader.example", email_verified=True))
    await expect(composer(page)).to_be_visible()
    await page.evaluate(
        "(token) => document.querySelector('fruitful-comments').signIn(token)", token
    )
    await composer(page).locator("textarea").focus()
    await expect(composer(page)).to_contain_text("Signed in as Ada Lovelace")


async def test_who_ticks_the_box_is_sent_the_reply_by_mail(
    paper: Paper, reader: OpenReader, postbox: Postbox, axe: str
) -> None:
    page = await reader()
    await sign_in(paper, page)
    box = composer(page).get_by_label(BOX)
    await box.check()
    assert await violations(page, axe) == []
    await write(composer(page), "A remark about the bridge.", name=None)
    mine = comment(page, "A remark")
    await expect(mine).to_be_visible()
    # Who is told is not asked again, neither here nor in an answer.
    await expect(page.get_by_label(BOX)).to_have_count(0)

    remark = await mine.get_attribute("data-id")
    await paper.comment("And an answer to it.", "Bo", parent_id=remark)
    await do_jobs(paper.world)
    assert postbox.letters[-1]["To"] == "ada@reader.example"
    assert "And an answer to it." in postbox.text()


async def test_the_box_may_be_ticked_in_an_answer_but_not_in_a_change(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("What the bridge has cost.", "Bo")
    page = await reader()
    await sign_in(paper, page)
    await write(composer(page), "A remark about the bridge.", name=None)
    await expect(composer(page).get_by_label(BOX)).not_to_be_checked()

    await comment(page, "A remark").get_by_role("button", name="Edit").click()
    await expect(comment(page, "A remark").locator("form textarea")).to_be_focused()
    await expect(comment(page, "A remark").get_by_label(BOX)).to_have_count(0)
    theirs = comment(page, "What the bridge")
    await theirs.locator("[data-reply]").click()
    await theirs.get_by_label(BOX).check()
    await write(theirs.locator("form"), "Too much.", name=None)
    await expect(comment(page, "Too much.")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_count(0)


async def test_a_guest_finds_their_own_pages_beneath_the_form_once_they_have_written(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    page = await reader()
    own = composer(page).get_by_role("link", name="Your comments")
    choices = composer(page).get_by_role("link", name="Choose what you are told")
    await write(composer(page), "A remark about the bridge.")
    await expect(own).to_be_visible()
    await expect(composer(page).get_by_label(BOX)).to_have_count(0)
    assert await violations(page, axe) == []
    await page.reload()
    for link, shown in ((own, "A remark about the bridge."), (choices, "What you are told")):
        async with page.expect_popup() as opening:
            await link.click()
        opened_page = await opening.value
        await expect(opened_page.locator("main")).to_contain_text(shown)
        await opened_page.close()


async def test_a_stranger_is_offered_nothing(paper: Paper, reader: OpenReader) -> None:
    page = await reader()
    await composer(page).locator("textarea").fill("A remark about the bridge.")
    await composer(page).get_by_role("button", name="Preview").click()
    # The second script has come: it shows the preview.
    await expect(composer(page).get_by_role("region", name="Preview")).to_be_visible()
    await expect(composer(page).get_by_role("link")).to_have_count(0)
    await expect(page.get_by_label(BOX)).to_have_count(0)
