"""The newsroom's pages, as moderators and as strangers meet them. No script runs here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from fruitful.domain.conversation import CommentState, ReportReason
from fruitful.moderation.pipeline import Engine
from fruitful.services.moderators import add_moderator
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.desk import PASSWORD, four_strangers_report, report, state_of
from support.newsroom import Person, open_site
from support.scripted import scripted_engine

EMAIL = "mo@paper.example"
FAIR = "The council should publish what the bridge has cost so far."
HEATED = "The council should be ashamed of itself [discourtesy 0.6]."
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def browser(world: World) -> AsyncIterator[AsyncClient]:
    """A browser that nobody has signed in with yet."""
    await open_site(world)
    await add_moderator(world, "Mo Derator", EMAIL, PASSWORD)
    transport = ASGITransport(app=create_app(world))
    async with AsyncClient(
        transport=transport, base_url="http://testserver", headers=SAME_ORIGIN
    ) as client:
        yield client


@pytest.fixture
async def newsroom(browser: AsyncClient) -> AsyncClient:
    """The same browser, signed in."""
    answer = await sign_in(browser)
    assert answer.status_code == 303
    return browser


@pytest.fixture
def ada(world: World) -> Person:
    return Person(world, "Ada Reader")


async def sign_in(browser: AsyncClient, **fields: str) -> Response:
    return await browser.post(
        "/newsroom/sign-in", data={"email": EMAIL, "password": PASSWORD, **fields}
    )


async def page_of(browser: AsyncClient, address: str) -> str:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


@dataclass(frozen=True)
class Button:
    """A form's button as a browser without script would press it."""

    address: str
    fields: dict[str, str]

    async def press(self, browser: AsyncClient, **more: str) -> Response:
        return await browser.post(self.address, data={**self.fields, **more})


def button(page: str, label: str) -> Button:
    """The first button with this label, and what its form would send."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        for attributes, text in re.findall(r"<button([^>]*)>(.*?)</button>", form, re.DOTALL):
            if label not in re.sub(r"<kbd>.*?</kbd>", "", text):
                continue
            fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            own = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
            address = re.search(r'action="([^"]*)"', form)
            assert address
            return Button(address[1], {**fields, own["name"]: own["value"]})
    raise AssertionError(f"no button {label!r}")


ADDRESSES = [
    "/newsroom",
    "/newsroom?offset=20",
    "/newsroom/status",
    "/newsroom/decisions",
    "/newsroom/log",
    "/newsroom/house-rules",
]


async def test_unsigned_visitors_see_nothing(browser: AsyncClient, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    records = [f"/newsroom/comments/{comment.id}", f"/newsroom/decisions/{comment.decision_id}"]
    for address in (*ADDRESSES, *records):
        answer = await browser.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["location"].startswith("/newsroom/sign-in")
        assert answer.text == ""


async def test_unsigned_visitors_decide_nothing(browser: AsyncClient, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    address = f"/newsroom/comments/{comment.id}/actions"
    answer = await browser.post(address, data={"action": "approve"})
    assert answer.status_code == 303
    swap = await browser.post(address, data={"action": "approve"}, headers={"HX-Request": "true"})
    assert (swap.status_code, swap.headers["hx-redirect"]) == (401, "/newsroom/sign-in")
    assert await state_of(ada.world, comment.id) is CommentState.HELD


async def test_signing_in_leads_to_where_somebody_wanted_to_go(browser: AsyncClient) -> None:
    asked = await browser.get("/newsroom/decisions?outcome=return")
    form = await page_of(browser, asked.headers["location"])
    wanted = re.search(r'name="next" value="([^"]*)"', form)
    assert wanted
    answer = await sign_in(browser, next=wanted[1])
    assert answer.headers["location"] == "/newsroom/decisions?outcome=return"


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/newsroom@evil.example",
    "/newsroomevil",
    "/\\evil.example",
    "/newsroom/\\evil.example",
    "/newsroom/\r\nSet-Cookie: a=b",
    "",
)


async def test_signing_in_never_leads_elsewhere(browser: AsyncClient) -> None:
    for elsewhere in ELSEWHERE:
        answer = await sign_in(browser, next=elsewhere)
        assert answer.headers["location"] == "/newsroom", elsewhere


async def test_the_session_is_kept_where_no_script_and_no_other_site_gets_at_it(
    browser: AsyncClient,
) -> None:
    cookie = (await sign_in(browser)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age=43200" in cookie


async def test_over_https_the_session_never_travels_in_the_clear(
    browser: AsyncClient, world: World
) -> None:
    transport = ASGITransport(app=create_app(world))
    async with AsyncClient(transport=transport, base_url="https://testserver") as https:
        cookie = (await sign_in(https)).headers["set-cookie"].lower()
    assert "secure" in cookie


async def test_a_wrong_password_is_told_and_the_address_kept(browser: AsyncClient) -> None:
    answer = await sign_in(browser, password="wrong horse battery")
    assert answer.status_code == 401
    assert f'value="{EMAIL}"' in answer.text
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers


async def test_sign_in_is_rate_limited(browser: AsyncClient, world: World) -> None:
    for _ in range(world.limits.sign_ins_per_quarter_hour):
        assert (await sign_in(browser, password="wrong horse")).status_code == 401
    answer = await sign_in(browser)
    assert answer.status_code == 429
    assert "set-cookie" not in answer.headers


async def test_signing_out_ends_the_session_on_the_server_too(newsroom: AsyncClient) -> None:
    session = dict(newsroom.cookies)
    await newsroom.post("/newsroom/sign-out")
    newsroom.cookies.update(session)
    assert (await newsroom.get("/newsroom")).status_code == 303


async def test_another_sites_page_can_decide_nothing(newsroom: AsyncClient, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    for site, origin in (
        ("cross-site", "https://evil.example"),
        ("same-site", "http://other.testserver"),
    ):
        answer = await newsroom.post(
            f"/newsroom/comments/{comment.id}/actions",
            data={"action": "approve"},
            headers={"Sec-Fetch-Site": site, "Origin": origin},
        )
        assert answer.status_code == 403
    assert await state_of(ada.world, comment.id) is CommentState.HELD


async def test_the_queue_shows_text_parent_reports_and_marked_words(
    newsroom: AsyncClient, ada: Person
) -> None:
    parent = (await ada.write(FAIR)).comment
    await Person(ada.world, "Bea").write(HEATED, parent=parent.id)
    await report(Person(ada.world, "S"), parent.id, ReportReason.SPAM, note="Seen it before.")
    page = await page_of(newsroom, "/newsroom")
    assert '<mark title="No insults">[discourtesy 0.6]</mark>' in page
    assert "In reply to <strong" in page
    assert "Seen it before." in page
    assert "1 held" in page
    assert 'value="0.6"' in page


async def test_approving_without_script_publishes_and_offers_undo(
    newsroom: AsyncClient, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    answer = await button(await page_of(newsroom, "/newsroom"), "Approve").press(newsroom)
    assert answer.status_code == 303
    assert await state_of(ada.world, comment.id) is CommentState.PUBLISHED

    after = await page_of(newsroom, answer.headers["location"])
    assert "Nothing waits" in after
    await button(after, "Undo").press(newsroom)
    assert await state_of(ada.world, comment.id) is CommentState.HELD


async def test_rejecting_without_script_names_the_rule(newsroom: AsyncClient, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    reject = button(await page_of(newsroom, "/newsroom"), "Discourtesy")
    await reject.press(newsroom, note="Aimed at people.")
    assert await state_of(ada.world, comment.id) is CommentState.REJECTED
    log = await page_of(newsroom, "/newsroom/log")
    for told in ("Mo Derator", "Rejected", "held", "rejected", "Discourtesy", "Aimed at people."):
        assert told in log


async def test_a_swapped_line_tells_what_was_done_and_brings_the_numbers_up_to_date(
    newsroom: AsyncClient, ada: Person
) -> None:
    await ada.write(HEATED)
    approve = button(await page_of(newsroom, "/newsroom"), "Approve")
    answer = await newsroom.post(
        approve.address, data=approve.fields, headers={"HX-Request": "true"}
    )
    assert "Approved" in answer.text
    assert "hx-swap-oob" in answer.text
    assert "<html" not in answer.text


async def test_two_moderators_act_at_once(newsroom: AsyncClient, ada: Person) -> None:
    await ada.write(HEATED)
    page = await page_of(newsroom, "/newsroom")
    await button(page, "Approve").press(newsroom)
    late = await button(page, "Discourtesy").press(newsroom)
    assert late.status_code == 409
    assert "Somebody else has decided this already." in late.text


async def test_a_comment_changed_since_the_page_was_loaded_is_not_decided(
    newsroom: AsyncClient, ada: Person
) -> None:
    comment = (await ada.write(HEATED)).comment
    approve = button(await page_of(newsroom, "/newsroom"), "Approve")
    assert approve.fields["expected_revision"] == "1"
    late = await approve.press(newsroom, expected_revision="2")
    assert late.status_code == 409
    assert await state_of(ada.world, comment.id) is CommentState.HELD


async def test_a_returned_text_is_seen_in_the_decisions_and_nowhere_else(
    newsroom: AsyncClient, ada: Person
) -> None:
    await ada.write("You know what you are [discourtesy 0.95], the lot of you.")
    assert "the lot of you" not in await page_of(newsroom, "/newsroom")
    found = await page_of(newsroom, "/newsroom/decisions?outcome=return&category=discourtesy")
    assert "the lot of you" in found
    assert "the lot of you" not in await page_of(newsroom, "/newsroom/decisions?outcome=hold")
    record = re.search(r"/newsroom/decisions/[0-9a-f-]{36}", found)
    assert record
    whole = await page_of(newsroom, record[0])
    for told in ("scripted/1", ada.world.house_rules.version, "0.950", "No insults"):
        assert told in whole


async def test_a_comments_history_holds_everything_that_was_done_about_it(
    newsroom: AsyncClient, ada: Person
) -> None:
    comment = (await ada.write(FAIR)).comment
    await four_strangers_report(ada.world, comment.id, ReportReason.DISCOURTESY)
    history = await page_of(newsroom, f"/newsroom/comments/{comment.id}")
    assert "Held by readers’ reports" in history
    assert "Published by the engine" in history
    assert "4 reports" in history
    answer = await button(history, "Approve").press(newsroom)
    assert answer.headers["location"] == f"/newsroom/comments/{comment.id}"
    assert "Published by a moderator" in await page_of(newsroom, answer.headers["location"])


async def test_the_house_rules_are_shown_with_their_thresholds(newsroom: AsyncClient) -> None:
    page = await page_of(newsroom, "/newsroom/house-rules")
    for told in ("No insults", "0.5", "0.9", "never", "The Paper"):
        assert told in page


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "</div></article><h1>gone",
    "{{ 77*77 }}",
    "a \u202e b",
)
ALIVE = ("<script>alert", "<img src=x", "<svg/onload", "<h1>gone", "5929", "\u202e")


async def test_nothing_that_anybody_writes_runs_in_the_newsroom(
    newsroom: AsyncClient, world: World
) -> None:
    addresses = ["/newsroom", "/newsroom/decisions"]
    for hostile in HOSTILE:
        comment = (await Person(world, hostile).write(f"[discourtesy 0.6] {hostile}")).comment
        await report(Person(world, "S"), comment.id, note=hostile)
        addresses.append(f"/newsroom/comments/{comment.id}")
    for address in addresses:
        answer = await newsroom.get(address)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert [live for live in ALIVE if live in answer.text] == []


async def test_no_page_may_be_kept_by_others_or_listed_by_search_engines(
    newsroom: AsyncClient,
) -> None:
    for address in ADDRESSES:
        answer = await newsroom.get(address)
        assert answer.headers["cache-control"] == "private, no-store", address
        assert answer.headers["x-robots-tag"] == "noindex", address


MEANINGLESS = {
    f"/newsroom/comments/{UUID(int=1)}": 404,
    "/newsroom/comments/nonsense": 422,
    f"/newsroom/decisions/{UUID(int=1)}": 404,
    "/newsroom?offset=-1": 422,
    "/newsroom?offset=99999999999": 422,
    f"/newsroom?done={UUID(int=1)}": 404,
    "/newsroom/decisions?outcome=applause": 422,
    "/newsroom/decisions?since=yesterday": 422,
    "/newsroom/decisions?until=9999-12-31": 422,
    "/newsroom/decisions?model=%00": 422,
    "/newsroom/log?moderator=me": 422,
}


async def test_addresses_that_mean_nothing_are_told_so_in_words(newsroom: AsyncClient) -> None:
    answers = {address: await newsroom.get(address) for address in MEANINGLESS}
    assert {address: a.status_code for address, a in answers.items()} == MEANINGLESS
    assert all("That did not work" in answer.text for answer in answers.values())


async def test_orders_that_mean_nothing_do_nothing(newsroom: AsyncClient, ada: Person) -> None:
    comment = (await ada.write(HEATED)).comment
    orders: list[dict[str, str]] = [
        {},
        {"action": "praise"},
        {"action": "reject", "category": "taste"},
        {"action": "undo"},
    ]
    for order in orders:
        answer = await newsroom.post(f"/newsroom/comments/{comment.id}/actions", data=order)
        assert answer.status_code in (409, 422), order
    assert await state_of(ada.world, comment.id) is CommentState.HELD
