"""What helps somebody who reads: folding, finding what is new, and seeing it come."""

from __future__ import annotations

from playwright.async_api import expect

from fruitful.services.respect_comment import respect_comment
from support.browsing import OpenReader, Paper, comment, composer, violations, write

NOW = "document.querySelector('fruitful-comments').shadowRoot.querySelector('[data-live]')"


async def test_a_branch_folds_away_and_stays_folded_for_the_visit(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    first = await paper.comment("A remark about the bridge.")
    answer = await paper.comment("An answer to it.", "Ben", parent_id=first.comment.id)
    await paper.comment("Another, deeper.", "Cleo", parent_id=answer.comment.id)
    page = await reader()
    fold = comment(page, "A remark").get_by_role("button", name="2 replies")
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await fold.focus()
    await page.keyboard.press("Enter")
    await expect(comment(page, "Another, deeper.")).to_be_hidden()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    assert await violations(page, axe) == []
    await page.reload()
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await expect(comment(page, "An answer")).to_be_hidden()
    await fold.click()
    await expect(comment(page, "Another, deeper.")).to_be_visible()


async def test_an_answer_written_beneath_a_folded_branch_opens_it_and_is_counted(
    paper: Paper, reader: OpenReader
) -> None:
    first = await paper.comment("A remark about the bridge.")
    await paper.comment("An answer to it.", "Ben", parent_id=first.comment.id)
    page = await reader()
    await comment(page, "A remark").get_by_role("button", name="1 reply").click()
    await comment(page, "A remark").get_by_role("button", name="Reply", exact=True).click()
    await write(page.locator("form[data-reply-form]"), "So do I.")
    await expect(comment(page, "So do I.")).to_be_visible()
    await expect(comment(page, "An answer")).to_be_visible()
    await expect(comment(page, "A remark").get_by_role("button", name="2 replies")).to_be_visible()


async def test_deep_answers_stay_wide_on_a_phone_and_say_whom_they_answer(
    paper: Paper, reader: OpenReader
) -> None:
    parent = None
    for depth in range(7):
        said = await paper.comment(f"Depth {depth} of it.", f"Ida {depth}", parent_id=parent)
        parent = said.comment.id
    page = await reader(viewport={"width": 360, "height": 740})
    deepest = comment(page, "Depth 6")
    box = await deepest.bounding_box()
    assert box
    assert box["width"] >= 300
    link = deepest.get_by_role("link", name="In reply to Ida 5")
    await link.click()
    await expect(comment(page, "Depth 5")).to_be_focused()


async def test_what_is_new_since_the_last_visit_is_marked_for_readers_who_have_acted(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    old = await paper.comment("A remark about the bridge.")
    page = await reader()
    await write(composer(page), "Something about the ferry.")
    await expect(comment(page, "ferry")).to_be_visible()
    await page.goto("about:blank")
    await paper.comment("Here is a newer remark.", "Ben")
    await paper.comment("A new answer to the old.", "Cleo", parent_id=old.comment.id)
    await page.goto(paper.story)
    await expect(page.locator(".since")).to_contain_text("2 new since your last visit")
    await expect(page.locator(".new")).to_have_count(2)
    await expect(comment(page, "ferry").locator(".new")).to_have_count(0)
    assert await violations(page, axe) == []
    await page.locator(".since").get_by_role("button", name="Next").click()
    await expect(comment(page, "newer remark")).to_be_focused()
    await comment(page, "newer remark").get_by_role("button", name="Next").click()
    await expect(comment(page, "new answer")).to_be_focused()


async def test_of_readers_who_only_read_no_visit_is_remembered(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await expect(comment(page, "A remark")).to_be_visible()
    await page.goto(paper.print("Another page", path="/elsewhere"))
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    await page.goto(paper.story)
    await expect(comment(page, "A remark")).to_be_visible()
    await expect(page.locator(".new, .since")).to_have_count(0)


async def test_respect_that_others_give_is_counted_on_open_pages(
    paper: Paper, reader: OpenReader
) -> None:
    said = await paper.comment("A remark about the bridge.")
    page = await reader()
    number = comment(page, "A remark").locator("[data-number]")
    await expect(number).to_have_text("")
    await respect_comment(paper.world, said.comment.id, None, "somebody")
    await expect(number).to_have_text("1")


async def test_a_burst_of_comments_is_announced_once_to_those_who_listen(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await expect(composer(page)).to_be_visible()
    await page.evaluate(
        f"""() => {{
            window.said = [];
            const heard = () => window.said.push({NOW}.textContent);
            new MutationObserver(heard).observe({NOW}, {{ childList: true }});
        }}"""
    )
    for number in range(4):
        await paper.comment(f"Remark {number} about the bridge.", f"Ida {number}")
    await expect(page.get_by_role("button", name="4 new comments")).to_be_visible()
    await page.wait_for_function("window.said.length > 0")
    assert await page.evaluate("window.said") == ["4 new comments"]
