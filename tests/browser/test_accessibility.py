"""Every state of the section, light and dark, against WCAG 2.2 AA as far as axe can tell."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.async_api import Page, expect

from support.browsing import OpenReader, Paper, comment, composer, violations, write

Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_state_of_the_widget_breaks_a_rule(
    paper: Paper, reader: OpenReader, axe: str, scheme: Scheme
) -> None:
    first = await paper.comment("A remark about the bridge, with a [link](https://a.example).")
    await paper.comment("> A remark\n\nAn *answer* to it.", "Ben", parent_id=first.comment.id)
    page = await reader(color_scheme=scheme, reduced_motion="reduce")
    await expect(comment(page, "An answer")).to_be_visible()
    found = {"reading": await violations(page, axe)}

    for state, open_state in STATES.items():
        await open_state(page)
        found[state] = await violations(page, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_state_of_the_plain_page_breaks_a_rule(
    paper: Paper, reader: OpenReader, axe: str, scheme: Scheme
) -> None:
    await paper.comment("A remark about the bridge.")
    address = f"{paper.server}/threads/by-url?article_url={paper.story}"
    page = await reader(address, color_scheme=scheme)
    await comment(page, "A remark").locator("summary.vee").click()
    await page.locator("summary", has_text="Report…").locator("visible=true").click()
    found = {"menu": await violations(page, axe)}
    await write(composer(page), "It was [violence 0.6] yesterday.")
    await expect(page.locator("[data-own]")).to_be_visible()
    found["held"] = await violations(page, axe)
    await write(composer(page), "He is a [discourtesy 1.0] and late.")
    await expect(page.locator("[data-returned]")).to_be_visible()
    found["returned"] = await violations(page, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}


async def _open_menu(page: Page) -> None:
    await comment(page, "A remark").locator("[data-menu]").first.click()
    await expect(page.get_by_role("menu")).to_be_visible()


async def _open_report(page: Page) -> None:
    await page.get_by_role("menuitem", name="Report…").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _answer(page: Page) -> None:
    await page.keyboard.press("Escape")
    await comment(page, "A remark").first.get_by_role("button", name="Reply", exact=True).click()
    await page.locator("form[data-reply-form] textarea").fill("An unfinished answer")


async def _published(page: Page) -> None:
    await write(composer(page), "Something about the ferry.")
    await expect(comment(page, "ferry").get_by_role("button", name="Edit")).to_be_visible()


async def _held(page: Page) -> None:
    await write(composer(page), "It was [violence 0.6] yesterday.")
    await expect(page.locator("[data-own]")).to_be_visible()


async def _returned(page: Page) -> None:
    await write(composer(page), "He is a [discourtesy 1.0] and late.")
    await expect(page.locator("[data-returned]")).to_be_visible()


async def _offline(page: Page) -> None:
    await page.context.route("**/api/v1/comments/**", lambda route: route.abort())
    await write(composer(page), "He is late.", name=None)
    await expect(composer(page).locator("[data-problem]")).to_be_visible()


async def _rules_open(page: Page) -> None:
    await page.get_by_text("The rules in full").click()


STATES = {
    "menu": _open_menu,
    "report": _open_report,
    "answering": _answer,
    "published": _published,
    "held": _held,
    "returned": _returned,
    "offline": _offline,
    "rules": _rules_open,
}


async def test_everything_fits_at_200_percent_on_a_narrow_screen(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark with averyverylongwordthatcannotbebroken" + "x" * 80)
    page = await reader(viewport={"width": 320, "height": 640}, has_touch=True)
    await expect(comment(page, "A remark")).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(overflow) <= 0


async def test_touch_targets_are_at_least_44_pixels_high(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    await comment(page, "A remark").locator("[data-menu]").tap()
    await expect(page.get_by_role("menu")).to_be_visible()
    heights = await page.locator("button:visible, .sort a").evaluate_all(
        "all => all.map(e => [e.textContent.trim(), e.getBoundingClientRect().height])"
    )
    assert [entry for entry in heights if entry[1] < 44] == []
