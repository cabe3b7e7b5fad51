"""A returned comment, from the embed to a moderator and back: in browsers that share nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from fruitful.services.moderators import add_moderator
from support.browsing import OpenReader, Paper, breaches, comment, composer, write
from support.desk import PASSWORD

RUDE = "What a pack of them [discourtesy 0.95]."
WORDS = "I meant the plan and not the people who drew it."
ANSWER = "You are right, the plan is meant."


async def sign_in(page: Page) -> None:
    await page.get_by_label("E-mail address").fill("mo@paper.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_returned_comment_is_contested_overturned_and_seen_with_the_answer(
    paper: Paper, reader: OpenReader, axe: str, scheme: str
) -> None:
    await add_moderator(paper.world, "Mo Derator", "mo@paper.example", PASSWORD)
    story = await reader(color_scheme=scheme)
    await write(composer(story), RUDE)
    panel = story.locator("[data-returned]")
    await expect(panel.locator("mark")).to_have_text("[discourtesy 0.95]")

    async with story.context.expect_page() as opening:
        await panel.get_by_role("link", name="how to contest it").click()
    decision = await opening.value
    await expect(decision.get_by_role("heading", level=1)).to_have_text(
        "Your comment was returned to you"
    )
    await expect(decision.locator("mark")).to_have_text("[discourtesy 0.95]")
    found = {"decision": await breaches(decision, axe)}
    await decision.get_by_label("Why is the decision wrong?").fill(WORDS)
    await decision.get_by_role("button", name="Contest the decision").click()
    await expect(decision.get_by_role("status")).to_contain_text("Thank you.")
    found["contested"] = await breaches(decision, axe)

    async with story.context.expect_page() as opening:
        await panel.get_by_role("link", name="All your comments").click()
    own = await opening.value
    await expect(own.get_by_role("listitem").filter(has_text=RUDE)).to_be_visible()
    found["own"] = await breaches(own, axe)

    newsroom = await reader(f"{paper.server}/newsroom/appeals", color_scheme=scheme)
    await sign_in(newsroom)
    item = newsroom.locator("#queue > .item")
    await expect(item).to_contain_text(WORDS)
    await newsroom.keyboard.press("j")
    await newsroom.keyboard.press("r")
    await expect(newsroom.get_by_label("Tell the writer why")).to_be_focused()
    found["appeals"] = await breaches(newsroom, axe)
    await newsroom.get_by_label("To the writer, if you like").fill(ANSWER)
    await newsroom.get_by_role("button", name="Overturn and publish").click()
    await expect(newsroom.get_by_text("Nobody contests anything.")).to_be_visible()

    await story.reload()
    await expect(comment(story, "What a pack of them")).to_be_visible()
    await expect(story.locator("[data-notice]")).to_contain_text(ANSWER)
    await decision.reload()
    await expect(decision.locator("#appeal")).to_contain_text(ANSWER)
    found["answered"] = await breaches(decision, axe)
    assert {state: lines for state, lines in found.items() if lines} == {}
