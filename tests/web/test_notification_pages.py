"""What a reader is told is chosen on a page, without a script, and stopped without signing in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp

from fruitful.moderation.pipeline import Engine
from fruitful.notifications.web_push import WebPusher, vapid_key
from fruitful.services.notification_links import preferences_token
from fruitful.services.private_links import Asker
from fruitful.services.public_network import PublicNetwork
from fruitful.services.subscribe import own_preferences
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.inert import active_parts
from support.newsroom import BRIDGE, Person, open_article, open_site
from support.postbox import Postbox, open_postbox
from support.push_service import Browser
from support.scripted import scripted_engine
from support.told import SERVER, do_jobs, has_email, reader_id_of, with_mail

FAIR = "The council should publish what the bridge has cost so far."
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
API = "/api/v1/me/notifications"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return scripted_engine()


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with open_postbox() as postbox:
        yield postbox


@pytest.fixture
async def mailing(world: World, postbox: Postbox) -> World:
    await open_site(world)
    pusher = WebPusher(vapid_key(world.secret), "desk@paper.example", PublicNetwork())
    return replace(with_mail(world, postbox), pusher=pusher)


@pytest.fixture
def app(mailing: World) -> ASGIApp:
    return create_app(mailing)


@pytest.fixture
async def ada(mailing: World) -> Person:
    ada = Person(mailing, "Ada Reader")
    await ada.write(FAIR)
    return ada


@pytest.fixture
async def browser(app: ASGIApp, ada: Person) -> AsyncIterator[AsyncClient]:
    """Ada's, in which the server's own pages know her by their cookie."""
    async with open_browser(app) as browser:
        browser.cookies.set("fruitful_reader", ada.token or "")
        yield browser


def open_browser(app: ASGIApp) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url=SERVER, follow_redirects=True)


def checked(page: Response) -> dict[str, str]:
    """Which choice of each question is marked."""
    buttons = re.findall(r'name="(\w+)" value="(\w+)"( checked)?', page.text)
    return {name: value for name, value, is_checked in buttons if is_checked}


def address_in_letter(postbox: Postbox) -> str:
    found = re.search(rf"{SERVER}(/notifications/\S+)", postbox.text())
    assert found
    return found[1]


async def test_a_guest_asks_confirms_and_changes_their_mind_without_a_script(
    browser: AsyncClient, app: ASGIApp, mailing: World, postbox: Postbox
) -> None:
    page = await browser.get("/notifications")
    assert page.status_code == 200
    assert checked(page) == {"replies": "off", "decisions": "off"}
    form = {"email": "ada@reader.example", "replies": "at_once", "decisions": "daily"}
    page = await browser.post("/notifications", data=form, headers=SAME_ORIGIN)
    assert "We have sent you a letter" in page.text
    assert checked(page) == {"replies": "off", "decisions": "off"}
    await do_jobs(mailing)

    # The letter is opened on another device, where nobody is known.
    async with open_browser(app) as phone:
        address = address_in_letter(postbox)
        question = await phone.get(address)
        assert "Is this your address?" in question.text
        page = await phone.post(address)
        assert "the address is yours" in page.text.lower()
        assert checked(page) == {"replies": "at_once", "decisions": "daily"}
        assert "a…@reader.example" in page.text
        assert "ada@reader.example" not in page.text

        action = re.search(r'<form method="post" action="([^"]+)"', page.text)
        assert action
        page = await phone.post(unescape(action[1]), data={"replies": "off", "decisions": "daily"})
        assert checked(page) == {"replies": "off", "decisions": "daily"}


async def test_opening_a_link_confirms_and_stops_nothing_by_itself(
    browser: AsyncClient, ada: Person, mailing: World, postbox: Postbox
) -> None:
    form = {"email": "ada@reader.example", "replies": "at_once"}
    await browser.post("/notifications", data=form, headers=SAME_ORIGIN)
    await do_jobs(mailing)
    address = address_in_letter(postbox)
    await browser.get(address)
    assert "a…@reader.example" not in (await browser.get("/notifications")).text

    await browser.post(address)
    link = preferences_token(mailing, await reader_id_of(ada))
    stop = await browser.get(f"/notifications/{link}/stop")

    assert "Stop all letters?" in stop.text
    assert checked(await browser.get("/notifications"))["replies"] == "at_once"


async def test_one_post_from_a_mail_program_stops_all_letters(
    browser: AsyncClient, app: ASGIApp, ada: Person, mailing: World
) -> None:
    await has_email(ada, "ada@reader.example")
    form = {"replies": "at_once", "decisions": "at_once"}
    await browser.post("/notifications", data=form, headers=SAME_ORIGIN)
    link = preferences_token(mailing, await reader_id_of(ada))

    async with open_browser(app) as provider:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        stopped = await provider.post(
            f"/notifications/{link}/stop", content="List-Unsubscribe=One-Click", headers=headers
        )

    assert stopped.status_code == 200
    assert not stopped.history
    page = await browser.get("/notifications")
    assert checked(page) == {"replies": "off", "decisions": "off"}


async def test_a_verified_address_needs_no_letter_but_a_choice(
    browser: AsyncClient, ada: Person, mailing: World, postbox: Postbox
) -> None:
    await has_email(ada, "ada@reader.example")
    assert checked(await browser.get("/notifications"))["replies"] == "off"

    page = await browser.post("/notifications", data={"replies": "daily"}, headers=SAME_ORIGIN)
    await do_jobs(mailing)

    assert "Your choice is kept." in page.text
    assert checked(page) == {"replies": "daily", "decisions": "off"}
    assert postbox.letters == []


async def test_an_address_that_is_none_is_said_so_beside_the_form(browser: AsyncClient) -> None:
    form = {"email": "nobody", "replies": "daily"}
    page = await browser.post("/notifications", data=form, headers=SAME_ORIGIN)

    assert page.status_code == 422
    assert "does not look like an e-mail address" in page.text
    assert 'name="email"' in page.text


async def test_another_page_cannot_choose_for_a_reader(browser: AsyncClient, ada: Person) -> None:
    form = {"email": "thief@reader.example", "replies": "at_once"}
    answer = await browser.post(
        "/notifications", data=form, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/notifications/guess", "/notifications/guess/stop", f"/notifications/{'A' * 43}/feed"],
)
async def test_a_link_that_was_made_up_leads_nowhere(browser: AsyncClient, address: str) -> None:
    assert (await browser.post(address)).status_code == 404


async def test_a_stranger_is_told_to_write_first(app: ASGIApp) -> None:
    async with open_browser(app) as stranger:
        page = await stranger.get("/notifications")

    assert page.status_code == 403
    assert "Write a comment first" in page.text


async def test_the_page_tells_its_secret_address_to_nobody_and_runs_nothing_of_strangers(
    browser: AsyncClient, ada: Person, mailing: World
) -> None:
    link = preferences_token(mailing, await reader_id_of(ada))
    page = await browser.get(f"/notifications/{link}")

    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert active_parts(page.text) == []


async def test_renewing_the_feed_voids_its_former_address(
    browser: AsyncClient, ada: Person
) -> None:
    def feed(page: Response) -> str:
        found = re.search(r'href="(/feeds/me/[^"]+\.atom)"', page.text)
        assert found
        return found[1]

    page = await browser.get("/notifications")
    former = feed(page)
    action = re.search(r'action="(/notifications/[^"]+/feed)"', page.text)
    assert action
    page = await browser.post(action[1])

    assert "Your feed has a new address" in page.text
    assert (await browser.get(former)).status_code == 404
    assert (await browser.get(feed(page))).status_code == 200


async def test_a_reader_of_an_embedding_page_is_led_to_the_page_by_a_link_for_a_day(
    app: ASGIApp, ada: Person, mailing: World, postbox: Postbox
) -> None:
    async with open_browser(app) as elsewhere:
        known = {"Authorization": f"Bearer {ada.token}"}
        told = (await elsewhere.get(API, headers=known)).json()
        assert told["replies"] == "off"
        page = await elsewhere.get(told["page"])
        given = re.search(r'name="pass" value="([^"]+)"', page.text)
        assert given
        form = {"pass": given[1], "email": "ada@reader.example", "replies": "daily"}
        page = await elsewhere.post("/notifications", data=form, headers=SAME_ORIGIN)

    assert "We have sent you a letter" in page.text
    await do_jobs(mailing)
    assert len(postbox.letters) == 1


async def test_the_widget_can_choose_for_its_reader(app: ASGIApp, ada: Person) -> None:
    await has_email(ada, "ada@reader.example")
    async with open_browser(app) as widget:
        known = {"Authorization": f"Bearer {ada.token}"}
        choice = {"replies": "at_once", "decisions": "off"}
        answer = (await widget.post(API, json=choice, headers=known)).json()
        stranger = await widget.post(API, json=choice)
        wrong = await widget.post(API, json={**choice, "replies": "hourly"}, headers=known)

    assert (answer["replies"], answer["unconfirmed"]) == ("at_once", False)
    assert stranger.status_code == 403
    assert wrong.status_code == 422


async def test_a_browser_subscribes_to_pushes_and_ends_it(app: ASGIApp, ada: Person) -> None:
    async with open_browser(app) as widget:
        known = {"Authorization": f"Bearer {ada.token}"}
        key = (await widget.get(API, headers=known)).json()["push_key"]
        given = Browser().subscription()
        on = await widget.post(f"{API}/push", json=given, headers=known)
        bad = await widget.post(
            f"{API}/push", json={**given, "endpoint": "https://10.0.0.1/"}, headers=known
        )
        off = await widget.post(
            f"{API}/push/stop", json={"endpoint": given["endpoint"]}, headers=known
        )

    assert len(key) == 87
    assert (on.status_code, off.status_code) == (204, 204)
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_subscription")


async def test_the_worker_that_shows_pushes_is_a_script_of_this_server(
    browser: AsyncClient,
) -> None:
    page = await browser.get("/notifications")
    worker = await browser.get("/static/push-worker.js")

    assert '<script type="module" src="/static/push.js">' in page.text
    assert "javascript" in worker.headers["content-type"]
    assert worker.headers["content-security-policy"] == "default-src 'none'"


async def test_who_has_an_address_can_ask_for_replies_while_writing(
    browser: AsyncClient, ada: Person, mailing: World
) -> None:
    article = await open_article(mailing)
    thread = f"/threads/{article.id}"
    assert 'name="tell_me"' not in (await browser.get(thread)).text
    await has_email(ada, "ada@reader.example")
    assert 'name="tell_me"' in (await browser.get(thread)).text

    sent = {"text": "Who has seen the new timetable?", "name": "Ada Reader", "tell_me": "yes"}
    await browser.post(f"{thread}/comments", data=sent, headers=SAME_ORIGIN)

    assert checked(await browser.get("/notifications"))["replies"] == "at_once"
    assert 'name="tell_me"' not in (await browser.get(thread)).text


async def test_the_list_of_ones_own_comments_leads_to_the_choices(
    browser: AsyncClient, ada: Person
) -> None:
    assert 'href="/notifications"' in (await browser.get("/me")).text


async def test_a_comment_sent_by_the_api_can_ask_for_replies_in_its_language(
    app: ASGIApp, ada: Person, mailing: World
) -> None:
    await has_email(ada, "ada@reader.example")
    async with open_browser(app) as embed:
        embed.headers["Authorization"] = f"Bearer {ada.token}"
        about = {"article_url": BRIDGE, "text": "Who has seen the new timetable?"}
        sent = await embed.post("/api/v1/comments", json={**about, "tell_me": True, "lang": "fr"})
        assert sent.status_code == 201
        told = (await embed.get(API)).json()

    assert (told["replies"], told["decisions"]) == ("at_once", "off")
    stored = await own_preferences(mailing, Asker(token=ada.token))
    assert stored.preferences.language == "fr"


async def test_whose_address_nobody_has_confirmed_is_not_written_to(
    app: ASGIApp, ada: Person
) -> None:
    async with open_browser(app) as embed:
        author = {"name": "Zoe", "email": "somebody@else.example"}
        comment = {"article_url": BRIDGE, "text": FAIR, "author": author, "tell_me": True}
        sent = await embed.post("/api/v1/comments", json=comment)
        assert sent.status_code == 201
        embed.headers["Authorization"] = f"Bearer {sent.json()['reader_token']}"
        told = (await embed.get(API)).json()

    assert (told["email"], told["replies"]) == (None, "off")


async def test_the_embed_is_given_the_way_to_a_readers_own_pages_and_no_stranger_is(
    app: ASGIApp, ada: Person, mailing: World
) -> None:
    article = await open_article(mailing)
    where = f"/embed/me?article_id={article.id}"
    async with open_browser(app) as embed:
        assert "data-offers" not in (await embed.get(where)).text
        embed.headers["Authorization"] = f"Bearer {ada.token}"
        own = (await embed.get(where)).text
        assert 'name="tell_me"' not in own
        await has_email(ada, "ada@reader.example")
        assert 'name="tell_me"' in (await embed.get(where)).text

    async with open_browser(app) as page:
        mine, choices = re.findall(rf'href="({SERVER}/(?:me|notifications)\?pass=[^"]+)"', own)
        assert FAIR in (await page.get(mine)).text
        assert "What you are told" in (await page.get(choices)).text
