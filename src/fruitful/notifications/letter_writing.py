"""Write letters in the reader's language: as text, and as HTML that loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fruitful.domain.language import Language
from fruitful.domain.letters import Letter
from fruitful.domain.notifications import LONGEST_EXCERPT, News, PlannedLetter
from fruitful.notifications.excerpts import excerpt

_TEMPLATES = str(files("fruitful.notifications") / "templates")
_LONGEST_TITLE = 80
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLinks:
    """Where a letter leads; all are absolute, and need no signing in.

    ``stop_url`` ends all letters with one POST (RFC 8058). ``decisions`` has the page with the
    reasons for each comment of the reader's own.
    """

    base_url: str
    preferences_url: str
    stop_url: str
    decisions: Mapping[UUID, str]

    def of(self, news: News) -> str:
        """Where the news can be read; empty where it cannot be any more."""
        if news.is_published:
            return f"{self.base_url}/comments/{news.comment_id}"
        return self.decisions.get(news.comment_id, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContents:
    """All that a letter with news is written from."""

    letter: PlannedLetter
    news: tuple[News, ...]
    site_name: str
    language: Language
    links: LetterLinks


def news_letter(contents: LetterContents, recipient: str) -> Letter:
    """A letter with one piece of news or many. Raises ``ValueError`` for none."""
    if not contents.news:
        raise ValueError("a letter tells something")
    context = {
        "news": contents.news,
        "site": contents.site_name,
        "links": contents.links,
        "language": contents.language,
    }
    return Letter(
        recipient=recipient,
        subject=one_line(fill("subject.txt", contents.language, context)),
        text=fill("news.txt", contents.language, context),
        html=fill("news.html", contents.language, context),
        headers=_headers(contents),
    )


def confirmation_letter(
    recipient: str, *, site_name: str, confirm_url: str, language: Language
) -> Letter:
    """A letter that asks whether an address is its reader's own.

    Whoever asked for it might be anybody, so nothing that they wrote is in it.
    """
    context = {"site": site_name, "confirm_url": confirm_url, "language": language}
    subject = language.text("Confirm that %(site)s may write to you", site=site_name)
    return Letter(
        recipient=recipient,
        subject=one_line(subject),
        text=fill("confirm.txt", language, context),
        html=fill("confirm.html", language, context),
    )


def _headers(contents: LetterContents) -> dict[str, str]:
    host = urlsplit(contents.links.base_url).hostname or "localhost"
    headers = {
        # The same however often it is handed over, so that a mailbox can drop what came before.
        "Message-ID": f"<{contents.letter.id}@{host}>",
        "List-Unsubscribe": f"<{contents.links.stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    articles = {news.article_id for news in contents.news}
    if len(articles) == 1:
        # Nothing was ever sent under this id; it gathers the letters about one conversation.
        headers["References"] = headers["In-Reply-To"] = f"<article-{articles.pop()}@{host}>"
    return headers


def fill(name: str, language: Language, context: Mapping[str, object]) -> str:
    """Fill one of the templates; those of HTML escape what is put in."""
    return _environment(language, name.endswith(".html")).get_template(name).render(context)


@cache
def _environment(language: Language, is_html: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=is_html,  # noqa: S701 - plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    is_rtl = language.direction == "rtl"
    made.filters["apart"] = _apart_in_html if is_html else (_apart_in_text if is_rtl else str)
    made.filters["excerpt"] = _excerpt
    made.filters["quoted"] = _quoted
    made.filters["title"] = _title
    return made


def _apart_in_html(text: str) -> Markup:
    """A name or title inside a sentence, whichever way it is written."""
    return Markup("<bdi>{}</bdi>").format(text)


def _apart_in_text(text: str) -> str:
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def _excerpt(html: str) -> str:
    return excerpt(html, longest=LONGEST_EXCERPT)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _title(news: News) -> str:
    title = one_line(news.article_title or news.article_url.partition("://")[2])
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def one_line(text: str) -> str:
    """The text without line breaks, fit for a header."""
    return " ".join(text.split())
