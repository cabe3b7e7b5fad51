"""Readers and writers on the pages of a newspaper."""

from __future__ import annotations

import json
from uuid import UUID

from playwright.async_api import expect

from fruitful.domain.conversation import ModeratorAction
from fruitful.domain.policy import Category
from fruitful.services.moderate_comment import Order, moderate_comment
from fruitful.services.moderators import add_moderator
from fruitful.services.settle_reports import settle_reports
from support.browsing import OpenReader, Paper, comment, composer, write


async def moderate(paper: Paper, comment_id: object, action: ModeratorAction) -> None:
    moderator = await add_moderator(paper.world, "Mo", f"{action}@paper.example", "a long password")
    await moderate_comment(
        paper.world,
        Order(comment_id=UUID(str(comment_id)), action=action, moderator_id=moderator.id),
    )


async def test_a_comment_appears_at_once_without_a_reload_and_is_there_for_others(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await page.evaluate("window.sameDocument = true")
    await write(composer(page), "I crossed it *this* morning.")
    await expect(comment(page, "I crossed it this morning.")).to_be_visible()
    await expect(comment(page, "I crossed").locator("em")).to_have_text("this")
    await expect(page.locator("[data-count]")).to_have_text("1")
    await expect(composer(page).locator("textarea")).to_have_value("")
    assert await page.evaluate("window.sameDocument")

    other = await reader()
    await expect(comment(other, "I crossed it this morning.")).to_be_visible()


async def test_an_answer_stands_beneath_what_it_answers_and_can_be_changed_and_deleted(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("When does the footpath open?", "Ida")
    page = await reader()
    await comment(page, "footpath").get_by_role("button", name="Reply", exact=True).click()
    await write(page.locator("form[data-reply-form]"), "On Friday, says the sign.")
    answer = page.locator("li.item li.item", has_text="On Friday")
    await expect(answer).to_be_visible()

    await answer.get_by_role("button", name="Edit").click()
    area = page.locator("form[data-reply-form] textarea")
    await expect(area).to_have_value("On Friday, says the sign.")
    await area.fill("On Saturday, says the new sign.")
    await page.get_by_role("button", name="Save").click()
    await expect(comment(page, "On Saturday")).to_contain_text("edited")

    page.on("dialog", lambda dialog: dialog.accept())
    await comment(page, "On Saturday").get_by_role("button", name="Delete").click()
    await expect(comment(page, "On Saturday")).to_have_count(0)
    await expect(page.locator("[data-count]")).to_have_text("1")


async def test_a_returned_comment_names_the_rule_marks_the_words_and_is_published_once_mended(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    text = "🚲 He is a [discourtesy 1.0] and late."
    await write(composer(page), text)
    panel = composer(page).locator("[data-returned]")
    await expect(panel).to_contain_text("Not published")
    title = paper.world.house_rules.rules[Category.DISCOURTESY].title
    await expect(panel).to_contain_text(title)
    await expect(panel.locator("mark")).to_have_text("[discourtesy 1.0]")
    area = composer(page).locator("textarea")
    await expect(area).to_have_value(text)
    selected = await area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)")
    assert selected == "[discourtesy 1.0]"
    other = await reader()
    await expect(other.locator("[data-empty]")).to_be_visible()

    await area.fill("🚲 He is late.")
    await composer(page).locator("[data-send]").click()
    await expect(comment(page, "He is late.")).to_be_visible()
    await expect(panel).to_have_count(0)


async def test_a_change_that_is_returned_names_the_rule_and_leaves_what_was_published(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await write(composer(page), "He is late.")
    await comment(page, "He is late.").get_by_role("button", name="Edit").click()
    form = page.locator("form[data-reply-form]")
    await form.locator("textarea").fill("He is a late [discourtesy 1.0].")
    await form.get_by_role("button", name="Save").click()
    title = paper.world.house_rules.rules[Category.DISCOURTESY].title
    await expect(form.locator("[data-problem]")).to_contain_text(title)
    await expect(form.locator("textarea")).to_have_value("He is a late [discourtesy 1.0].")
    other = await reader()
    await expect(comment(other, "He is late.")).to_be_visible()
    await form.get_by_role("link", name="Cancel").click()
    await expect(comment(page, "He is late.").locator(".text")).to_be_visible()


async def test_a_returned_draft_is_still_there_after_a_reload(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await write(composer(page), "You [discourtesy 1.0], listen.")
    await expect(composer(page).locator("[data-returned]")).to_be_visible()
    await page.reload()
    area = composer(page).locator("textarea")
    await expect(area).to_have_value("You [discourtesy 1.0], listen.")
    await area.fill("Listen.")
    await composer(page).locator("[data-send]").click()
    await expect(comment(page, "Listen.")).to_be_visible()


async def test_a_held_comment_is_seen_by_its_writer_only(paper: Paper, reader: OpenReader) -> None:
    page = await reader()
    await write(composer(page), "It was [violence 0.6] yesterday.")
    waiting = page.locator("[data-own]")
    await expect(waiting).to_contain_text("Waiting for a moderator")
    await expect(waiting.locator("mark")).to_have_text("[violence 0.6]")
    await page.reload()
    await expect(waiting).to_contain_text("It was [violence 0.6] yesterday.")

    other = await reader()
    await expect(other.locator("[data-empty]")).to_be_visible()
    assert "yesterday" not in await other.content()


async def test_an_approved_comment_is_announced_on_open_pages_and_nothing_jumps(
    paper: Paper, reader: OpenReader
) -> None:
    for number in range(12):
        await paper.comment(f"Remark number {number} about the bridge.", f"Ida {number}")
    held = await paper.comment("It was [violence 0.6] yesterday.", "Ben")
    page = await reader()
    await expect(comment(page, "Remark number 11")).to_be_visible()
    await comment(page, "Remark number 3 ").scroll_into_view_if_needed()
    before = await comment(page, "Remark number 3 ").bounding_box()

    await moderate(paper, held.comment.id, ModeratorAction.APPROVE)
    button = page.get_by_role("button", name="1 new comment")
    await expect(button).to_be_visible()
    await expect(comment(page, "yesterday")).to_have_count(0)
    assert await comment(page, "Remark number 3 ").bounding_box() == before
    await button.click()
    await expect(comment(page, "yesterday")).to_be_visible()
    await expect(comment(page, "yesterday")).to_be_focused()
    await expect(page.locator("[data-count]")).to_have_text("13")


async def test_a_writer_sees_their_comment_turn_from_waiting_to_published(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    await write(composer(page), "It was [violence 0.6] yesterday.")
    own = page.locator("[data-own]")
    await expect(own).to_be_visible()
    await moderate(paper, await own.get_attribute("data-own"), ModeratorAction.APPROVE)
    await expect(comment(page, "yesterday")).to_be_visible()
    await expect(own).to_have_count(0)


async def test_a_rejected_comment_goes_from_open_pages(paper: Paper, reader: OpenReader) -> None:
    gone = await paper.comment("A remark about the bridge.")
    await paper.comment("An answer to it.", "Ben", parent_id=gone.comment.id)
    alone = await paper.comment("Something else about the ferry.", "Cleo")
    page = await reader()
    await expect(comment(page, "A remark")).to_be_visible()
    await moderate(paper, gone.comment.id, ModeratorAction.REJECT)
    await expect(comment(page, "A remark")).to_have_count(0)
    await expect(page.get_by_text("This comment is no longer here.")).to_be_visible()
    await expect(comment(page, "An answer")).to_be_visible()
    await expect(comment(page, "Something else")).to_be_visible()
    assert alone.total == 3
    await expect(page.locator("[data-count]")).to_have_text("2")


async def test_respect_is_counted_once_and_remembered(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    button = comment(page, "A remark").get_by_role("button", name="Respect")
    await button.click()
    await expect(button).to_have_text("Respect 1")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await button.click()
    await expect(button).to_have_text("Respect 1")


async def test_a_thread_shows_fifty_comments_at_first_then_more_in_the_chosen_order(
    paper: Paper, reader: OpenReader
) -> None:
    first = await paper.comment("The very first remark.")
    for number in range(51):
        await paper.comment(f"Remark {number:02d} about the bridge.", f"Ida {number}")
    page = await reader()
    items = page.locator("article.comment[data-id]")
    await expect(items).to_have_count(50)
    await page.get_by_role("link", name="Show more comments").click()
    await expect(items).to_have_count(52)
    await expect(items.nth(50)).to_be_focused()
    await page.get_by_role("link", name="Oldest").click()
    await expect(items.first).to_contain_text("The very first remark.")
    await expect(items).to_have_count(50)

    # A link to a comment leads to it on the article too, even where it isn't among the first.
    await page.goto("about:blank")
    await page.goto(f"{paper.story}#comment-{first.comment.id}")
    await expect(comment(page, "The very first remark.")).to_be_focused()
    await expect(comment(page, "The very first remark.")).to_be_in_viewport()


async def test_where_live_updates_are_refused_the_page_asks_now_and_then(
    paper: Paper, reader: OpenReader
) -> None:
    remark = await paper.comment("A remark about the bridge.")
    held = await paper.comment("It was [violence 0.6] yesterday.", "Ben")
    page = await reader("about:blank")
    await page.clock.install()
    await page.route("**/api/v1/events**", lambda route: route.fulfill(status=503))
    async with page.expect_response("**/api/v1/events**"):
        await page.goto(paper.story)
    await expect(comment(page, "A remark")).to_be_visible()
    await moderate(paper, held.comment.id, ModeratorAction.APPROVE)
    await moderate(paper, remark.comment.id, ModeratorAction.REJECT)
    await page.clock.fast_forward(31_000)
    await expect(page.get_by_role("button", name="1 new comment")).to_be_visible()
    await expect(comment(page, "A remark")).to_have_count(0)


async def test_who_reports_is_told_what_came_of_it_until_they_have_read_it(
    paper: Paper, reader: OpenReader
) -> None:
    written = await paper.comment("Win a boat today.", "Ben")
    page = await reader()
    await comment(page, "Win a boat").locator("[data-menu]").click()
    await page.get_by_role("menuitem", name="Report spam").click()
    await expect(page.locator("[data-live]")).to_contain_text("Your report has reached")
    await moderate(paper, written.comment.id, ModeratorAction.REJECT)
    await settle_reports(paper.world, written.comment.id)
    await expect(comment(page, "Win a boat")).to_have_count(0)
    await page.reload()
    notice = page.locator("[data-notice]")
    await expect(notice).to_contain_text("a moderator agreed")
    await notice.get_by_role("button", name="Got it").click()
    await expect(notice).to_have_count(0)
    await page.reload()
    await expect(page.locator("[data-empty]")).to_be_visible()
    await expect(notice).to_have_count(0)


async def test_whoever_sends_too_often_is_asked_to_wait_and_keeps_the_draft(
    paper: Paper, reader: OpenReader
) -> None:
    page = await reader()
    refusal = {"status": 429, "code": "rate_limited", "detail": "Too many requests"}
    await page.route(
        "**/api/v1/comments", lambda route: route.fulfill(status=429, body=json.dumps(refusal))
    )
    await write(composer(page), "A remark about the bridge.")
    await expect(composer(page).locator("[data-problem]")).to_contain_text("wait a moment")
    await expect(composer(page).locator("textarea")).to_have_value("A remark about the bridge.")
