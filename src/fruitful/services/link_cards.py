"""A link that stands alone on its line becomes a static card: what the page says of itself.

Off unless a site wants it. Readers' browsers fetch nothing from there: the card is text, taken
once by this server, and its text keeps the house rules like any comment or there is no card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from markupsafe import Markup

from fruitful.domain.conversation import CommentState, Site
from fruitful.domain.moderation import Submission
from fruitful.domain.policy import HouseRules, Outcome
from fruitful.domain.readable import is_readable
from fruitful.services.announcing import News, announce
from fruitful.services.policies import rules_of
from fruitful.services.safe_fetch import FetchedPage, NotFetched
from fruitful.services.world import World
from fruitful.storage import articles, comments, sites

log = structlog.get_logger(__name__)

MOST_CARDS = 2
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_SITE = 120, 240, 60
_ALONE = re.compile(r"(?m)^[ \t]*<?(https?://[^\s<>]{4,2000})>?[ \t]*$")
_CARD = Markup(
    '<a class="card" href="{url}" rel="nofollow ugc noopener noreferrer">'
    '<span class="card-site">{site}</span> '
    '<strong class="card-title" dir="auto">{title}</strong>'
    "{description}</a>"
)
_DESCRIPTION = Markup(' <span class="card-text" dir="auto">{}</span>')


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """What a page says of itself. ``site`` is its host where it does not name itself."""

    url: str
    site: str
    title: str
    description: str


def links_alone(text: str) -> tuple[str, ...]:
    """The first two links that stand alone on their lines."""
    return tuple(dict.fromkeys(_ALONE.findall(text)))[:MOST_CARDS]


def may_have_cards(site: Site, text: str) -> bool:
    """Whether the site wants cards and the text has a link for one."""
    return site.options.link_cards and bool(links_alone(text))


async def make_link_cards(world: World, comment_id: UUID) -> None:
    """Put cards beneath a published comment for its links, where the site wants them. A job; run
    twice it does the same."""
    async with world.database.reading() as connection:
        comment = await comments.by_id(connection, comment_id)
        article = await articles.by_id(connection, comment.article_id) if comment else None
        site = await sites.by_id(connection, article.site_id) if article else None
    if comment is None or site is None or not site.options.link_cards:
        return
    if comment.state is not CommentState.PUBLISHED or comment.text is None:
        return
    rules = rules_of(world, site)
    cards = [card for url in links_alone(comment.text) if (card := await _card(world, url, rules))]
    if not cards:
        return
    async with world.database.transaction() as connection:
        current = await comments.by_id(connection, comment_id, lock=True)
        if current is None or current.revision != comment.revision:
            return
        if await comments.add_cards(connection, comment_id, comment.revision, as_html(cards)):
            news = News(comment.article_id, "changed", comment_id, says_the_same=True)
            await announce(world, connection, news)


def card_from(page: FetchedPage, link: str) -> LinkCard | None:
    """What the page says of itself by the Open Graph protocol, or by its title; ``None`` for a
    page without one. The card leads to the link that the reader gave."""
    reader = _HeadReader()
    reader.feed(page.html)
    title = _short(reader.said.get("og:title") or reader.title, LONGEST_TITLE)
    if not title:
        return None
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    return LinkCard(
        url=link,
        # A page can call itself anything, so its host always stands beside the name.
        site=" · ".join(
            part for part in (_short(reader.said.get("og:site_name"), LONGEST_SITE), host) if part
        ),
        title=title,
        description=_short(
            reader.said.get("og:description") or reader.said.get("description"),
            LONGEST_DESCRIPTION,
        ),
    )


def as_html(cards: Iterable[LinkCard]) -> str:
    """The cards as safe HTML."""
    return Markup("").join(
        _CARD.format(
            url=card.url,
            site=card.site,
            title=card.title,
            description=_DESCRIPTION.format(card.description) if card.description else "",
        )
        for card in cards
    )


async def _card(world: World, url: str, rules: HouseRules) -> LinkCard | None:
    try:
        card = card_from(await world.pages.page(url), url)
    except NotFetched as reason:
        log.info("link_card.not_fetched", reason=str(reason))
        return None
    if card is None:
        return None
    said = Submission(text=f"{card.title}\n{card.site}\n{card.description}")
    decision = await world.engine.judge(said, rules)
    return card if decision.outcome is Outcome.PUBLISH and not decision.redactions else None


def _short(said: str | None, longest: int) -> str:
    line = " ".join((said or "").split())
    if not is_readable(line):
        return ""
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


class _HeadReader(HTMLParser):
    """Collects the title and the meta elements of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title" and not self.title
        if tag == "meta":
            given = dict(attrs)
            name = (given.get("property") or given.get("name") or "").lower()
            if name and given.get("content"):
                self.said.setdefault(name, given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
