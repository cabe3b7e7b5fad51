"""The ∨ below and to the right of every comment."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from fruitful.domain.conversation import ReportReason
from fruitful.services.review_queue import review_queue
from support.browsing import OpenReader, Paper, comment

MENU = ("Report spam", "Report…", "Quote", "Copy link", "Hide this person")


def vee(page: Page, text: str) -> Locator:
    return comment(page, text).locator("[data-menu]")


async def reported(paper: Paper) -> list[tuple[ReportReason, str]]:
    """What the newsroom sees."""
    items = await review_queue(paper.world)
    return [(report.reason, report.note) for item in items for report in item.reports]


async def test_the_control_stands_below_and_to_the_right_of_the_comment(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    box = await vee(page, "A remark").bounding_box()
    text = await comment(page, "A remark").locator(".text").bounding_box()
    whole = await comment(page, "A remark").bounding_box()
    assert box
    assert text
    assert whole
    assert box["y"] >= text["y"] + text["height"]
    assert box["x"] + box["width"] >= whole["x"] + whole["width"] - 1
    await expect(vee(page, "A remark")).to_have_text("∨")
    await expect(vee(page, "A remark")).to_have_accessible_name("More about the comment by Ada")


async def test_the_menu_is_worked_by_keyboard_alone_and_gives_the_focus_back(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("Win a boat today.")
    page = await reader()
    button = vee(page, "Win a boat")
    await button.focus()
    await page.keyboard.press("Enter")
    items = page.get_by_role("menuitem")
    await expect(items).to_have_text([*MENU])
    await expect(items.nth(0)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(items.last).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(items).to_have_count(0)
    await expect(button).to_be_focused()
    await expect(button).to_have_attribute("aria-expanded", "false")

    await page.keyboard.press("Space")
    await expect(items.nth(0)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-live]")).to_contain_text("Your report has reached")
    await expect(button).to_be_focused()
    assert await reported(paper) == [(ReportReason.SPAM, "")]


async def test_a_report_names_what_is_wrong_and_can_carry_a_note(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await vee(page, "A remark").click()
    await page.get_by_role("menuitem", name="Report…").click()
    dialog = page.get_by_role("dialog", name="Report this comment")
    await expect(dialog.get_by_role("radio")).to_have_count(7)
    await dialog.get_by_label("Somebody’s private details").check()
    await dialog.get_by_label("Anything to add?").fill("Her door number.")
    await dialog.get_by_role("button", name="Send report").click()
    await expect(dialog).to_have_count(0)
    await expect(vee(page, "A remark")).to_be_focused()
    assert await reported(paper) == [(ReportReason.DOXING, "Her door number.")]


async def test_escape_leaves_the_report_unsent(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await vee(page, "A remark").click()
    await page.get_by_role("menuitem", name="Report…").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await reported(paper) == []


async def test_a_hidden_person_stays_hidden_on_this_device_until_shown_again(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.", "Ben")
    await paper.comment("Another about the ferry.", "Ida")
    page = await reader()
    await vee(page, "A remark").click()
    await page.get_by_role("menuitem", name="Hide this person").click()
    text = page.get_by_text("A remark about the bridge.")
    await expect(text).to_be_hidden()
    await expect(comment(page, "Another")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("somebody you have hidden")).to_be_visible()
    await expect(text).to_be_hidden()
    await page.get_by_role("button", name="Show").click()
    await expect(text).to_be_visible()


async def test_the_link_to_a_comment_can_be_copied(paper: Paper, reader: OpenReader) -> None:
    written = await paper.comment("A remark about the bridge.")
    page = await reader(permissions=["clipboard-read", "clipboard-write"])
    await vee(page, "A remark").click()
    await page.get_by_role("menuitem", name="Copy link").click()
    await expect(page.locator("[data-live]")).to_have_text("Link copied.")
    link = await page.evaluate("navigator.clipboard.readText()")
    assert link == f"{paper.server}/comments/{written.comment.id}"
    await page.goto(link)
    assert page.url.endswith(f"#comment-{written.comment.id}")
    await expect(page.locator(f"#comment-{written.comment.id}")).to_be_in_viewport()
