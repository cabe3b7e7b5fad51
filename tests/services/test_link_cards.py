"""A pasted link becomes a card only where the page can be fetched safely and keeps the rules."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fruitful.domain.safe_urls import Address
from fruitful.moderation.pipeline import Engine
from fruitful.services.link_cards import make_link_cards
from fruitful.services.list_thread import read_comment
from fruitful.services.public_network import PublicNetwork
from fruitful.services.publish_sites import set_site_options
from fruitful.services.safe_fetch import NotFetched, PageFetcher
from fruitful.services.world import World
from support.browsing import listening
from support.newsroom import Person, open_site
from support.scripted import ScriptedDetector

VIDEO = """<!doctype html><html><head><title>Plain title</title>
<meta property="og:title" content="How the <b>bridge</b> was built">
<meta property="og:site_name" content="Harbour Films">
<meta property="og:description" content="Forty years in ten minutes."></head></html>"""
RUDE = '<html><head><meta property="og:title" content="Fine words [discourtesy 0.6]"></head></html>'
HOST = "films.example"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine([ScriptedDetector()], model="scripted/1")


@pytest.fixture
async def films() -> AsyncIterator[int]:
    """Somebody else's web server; gives its port."""

    async def page(request: Request) -> Response:
        pages: dict[str, Response] = {
            "/video": HTMLResponse(VIDEO),
            "/rude": HTMLResponse(RUDE),
            "/moved": RedirectResponse("/video"),
            "/inside": RedirectResponse("http://169.254.169.254/latest/meta-data"),
            "/round": RedirectResponse("/round"),
            "/huge": HTMLResponse("<p>" + "x" * 2_000_000),
            "/file": PlainTextResponse("a file"),
        }
        return pages.get(request.url.path, Response(status_code=404))

    async with listening(Starlette(routes=[Route("/{path:path}", page)])) as port:
        yield port


async def nearby(host: str, port: int) -> Sequence[Address]:
    """In these tests one name is this machine, as if it were public; numbers are themselves."""
    return (ipaddress.ip_address("127.0.0.1" if host == HOST else host),)


@pytest.fixture
def pages(films: int) -> PageFetcher:
    network = PublicNetwork(
        resolve=nearby,
        is_allowed=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({80, 443, films}),
    )
    return PageFetcher(network=network)


@pytest.fixture
async def ada(world: World, pages: PageFetcher) -> Person:
    world = replace(world, pages=pages)
    await open_site(world)
    await set_site_options(world, "paper", {"link_cards": "yes"})
    return Person(world, "Ada")


async def shown(ada: Person, text: str) -> str:
    """The comment as everybody sees it once the job has run, and run again."""
    comment_id = (await ada.write(text)).comment.id
    await make_link_cards(ada.world, comment_id)
    await make_link_cards(ada.world, comment_id)
    _, comment = await read_comment(ada.world, comment_id)
    return comment.html


async def test_a_link_on_a_line_of_its_own_becomes_a_card_of_text(ada: Person, films: int) -> None:
    html = await shown(ada, f"Worth seeing:\n\nhttp://{HOST}:{films}/video")

    assert html.count('class="card"') == 1
    assert "How the &lt;b&gt;bridge&lt;/b&gt; was built" in html
    assert f"Harbour Films · {HOST}" in html
    assert "Forty years in ten minutes." in html
    assert "<img" not in html
    assert 'rel="nofollow ugc noopener noreferrer"' in html


async def test_a_redirect_is_followed_and_the_card_leads_where_the_reader_said(
    ada: Person, films: int
) -> None:
    html = await shown(ada, f"http://{HOST}:{films}/moved")

    assert "How the &lt;b&gt;bridge" in html
    assert f'href="http://{HOST}:{films}/moved"' in html


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("See http://{host}/video for how.", "it stands within a sentence"),
        ("http://{host}/rude", "its words break a rule"),
        ("http://{host}/inside", "it leads into a private network"),
        ("http://{host}/round", "it leads nowhere"),
        ("http://{host}/file", "it is no page"),
        ("http://{host}/gone", "it is not there"),
    ],
)
async def test_there_is_no_card_for_a_link_when(
    ada: Person, films: int, text: str, why: str
) -> None:
    assert 'class="card"' not in await shown(ada, text.format(host=f"{HOST}:{films}")), why


async def test_a_site_that_did_not_ask_for_cards_fetches_nothing(ada: Person, films: int) -> None:
    await set_site_options(ada.world, "paper", {"link_cards": "no"})

    assert 'class="card"' not in await shown(ada, f"http://{HOST}:{films}/video")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.0.0.1:5432/",
        "http://user:word@example.com/",
        "http://@example.com/",
        "http://example.com:5432/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
    ],
)
async def test_no_link_leads_the_server_to_a_place_that_is_not_public(url: str) -> None:
    with pytest.raises(NotFetched):
        await PageFetcher().page(url)


async def test_of_a_huge_page_only_the_beginning_is_read(pages: PageFetcher, films: int) -> None:
    page = await pages.page(f"http://{HOST}:{films}/huge")

    assert len(page.html) == 256 * 1024
