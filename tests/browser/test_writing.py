"""What helps somebody who writes: notes, previews, quotations and names."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from fruitful.domain.policy import Category
from fruitful.services.review_queue import overview
from support.browsing import OpenReader, Paper, comment, composer, violations, write

NOTE = "[data-note] .note"


async def test_a_quiet_note_names_the_rule_and_marks_the_words_and_who_mends_is_counted(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    page = await reader()
    area, note = composer(page).locator("textarea"), composer(page).locator(NOTE)
    await area.fill("He is a [discourtesy 0.6] man.")
    await expect(note).to_contain_text("a moderator will read it first")
    await expect(note).to_contain_text(paper.world.house_rules.rules[Category.DISCOURTESY].title)
    await expect(note.locator("mark")).to_have_text("[discourtesy 0.6]")
    await expect(area).to_be_focused()
    assert await violations(page, axe) == []

    # A single word of it may be mended, though so little starts no other look at a draft.
    await area.fill("He is a [discourtesy 1.0] man.")
    await expect(note).to_contain_text("This would be sent back")
    await area.fill("He is a tired man.")
    await expect(note).to_have_count(0)
    await write(composer(page), "He is a tired man.")
    await expect(comment(page, "tired")).to_be_visible()
    counts = (await overview(paper.world)).nudges
    assert (counts.shown, counts.mended, counts.posted_anyway) == (1, 1, 0)


async def test_a_note_stops_nobody_from_posting(paper: Paper, reader: OpenReader) -> None:
    page = await reader()
    await composer(page).locator("textarea").fill("He is a [discourtesy 0.6] man.")
    await expect(composer(page).locator(NOTE)).to_be_visible()
    await write(composer(page), "He is a [discourtesy 0.6] man.")
    await expect(page.locator("[data-own]")).to_contain_text("Waiting for a moderator")
    await expect(composer(page).locator(NOTE)).to_have_count(0)
    assert (await overview(paper.world)).nudges.posted_anyway == 1


async def test_a_preview_takes_the_place_of_the_text_and_gives_it_back(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    page = await reader()
    form = composer(page)
    area, button = form.locator("textarea"), form.get_by_role("button", name="Preview")
    await area.fill("It is *late*.\n\n> quoted")
    await button.click()
    shown = form.get_by_role("region", name="Preview")
    await expect(shown.locator("em")).to_have_text("late")
    await expect(shown.locator("blockquote")).to_have_text("quoted")
    await expect(shown).to_be_focused()
    await expect(area).to_be_hidden()
    await expect(button).to_have_attribute("aria-pressed", "true")
    assert await violations(page, axe) == []
    await button.click()
    await expect(area).to_be_focused()
    await expect(area).to_have_value("It is *late*.\n\n> quoted")
    await expect(shown).to_be_hidden()


async def _select(page: Page, text: str, words: str) -> None:
    await (
        comment(page, text)
        .locator(".text p")
        .first.evaluate(
            """(paragraph, words) => {
            const node = paragraph.firstChild, start = node.data.indexOf(words);
            const selection = paragraph.getRootNode().getSelection?.() ?? getSelection();
            selection.setBaseAndExtent(node, start, node, start + words.length);
        }""",
            words,
        )
    )


async def test_what_is_selected_is_quoted_into_the_answer(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("The toll went up in May, and nobody was asked.")
    page = await reader()
    await composer(page).locator("textarea").focus()
    await expect(comment(page, "The toll")).to_be_visible()
    await _select(page, "The toll", "nobody was asked")
    await page.get_by_role("button", name="Quote").click()
    area = page.locator("form[data-reply-form] textarea")
    await expect(area).to_have_value("> nobody was asked\n\n")
    await expect(area).to_be_focused()
    await page.keyboard.type("I was.")
    await page.locator("form[data-reply-form] [data-send]").click()
    await expect(page.get_by_label("Your name").last).to_be_focused()
    await page.keyboard.type("Ben")
    await page.keyboard.press("Enter")
    answer = page.locator("li.item li.item")
    await expect(answer.locator("blockquote")).to_have_text("nobody was asked")


async def test_the_menu_quotes_the_first_paragraph_by_keyboard_alone(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("The toll went up.\n\nNobody was asked.")
    page = await reader()
    await comment(page, "The toll").locator("[data-menu]").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    area = page.locator("form[data-reply-form] textarea")
    await expect(area).to_have_value("> The toll went up.\n\n")
    await expect(area).to_be_focused()


async def test_names_are_offered_after_an_at_and_chosen_by_keyboard(
    paper: Paper, reader: OpenReader, axe: str
) -> None:
    first = await paper.comment("A remark about the bridge.", "Ben Walker")
    await paper.comment("Something about the ferry.", "Bea Quill")
    page = await reader()
    area = composer(page).locator("textarea")
    await area.focus()
    await expect(comment(page, "A remark")).to_be_visible()
    await page.keyboard.type("I agree with @be")
    options = page.get_by_role("option")
    await expect(options).to_have_count(2)
    await expect(area).to_have_attribute(
        "aria-activedescendant", str(await options.nth(0).get_attribute("id"))
    )
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert await violations(page, axe) == []
    await page.keyboard.press("Escape")
    await expect(options).to_have_count(0)
    await page.keyboard.type("n")
    await expect(options).to_have_text(["Ben Walker"])
    await page.keyboard.press("Enter")
    await expect(area).to_have_value("I agree with @Ben Walker ")
    await page.keyboard.type("about it.")
    await composer(page).get_by_label("Your name").fill("Ada")
    await composer(page).locator("[data-send]").click()
    link = comment(page, "I agree with").get_by_role("link", name="@Ben Walker")
    await expect(link).to_have_attribute("href", f"{paper.server}/comments/{first.comment.id}")
    await link.click()
    await expect(comment(page, "A remark")).to_be_focused()
    assert page.url == paper.story


@pytest.mark.parametrize("part", ["edit", "reply"])
async def test_unfinished_answers_and_changes_are_there_after_a_reload(
    paper: Paper, reader: OpenReader, part: str
) -> None:
    page = await reader()
    await write(composer(page), "A remark about the bridge.")
    name = {"edit": "Edit", "reply": "Reply"}[part]
    await comment(page, "A remark").get_by_role("button", name=name).click()
    await page.locator("form[data-reply-form] textarea").fill("Half a thought")
    await page.reload()
    await comment(page, "A remark").get_by_role("button", name=name).click()
    await expect(page.locator("form[data-reply-form] textarea")).to_have_value("Half a thought")
