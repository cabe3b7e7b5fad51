"""The thread's own page, with scripts turned off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from fruitful.domain.conversation import ReportReason
from fruitful.services.review_queue import review_queue
from support.browsing import OpenReader, Paper, comment, composer, write

OpenThread = Callable[[], Awaitable[Page]]


@pytest.fixture
def thread(paper: Paper, reader: OpenReader) -> OpenThread:
    async def open_thread() -> Page:
        address = f"{paper.server}/threads/by-url?article_url={paper.story}"
        return await reader(address, java_script_enabled=False)

    return open_thread


async def test_reading_posting_answering_changing_and_deleting_work_as_plain_forms(
    paper: Paper, thread: OpenThread
) -> None:
    await paper.comment("When does the footpath open?", "Ida")
    page = await thread()
    await write(composer(page), "I crossed it *this* morning.")
    await expect(page.get_by_text("Your comment is published.")).to_be_visible()
    await expect(comment(page, "I crossed it").locator("em")).to_have_text("this")

    await comment(page, "footpath").get_by_role("link", name="Reply").click()
    await write(page.locator("form[data-reply-form]"), "On Friday, says the sign.")
    answer = page.locator("li.item li.item", has_text="On Friday")
    await expect(answer).to_be_visible()

    await answer.get_by_role("link", name="Edit").click()
    form = page.locator("form[data-reply-form]")
    await expect(form.locator("textarea")).to_have_value("On Friday, says the sign.")
    await write(form, "On Saturday, says the new sign.", name=None)
    await expect(comment(page, "On Saturday")).to_contain_text("edited")

    await comment(page, "On Saturday").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Your comment has been deleted.")).to_be_visible()
    await expect(comment(page, "On Saturday")).to_have_count(0)


async def test_a_returned_comment_comes_back_marked_in_its_form_and_can_be_mended(
    paper: Paper, thread: OpenThread
) -> None:
    page = await thread()
    await write(composer(page), "He is a [discourtesy 1.0] and late.")
    panel = page.locator("[data-returned]")
    await expect(panel.locator("mark")).to_have_text("[discourtesy 1.0]")
    area = page.locator("form[data-composer] textarea")
    await expect(area).to_have_value("He is a [discourtesy 1.0] and late.")
    await write(page.locator("form[data-composer]"), "He is late.", name=None)
    await expect(comment(page, "He is late.")).to_be_visible()
    await expect(page.locator("[data-count]")).to_have_text("1")


async def test_a_held_comment_waits_where_only_its_writer_sees_it(
    paper: Paper, thread: OpenThread
) -> None:
    page = await thread()
    await write(composer(page), "It was [violence 0.6] yesterday.")
    waiting = page.locator("[data-own]")
    await expect(waiting).to_contain_text("Waiting for a moderator")
    other = await thread()
    assert "yesterday" not in await other.content()
    await waiting.get_by_role("button", name="Take it back").click()
    await expect(page.locator("[data-own]")).to_have_count(0)


async def test_what_cannot_be_taken_is_said_and_the_draft_is_kept(
    paper: Paper, thread: OpenThread
) -> None:
    page = await thread()
    await write(composer(page), "A remark about the bridge.", name="\u200b.")
    await expect(page.get_by_role("alert").filter(has_text="name")).to_be_visible()
    await expect(composer(page).locator("textarea")).to_have_value("A remark about the bridge.")


async def test_a_report_is_sent_from_the_disclosure_below_the_comment(
    paper: Paper, thread: OpenThread
) -> None:
    await paper.comment("Win a boat today.", "Ben")
    await paper.comment("A remark about the bridge.", "Ida")
    page = await thread()
    await comment(page, "Win a boat").locator("summary.vee").click()
    await page.get_by_role("button", name="Report spam").click()
    await expect(page.get_by_text("Your report has reached the moderators.")).to_be_visible()

    await comment(page, "A remark").locator("summary.vee").click()
    await page.locator("summary", has_text="Report…").locator("visible=true").click()
    menu = comment(page, "A remark").locator(".menu")
    await menu.get_by_label("What is wrong?").select_option("discourtesy")
    await menu.get_by_label("Anything to add?").fill("It is unkind.")
    await menu.get_by_role("button", name="Send report").click()
    await expect(page.get_by_text("Your report has reached the moderators.")).to_be_visible()
    items = await review_queue(paper.world)
    assert {(report.reason, report.note) for item in items for report in item.reports} == {
        (ReportReason.SPAM, ""),
        (ReportReason.DISCOURTESY, "It is unkind."),
    }
