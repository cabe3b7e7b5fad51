"""From what a reader typed to HTML that is safe to show: a small Markdown, then a sanitiser."""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt

from fruitful.domain.moderation import Span

# No images, no headings, no raw HTML, no tables: a comment is a paragraph or a few.
_MARKDOWN = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True}).enable(
    [
        "emphasis",
        "link",
        "autolink",
        "blockquote",
        "list",
        "backticks",
        "escape",
        "entity",
        "newline",
        "balance_pairs",
        "fragments_join",
    ]
)
# The parser drops what lies deeper without a word, so `_shallow` lets nothing lie that deep. Much
# more would let brackets within brackets take a fifth of a second.
_MARKDOWN.options["maxNesting"] = 24

_MARKER = r"[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])"
_TOO_DEEP = re.compile(rf"^((?:{_MARKER}){{4}})(?:{_MARKER})+", re.MULTILINE)
_TOO_FAR_IN = re.compile(rf"^((?:{_MARKER})*)[ \t]{{9,}}", re.MULTILINE)

_TAGS = {"p", "br", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code"}
_SCHEMES = {"http", "https", "mailto"}
_MASK = "•"


def render(text: str, redactions: Sequence[Span] = ()) -> str:
    """The comment as HTML of paragraphs, emphasis, links, quotations, lists and code.

    Private details in ``redactions`` are masked before anything else sees them. Links tell
    search engines that readers wrote them, and carry no referrer.
    """
    html = _MARKDOWN.render(_shallow(masked(text, redactions)))
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_kept,
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    ).strip()


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Links that lead to a place of their own; a relative one would lead into the host page."""
    is_absolute = value.partition(":")[0].lower() in _SCHEMES
    return value if attribute == "rel" or (attribute == "href" and is_absolute) else None


def _shallow(text: str) -> str:
    """The text with few quotations and lists within each other, as many as a page can show."""
    return _TOO_FAR_IN.sub(r"\1        ", _TOO_DEEP.sub(r"\1", text.expandtabs(4)))


def masked(text: str, redactions: Sequence[Span]) -> str:
    """The text with every letter and digit inside the spans replaced by a dot."""
    characters = list(text)
    for span in redactions:
        for place in range(span.start, min(span.end, len(characters))):
            if characters[place].isalnum():
                characters[place] = _MASK
    return "".join(characters)
