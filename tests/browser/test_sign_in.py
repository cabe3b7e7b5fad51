"""Signing in where the comments are embedded: no cookie, nothing stored before the reader acts."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from starlette.responses import JSONResponse

from fruitful.jobs.worker import JobWorker
from fruitful.notifications.mail import SmtpMailer
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import Limits, World, now
from support.browsing import FLAGS, OpenReader, Paper, comment, composer, opened, violations, write
from support.postbox import Postbox, open_postbox
from support.publisher import ISSUER, claims, key_set, new_key, sign

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

SENDER = "The Paper <comments@paper.example>"


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def paper(world: World, postbox: Postbox) -> AsyncIterator[Paper]:
    """A newspaper without guests, which lets readers in by letter."""
    world = replace(
        world,
        clock=now,
        limits=Limits(comments_per_minute=60),
        mailer=SmtpMailer(postbox.url, SENDER),
    )
    async with opened(world) as paper:
        await set_up_sign_in(world, "paper", {"guests": "no", "email": "yes"})
        yield paper


async def code_in(postbox: Postbox, paper: Paper) -> str:
    await JobWorker(paper.world.database.url, paper.world).run_until_idle()
    found = re.search(r"^    (\d{6})$", postbox.text(), re.MULTILINE)
    assert found
    return found[1]


async def sign_in_by_letter(page: Page, paper: Paper, postbox: Postbox) -> None:
    await composer(page).get_by_role("link", name="Sign in by e-mail").click()
    dialog = page.get_by_role("dialog", name="Sign in by e-mail")
    await dialog.get_by_label("E-mail address").fill("ada@reader.example")
    await dialog.get_by_role("button", name="Send the code").click()
    field = dialog.get_by_label("The code in the letter")
    await expect(field).to_be_focused()
    await field.fill("wrong")
    await dialog.get_by_role("button", name="Sign in", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("not the code")
    await field.fill(await code_in(postbox, paper))
    await dialog.get_by_role("button", name="Sign in", exact=True).click()
    await expect(dialog).to_have_count(0)


async def test_a_browser_that_forbids_cookies_and_storage_signs_in_with_a_code(
    paper: Paper, postbox: Postbox, tmp_path: Path
) -> None:
    preferences = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(preferences))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=shutil.which("chromium"),
            chromium_sandbox=os.geteuid() != 0,
            args=FLAGS,
        )
        page = await context.new_page()
        await page.goto(paper.story)
        denied = "() => { try { localStorage; return false } catch (e) { return e.name } }"
        assert await page.evaluate(denied) == "SecurityError"
        await sign_in_by_letter(page, paper, postbox)
        await write(composer(page), "A remark about the bridge.")
        await expect(comment(page, "A remark")).to_contain_text("Ada")
        assert await context.cookies() == []
        await context.close()


async def test_a_draft_survives_signing_in_and_the_reader_can_leave_again(
    paper: Paper, postbox: Postbox, reader: OpenReader, axe: str
) -> None:
    page = await reader()
    form = composer(page)
    await expect(form).to_contain_text("Sign in to take part")
    await expect(form.get_by_label("Your name")).to_be_hidden()
    await write(form, "A remark about the bridge.", name=None)
    await expect(form.get_by_role("alert")).to_contain_text("signed-in readers only")
    assert await violations(page, axe) == []
    await sign_in_by_letter(page, paper, postbox)
    await expect(form.locator("textarea")).to_have_value("A remark about the bridge.")
    await form.get_by_label("Your name").fill("Ada")
    await form.locator("[data-send]").click()
    await expect(comment(page, "A remark")).to_be_visible()
    await page.reload()
    await expect(form).to_contain_text("Signed in as Ada")
    assert await violations(page, axe) == []
    await form.get_by_role("button", name="Sign out").click()
    await expect(form).to_contain_text("Sign in to take part")


async def test_the_publishers_page_tells_who_is_signed_in_once_they_act(
    paper: Paper, reader: OpenReader
) -> None:
    key = new_key()
    wanted = {"jwt": "yes", "email": "no", "jwt_issuer": ISSUER, "jwt_jwks": key_set(key)}
    await set_up_sign_in(paper.world, "paper", wanted)
    token = sign(key, claims(now(), badge="author"))
    paper.pages["/token"] = JSONResponse({"token": token})
    page = await reader()
    await expect(composer(page)).to_be_visible()
    await page.evaluate(
        """() => document.querySelector("fruitful-comments").signIn(
            async () => (await (await fetch("/token")).json()).token)"""
    )
    assert await page.evaluate("localStorage.length") == 0
    await composer(page).locator("textarea").focus()
    await expect(composer(page)).to_contain_text("Signed in as Ada Lovelace")
    await write(composer(page), "A remark about the bridge.", name=None)

    await expect(comment(page, "A remark")).to_contain_text("Ada Lovelace")
    await expect(comment(page, "A remark").locator(".badge")).to_have_text("Author")
    await page.evaluate("""() => document.querySelector("fruitful-comments").signOut()""")
    await expect(composer(page)).to_contain_text("Sign in to take part")
