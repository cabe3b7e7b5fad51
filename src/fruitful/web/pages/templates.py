"""The templates that page, fragment and search engine share, ready to be filled."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, partial
from importlib.resources import files

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from fruitful.domain.conversation import ThreadComment
from fruitful.domain.moderation import Span
from fruitful.domain.moments import iso
from fruitful.web.pages.language import AVAILABLE, Language, language_for

_MOMENT = "d MMMM y, HH:mm"
"""A Unicode date pattern that reads well in every language of the interface."""

_TEMPLATES = str(files("fruitful.web") / "templates")


def render(name: str, language: Language, /, **context: object) -> str:
    """Fill the template ``name``; everything that is not marked as safe is escaped."""
    template = environment(language.code).get_template(name)
    return template.render(language=language, **context)


@cache
def environment(code: str) -> Environment:
    """The templates in one language. An undefined name is an error, never an empty string."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    translations = language_for(code if code in AVAILABLE else None).translations
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    made.filters["iso"] = iso
    made.filters["moment"] = partial(moment, code=code)
    made.filters["leading"] = leading
    made.filters["answers"] = answers
    return made


def moment(value: datetime, code: str = "en") -> str:
    """A moment for people who have no script to put it in their own time zone."""
    return f"{format_datetime(value.astimezone(UTC), _MOMENT, locale=code)} UTC"


def answers(comment: ThreadComment) -> int:
    """How many comments stand beneath this one, at any depth; stubs aside."""
    return sum(answers(reply) + (not reply.is_stub) for reply in comment.replies)


def leading(html: str, base_url: str) -> Markup:
    """A comment's HTML, its mentions leading to where the mentioned comment is shown for sure."""
    # The renderer makes such addresses for mentions only, and lets nobody write one.
    return Markup(html.replace('href="#comment-', f'href="{escape(base_url)}/comments/'))  # noqa: S704


def marked(text: str, spans: tuple[Span, ...]) -> Markup:
    """``text`` escaped, with each span of code points inside ``<mark>``; spans may overlap."""
    pieces: list[Markup] = []
    place = 0
    for span in sorted(spans):
        start, end = max(span.start, place), min(span.end, len(text))
        if start >= end:
            continue
        pieces += [escape(text[place:start]), Markup("<mark>%s</mark>") % text[start:end]]
        place = end
    return Markup("").join([*pieces, escape(text[place:])])
