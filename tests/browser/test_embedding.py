"""The two lines on pages of other origins, whatever those pages and browsers forbid."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from support.browsing import EMBED, FLAGS, ROOT, OpenReader, Paper, comment, composer, write

LIMIT = 12 * 1024
SCRIPT = ROOT / "src" / "fruitful" / "web" / "static" / "dist" / "embed.js"


def test_script_and_style_stay_within_12_kilobytes() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= LIMIT
    [more] = SCRIPT.parent.glob("more.*.js")
    assert len(gzip.compress(more.read_bytes(), 9)) <= LIMIT / 2


async def test_a_page_on_another_origin_under_a_strict_csp_needs_two_lines(
    paper: Paper, reader: OpenReader
) -> None:
    policy = (
        f"default-src 'none'; script-src {paper.server}; connect-src {paper.server};"
        " require-trusted-types-for 'script'; trusted-types fruitful"
    )
    address = paper.print(EMBED.format(server=paper.server), policy=policy)
    page = await reader("about:blank")
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    await page.goto(address)
    await expect(composer(page)).to_be_visible()
    # The first paint takes two requests: the script, and the section.
    assert [url.partition("?")[0] for url in requests[:3]] == [
        address,
        f"{paper.server}/embed.js",
        f"{paper.server}/embed/thread",
    ]
    await write(composer(page), "A remark about the bridge.")
    await expect(comment(page, "A remark")).to_be_visible()
    await comment(page, "A remark").locator("[data-menu]").click()
    await page.get_by_role("menuitem", name="Report…").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert said == []
    background = (
        await composer(page)
        .locator("[data-send]")
        .evaluate("button => getComputedStyle(button).backgroundColor")
    )
    assert background == "rgb(23, 105, 74)"
    assert await page.context.cookies() == []


async def test_what_only_a_writer_needs_is_fetched_at_the_first_touch_and_not_before(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader("about:blank")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    await page.goto(paper.story)
    await expect(comment(page, "A remark")).to_be_visible()
    assert not [url for url in requests if "/more." in url]
    async with page.expect_response("**/more.*.js") as more:
        await composer(page).locator("textarea").focus()
    response = await more.value
    assert "immutable" in response.headers["cache-control"]


async def test_without_the_second_script_posting_works_and_the_menu_is_a_page(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader("about:blank")
    await page.route("**/more.*.js", lambda route: route.abort())
    await page.goto(paper.story)
    await write(composer(page), "Something about the ferry.")
    await expect(comment(page, "ferry")).to_be_visible()
    await comment(page, "ferry").get_by_role("button", name="Reply", exact=True).click()
    await write(page.locator("form[data-reply-form]"), "It leaves at noon.")
    await expect(comment(page, "It leaves at noon.")).to_be_visible()
    await comment(page, "A remark").locator("[data-menu]").click()
    await expect(page).to_have_url(re.compile(re.escape(paper.server) + "/threads/"))
    await expect(comment(page, "A remark").locator("summary.vee")).to_be_visible()


async def test_nothing_is_stored_before_the_reader_acts(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await expect(comment(page, "A remark")).to_be_visible()
    await comment(page, "A remark").locator("[data-menu]").click()
    await page.keyboard.press("Escape")
    stored = "JSON.stringify([Object.keys(localStorage), document.cookie])"
    assert json.loads(await page.evaluate(stored)) == [[], ""]
    await composer(page).locator("textarea").fill("A draft")
    keys, cookie = json.loads(await page.evaluate(stored))
    assert len(keys) == 1
    assert "draft" in keys[0]
    assert cookie == ""


async def test_a_browser_that_forbids_cookies_and_storage_reads_and_posts_all_the_same(
    paper: Paper, tmp_path: Path
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
        await write(composer(page), "It was [violence 0.6] yesterday.")
        await expect(page.locator("[data-own]")).to_contain_text("Waiting for a moderator")
        await write(composer(page), "A remark about the bridge.")
        await expect(comment(page, "A remark")).to_be_visible()
        await context.close()


async def test_nothing_that_a_writer_types_runs_on_the_publishers_page(
    paper: Paper, reader: OpenReader
) -> None:
    ran = "window.top.ran = true"
    hostile = [
        f"<script>{ran}</script>",
        f'<img src=x onerror="{ran}">',
        f"<svg/onload={ran}>",
        f'<iframe srcdoc="<script>{ran}</script>"></iframe>',
        f"[click](javascript:{ran})",
        f"</template></textarea><script>{ran}</script>",
        f"<details open ontoggle={ran}>",
        f"<style onload={ran}>*{{display:none}}</style>",
    ]
    for number, text in enumerate(hostile):
        await paper.comment(text, f"Eve {number} <img src=x onerror='{ran}'>"[:60])
    page = await reader()
    items = page.locator("article.comment[data-id]")
    await expect(items).to_have_count(len(hostile))
    await write(composer(page), f"[violence 0.6] <img src=x onerror='{ran}'>")
    await expect(page.locator("[data-own]")).to_be_visible()
    await write(composer(page), f"[discourtesy 1.0] <img src=x onerror='{ran}'>")
    await expect(page.locator("[data-returned]")).to_be_visible()
    for link in await items.locator(".text a").all():
        await link.click()
    assert await page.evaluate("window.ran") is None
    assert await page.locator("fruitful-comments img, fruitful-comments iframe").count() == 0


async def test_styles_leak_neither_in_nor_out(paper: Paper, reader: OpenReader) -> None:
    hostile = """<style>
        * { color: rgb(255, 0, 0) !important; font-family: fantasy !important; }
        body { font-style: italic; text-transform: uppercase; letter-spacing: 9px; line-height: 4; }
        button, form, article { display: none; }
        .panel { border: 3px solid rgb(1, 2, 3); }
    </style><p class="panel button comment" id="outside">Beside it</p>"""
    paper.print(hostile + EMBED.format(server=paper.server))
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await expect(composer(page)).to_be_visible()
    look = """element => {
        const style = getComputedStyle(element);
        return [style.color, style.fontStyle, style.textTransform, style.letterSpacing];
    }"""
    text = comment(page, "A remark").locator(".text")
    assert await text.evaluate(look) == ["rgb(27, 31, 35)", "normal", "none", "normal"]
    outside = page.locator("#outside")
    before = await outside.evaluate(
        "e => [getComputedStyle(e).padding, getComputedStyle(e).border]"
    )
    assert before == ["0px", "3px solid rgb(1, 2, 3)"]


async def test_the_fallback_link_stays_where_the_script_does_not_run(
    paper: Paper, reader: OpenReader
) -> None:
    link = f"{paper.server}/threads/by-url?article_url={paper.story}"
    paper.print(
        f'<script type="module" src="{paper.server}/embed.js"></script>'
        f'<fruitful-comments><a href="{link}">Read the comments</a></fruitful-comments>'
    )
    page = await reader(java_script_enabled=False)
    await page.get_by_role("link", name="Read the comments").click()
    await expect(composer(page)).to_be_visible()


@pytest.mark.parametrize(
    ("before", "element"),
    [("<body dir=rtl>", "<fruitful-comments>"), ("<body>", "<fruitful-comments lang=ar>")],
    ids=["page", "language"],
)
async def test_a_section_reads_from_right_to_left_where_its_page_or_its_language_does(
    paper: Paper, reader: OpenReader, before: str, element: str
) -> None:
    embed = EMBED.format(server=paper.server).replace("<fruitful-comments>", element)
    paper.print(before + embed)
    await paper.comment("A remark about the bridge.")
    page = await reader()
    vee = await comment(page, "A remark").locator("[data-menu]").bounding_box()
    whole = await comment(page, "A remark").bounding_box()
    assert vee
    assert whole
    assert vee["x"] <= whole["x"] + 1


async def test_attributes_name_site_article_and_theme(paper: Paper, reader: OpenReader) -> None:
    await paper.comment("A remark about the bridge.")
    paper.print(
        f'<script type="module" src="{paper.server}/embed.js"></script>'
        f'<fruitful-comments site="paper" article-url="{paper.story}?utm_source=mail" theme="dark">'
        "</fruitful-comments>",
        path="/elsewhere",
    )
    page = await reader(f"{paper.origin}/elsewhere")
    await expect(comment(page, "A remark")).to_be_visible()
    paint = await page.locator(".fruitful").evaluate("e => getComputedStyle(e).backgroundColor")
    assert paint == "rgb(21, 24, 27)"


async def test_a_page_that_moves_on_without_a_reload_shows_the_next_storys_comments(
    paper: Paper, reader: OpenReader
) -> None:
    await paper.comment("A remark about the bridge.")
    page = await reader()
    await expect(comment(page, "A remark")).to_be_visible()
    move_on = "(e, url) => e.setAttribute('article-url', url)"
    await page.locator("fruitful-comments").evaluate(move_on, f"{paper.origin}/next")
    await expect(page.locator("[data-empty]")).to_be_visible()
    await write(composer(page), "Something about the ferry.")
    await expect(comment(page, "ferry")).to_be_visible()
    await page.locator("fruitful-comments").evaluate(move_on, paper.story)
    await expect(comment(page, "A remark")).to_be_visible()
    await expect(comment(page, "ferry")).to_have_count(0)


async def test_an_article_that_no_site_serves_gets_no_section(
    paper: Paper, reader: OpenReader
) -> None:
    paper.print(
        f'<script type="module" src="{paper.server}/embed.js"></script>'
        '<fruitful-comments article-url="https://elsewhere.example/"><p>No comments</p>'
        "</fruitful-comments>"
    )
    page = await reader("about:blank")
    async with page.expect_console_message(lambda m: "unknown_article" in m.text):
        await page.goto(paper.story)
    await expect(page.get_by_text("No comments")).to_be_visible()
