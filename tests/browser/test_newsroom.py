"""The newsroom in a browser: by keys alone, side by side with a colleague, and on a phone."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, Route, expect

from fruitful.domain.conversation import CommentState
from fruitful.services.moderators import add_moderator
from support.browsing import OpenReader, Paper, breaches, comment
from support.desk import PASSWORD, state_of

HEATED = "The council should be ashamed of itself [discourtesy 0.6]."
THREAT = "Wait for him at the gate [violence 0.6], and he will understand."


async def queue_of(paper: Paper, *texts: str) -> list[UUID]:
    """Comments that wait, and a moderator to read them."""
    await add_moderator(paper.world, "Mo Derator", "mo@paper.example", PASSWORD)
    return [
        (await paper.comment(text, f"Writer {number}")).comment.id
        for number, text in enumerate(texts)
    ]


async def sign_in(page: Page) -> None:
    await page.get_by_label("E-mail address").fill("mo@paper.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    # Keys count from when the script has run, and it brings out this button last.
    await expect(page.locator(".keys:not([hidden])")).to_be_attached()


def items(page: Page) -> Locator:
    return page.locator("#queue > .item")


async def test_a_queue_is_worked_through_by_keys_alone(paper: Paper, reader: OpenReader) -> None:
    heated, threat = await queue_of(paper, HEATED, THREAT)
    page = await reader(f"{paper.server}/newsroom")
    await sign_in(page)
    await expect(items(page)).to_have_count(2)
    await page.keyboard.press("j")
    await expect(items(page).first).to_be_focused()

    await page.keyboard.press("r")
    await page.keyboard.press("1")
    await expect(items(page).first).to_contain_text("Rejected · Violence")
    assert await state_of(paper.world, threat) is CommentState.REJECTED
    await expect(items(page).last).to_be_focused()

    await page.keyboard.press("a")
    await expect(items(page).last).to_contain_text("Approved")
    assert await state_of(paper.world, heated) is CommentState.PUBLISHED
    await expect(page.locator("#status")).to_contain_text("Waiting 0", use_inner_text=True)

    await page.keyboard.press("u")
    await expect(items(page).last.get_by_role("button", name="Approve")).to_be_visible()
    assert await state_of(paper.world, heated) is CommentState.HELD


async def test_a_comment_approved_in_the_newsroom_appears_in_an_open_page(
    paper: Paper, reader: OpenReader
) -> None:
    await queue_of(paper, HEATED)
    story = await reader()
    await expect(story.locator("form#composer")).to_be_visible()
    await expect(comment(story, "ashamed")).to_have_count(0)
    page = await reader(f"{paper.server}/newsroom")
    await sign_in(page)
    await page.get_by_role("button", name="Approve").click()
    # Whoever reads is not interrupted: what is new waits behind a button of its own.
    await story.get_by_role("button", name="1 new comment").click()
    await expect(comment(story, "ashamed")).to_be_visible()


async def test_two_moderators_act_at_once(paper: Paper, reader: OpenReader) -> None:
    (heated,) = await queue_of(paper, HEATED)
    mine, hers = [await reader(f"{paper.server}/newsroom") for _ in range(2)]
    for page in (mine, hers):
        await sign_in(page)
        await page.keyboard.press("j")
    await mine.keyboard.press("a")
    await expect(items(mine)).to_contain_text("Approved")
    await hers.keyboard.press("r")
    await hers.keyboard.press("6")
    await expect(hers.get_by_role("alert")).to_contain_text("Somebody else has decided this")
    await hers.get_by_role("link", name="See it as it is now").click()
    await expect(items(hers)).to_contain_text("Approved by Mo Derator")
    assert await state_of(paper.world, heated) is CommentState.PUBLISHED


async def test_nothing_is_lost_while_the_server_is_away(paper: Paper, reader: OpenReader) -> None:
    (heated,) = await queue_of(paper, HEATED)
    page = await reader(f"{paper.server}/newsroom")
    await sign_in(page)
    await page.keyboard.press("j")
    is_away = True

    async def reach(route: Route) -> None:
        await (route.abort() if is_away else route.continue_())

    await page.route("**/actions", reach)
    await page.keyboard.press("a")
    await expect(page.get_by_role("alert")).to_contain_text("could not be saved")
    is_away = False
    await page.keyboard.press("a")
    await expect(items(page)).to_contain_text("Approved")
    assert await state_of(paper.world, heated) is CommentState.PUBLISHED


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_of_the_newsroom_breaks_a_rule(
    paper: Paper, reader: OpenReader, axe: str, scheme: Literal["light", "dark"]
) -> None:
    heated, threat = await queue_of(paper, HEATED, THREAT)
    page = await reader(f"{paper.server}/newsroom", color_scheme=scheme)
    found = {"sign-in": await breaches(page, axe)}
    await sign_in(page)
    for place in ("decisions", "log", "house-rules", f"comments/{heated}", f"comments/{threat}"):
        await page.goto(f"{paper.server}/newsroom/{place}")
        found[place] = await breaches(page, axe)
    await page.goto(f"{paper.server}/newsroom")
    found["queue"] = await breaches(page, axe)
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    found["rejecting"] = await breaches(page, axe)
    await page.keyboard.press("1")
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found["done"] = await breaches(page, axe)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    found["help"] = await breaches(page, axe)
    assert {place: lines for place, lines in found.items() if lines} == {}


async def test_the_newsroom_fits_a_phone(paper: Paper, reader: OpenReader) -> None:
    (heated,) = await queue_of(paper, f"{HEATED} {'long' * 60}")
    page = await reader(
        f"{paper.server}/newsroom",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
    )
    await sign_in(page)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for place in ("", "/decisions", "/log", "/house-rules", f"/comments/{heated}"):
        await page.goto(f"{paper.server}/newsroom{place}")
        assert await page.evaluate(overflow) <= 0, place
    await page.goto(f"{paper.server}/newsroom")
    await page.get_by_text("Reject…").tap()
    heights = await page.locator("main button:visible, main summary:visible").evaluate_all(
        "all => all.map(one => [one.textContent.trim(), one.getBoundingClientRect().height])"
    )
    assert [entry for entry in heights if entry[1] < 44] == []
