"""Signing in by letter: through the API as the widget does, and through pages without a script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp

from fruitful.jobs.worker import JobWorker
from fruitful.notifications.mail import SmtpMailer
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import World
from fruitful.web.app import create_app
from support.clock import AdjustableClock
from support.newsroom import open_article, open_site
from support.postbox import Postbox, open_postbox
from support.visitors import FAIR, Visitor

PUBLIC = "https://comments.paper.example"
ADDRESS = "Ada@reader.example"


@dataclass
class Paper:
    """A site that lets readers in by letter, and the postbox their letters arrive in."""

    world: World
    app: ASGIApp
    postbox: Postbox

    async def letter(self) -> str:
        """What the last letter says, once everything queued was sent."""
        await JobWorker(self.world.database.url, self.world).run_until_idle()
        return self.postbox.text()

    async def code(self) -> str:
        """The code in the last letter."""
        found = re.search(r"^    (\d{6})$", await self.letter(), re.MULTILINE)
        assert found
        return found[1]

    async def link(self) -> str:
        """The path of the link in the last letter."""
        found = re.search(rf"^{PUBLIC}(/sign-in/email/\S+)$", await self.letter(), re.MULTILINE)
        assert found
        return found[1]


@pytest.fixture
async def paper(world: World) -> AsyncIterator[Paper]:
    async with open_postbox() as postbox:
        sending = replace(
            world,
            mailer=SmtpMailer(postbox.url, "The Paper <comments@paper.example>"),
            public_url=PUBLIC,
        )
        await open_site(sending)
        await set_up_sign_in(sending, "paper", {"email": "yes"})
        yield Paper(sending, create_app(sending), postbox)


async def ask(visitor: Visitor, email: str = ADDRESS) -> Response:
    body = {"email": email, "site": "paper"}
    return await visitor.request("POST", "/api/v1/sign-in/email", json=body)


async def answer(visitor: Visitor, attempt: str, code: str) -> Response:
    body = {"attempt": attempt, "code": code}
    return await visitor.request("POST", "/api/v1/sign-in/email/code", json=body)


async def test_a_code_signs_in_the_reader_who_asked(paper: Paper) -> None:
    ada = Visitor(paper.app)
    asked = await ask(ada)
    entered = await answer(ada, asked.json()["attempt"], await paper.code())

    assert asked.status_code == 202
    assert entered.status_code == 200
    session = (await ada.get("/api/v1/session")).json()
    assert session["method"] == "email"
    assert session["expires_at"] == entered.json()["expires_at"]


async def test_the_first_comment_gives_a_name_that_then_stays(paper: Paper) -> None:
    ada = Visitor(paper.app, "Ada")
    asked = await ask(ada)
    await answer(ada, asked.json()["attempt"], await paper.code())
    await ada.write(FAIR)
    ada.name = "Somebody Else"
    await ada.write("Does anybody know when the eastern footpath opens again?")

    names = {comment["author"]["name"] for comment in (await ada.thread())["comments"]}
    assert names == {"Ada"}


async def test_capitals_in_an_address_make_no_other_reader(paper: Paper) -> None:
    here, there = Visitor(paper.app), Visitor(paper.app)
    for visitor, address in ((here, ADDRESS), (there, ADDRESS.lower())):
        asked = await ask(visitor, address)
        await answer(visitor, asked.json()["attempt"], await paper.code())
    await here.write(FAIR)

    assert (await there.get("/api/v1/session")).json()["reader"]["name"] == "Ada Reader"


async def test_an_answer_tells_nothing_about_an_address(paper: Paper) -> None:
    known = Visitor(paper.app)
    asked = await ask(known)
    await answer(known, asked.json()["attempt"], await paper.code())
    answers = [await ask(Visitor(paper.app), ADDRESS) for _ in range(6)]
    answers.append(await ask(Visitor(paper.app), "nobody@reader.example"))

    assert {response.status_code for response in answers} == {202}
    assert {tuple(response.json()) for response in answers} == {("attempt", "expires_at")}
    assert len({len(response.json()["attempt"]) for response in answers}) == 1


async def test_an_address_is_sent_five_letters_an_hour_whoever_asks(paper: Paper) -> None:
    for _ in range(7):
        assert (await ask(Visitor(paper.app))).status_code == 202
    await paper.letter()

    assert len(paper.postbox.letters) == 5


async def test_one_sender_cannot_have_letters_sent_to_everybody(paper: Paper) -> None:
    sender = Visitor(paper.app)
    answers = [await ask(sender, f"reader{number}@reader.example") for number in range(11)]

    assert [response.status_code for response in answers] == [202] * 10 + [429]


async def test_a_code_is_worth_nothing_in_another_browser(paper: Paper) -> None:
    await ask(Visitor(paper.app))
    code = await paper.code()
    other = Visitor(paper.app)
    theirs = await ask(other, "eve@reader.example")
    entered = await answer(other, theirs.json()["attempt"], code)

    assert entered.json()["code"] == "sign_in_code_wrong"
    assert other.token is None


async def test_five_wrong_codes_end_an_attempt(paper: Paper) -> None:
    ada = Visitor(paper.app)
    attempt = (await ask(ada)).json()["attempt"]
    code = await paper.code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    refused = [(await answer(ada, attempt, wrong)).json() for _ in range(5)]

    assert [problem["tries_left"] for problem in refused] == [4, 3, 2, 1, 0]
    assert (await answer(ada, attempt, code)).json()["code"] == "sign_in_unfinished"


async def test_a_code_serves_once_and_for_a_quarter_of_an_hour(
    paper: Paper, clock: AdjustableClock
) -> None:
    ada = Visitor(paper.app)
    attempt = (await ask(ada)).json()["attempt"]
    code = await paper.code()
    await answer(ada, attempt, code)
    assert (await answer(ada, attempt, code)).json()["code"] == "sign_in_unfinished"
    attempt = (await ask(ada)).json()["attempt"]
    code = await paper.code()
    clock.advance(timedelta(minutes=15))

    assert (await answer(ada, attempt, code)).json()["code"] == "sign_in_unfinished"


@pytest.mark.parametrize("email", ["", "nowhere", "ada@reader.example\r\nBcc: all@reader.example"])
async def test_what_is_no_address_is_refused(paper: Paper, email: str) -> None:
    assert (await ask(Visitor(paper.app), email)).json()["code"] == "invalid_email"


async def test_a_site_that_does_not_offer_letters_sends_none(paper: Paper) -> None:
    await set_up_sign_in(paper.world, "paper", {"email": "no"})

    assert (await ask(Visitor(paper.app))).json()["code"] == "sign_in_not_offered"


@pytest.fixture
async def browser(paper: Paper) -> AsyncIterator[AsyncClient]:
    """A browser on pages of this server: it keeps cookies and says where it comes from."""
    transport = ASGITransport(app=paper.app)
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with AsyncClient(
        transport=transport, base_url="https://testserver", headers=headers
    ) as client:
        yield client


def fields(page: Response) -> dict[str, str]:
    """The hidden fields of the page's first form."""
    form = page.text.partition("</form>")[0]
    pairs = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    return dict(pairs)


async def test_a_reader_without_script_types_the_code(paper: Paper, browser: AsyncClient) -> None:
    article = await open_article(paper.world)
    thread = f"/threads/{article.id}"
    form = await browser.get("/sign-in/email", params={"site": "paper", "return_to": thread})
    asked = await browser.post("/sign-in/email", data={**fields(form), "email": ADDRESS})
    assert not asked.cookies
    code = await paper.code()
    entered = await browser.post("/sign-in/email/code", data={**fields(asked), "code": code})

    assert entered.status_code == 303
    assert entered.headers["location"] == thread
    page = await browser.get(thread)
    assert "You are signed in." in page.text
    await browser.post(f"/sign-out?return_to={thread}")
    assert "You are signed in." not in (await browser.get(thread)).text


async def test_a_wrong_code_can_be_mended(paper: Paper, browser: AsyncClient) -> None:
    sent = {"site": "paper", "return_to": "/", "email": ADDRESS}
    asked = await browser.post("/sign-in/email", data=sent)
    wrong = await browser.post("/sign-in/email/code", data={**fields(asked), "code": "x"})
    assert wrong.status_code == 401
    assert "not the code" in wrong.text
    code = await paper.code()
    entered = await browser.post("/sign-in/email/code", data={**fields(wrong), "code": code})

    assert entered.status_code == 303


async def test_opening_a_link_signs_nobody_in(paper: Paper, browser: AsyncClient) -> None:
    """Mail scanners open links."""
    await browser.post("/sign-in/email", data={"site": "paper", "email": ADDRESS})
    link = await paper.link()
    opened = [await browser.get(link) for _ in range(3)]

    assert [page.status_code for page in opened] == [200] * 3
    assert "A…@reader.example" in opened[0].text
    assert opened[0].headers["referrer-policy"] == "no-referrer"
    assert not browser.cookies


async def test_a_links_button_signs_in_once(paper: Paper, browser: AsyncClient) -> None:
    article = await open_article(paper.world)
    thread = f"/threads/{article.id}"
    sent = {"site": "paper", "return_to": thread, "email": ADDRESS}
    asked = await browser.post("/sign-in/email", data=sent)
    code, link = await paper.code(), await paper.link()
    entered = await browser.post(link)

    assert entered.headers["location"] == thread
    assert "You are signed in." in (await browser.get(thread)).text
    assert (await browser.post(link)).status_code == 400
    again = await browser.post("/sign-in/email/code", data={**fields(asked), "code": code})
    assert again.status_code in (303, 400)


async def test_another_sites_page_signs_nobody_in(paper: Paper, browser: AsyncClient) -> None:
    await browser.post("/sign-in/email", data={"site": "paper", "email": ADDRESS})
    link = await paper.link()
    pushed = await browser.post(link, headers={"Sec-Fetch-Site": "cross-site"})

    assert pushed.status_code == 403
    assert not browser.cookies


async def test_signing_in_leads_nowhere_else(paper: Paper, browser: AsyncClient) -> None:
    sent = {"site": "paper", "email": ADDRESS, "return_to": "//evil.example/"}
    asked = await browser.post("/sign-in/email", data=sent)
    code = await paper.code()
    entered = await browser.post("/sign-in/email/code", data={**fields(asked), "code": code})

    assert entered.headers["location"] == "/"


async def test_a_link_is_made_for_the_servers_own_address_only(paper: Paper) -> None:
    """What a request says its host is may be made up to have a reader's link lead elsewhere."""
    ada = Visitor(paper.app)
    body = {"email": ADDRESS, "site": "paper"}
    await ada.request("POST", "/api/v1/sign-in/email", json=body, headers={"Host": "evil.example"})

    assert "evil.example" not in await paper.letter()
