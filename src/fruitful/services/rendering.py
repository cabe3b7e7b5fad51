"""From what a reader typed to HTML that is safe to show: a small Markdown, then a sanitiser."""

from __future__ import annotations

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
# Nesting is where Markdown turns slow and pages turn unreadable.
_MARKDOWN.options["maxNesting"] = 12

_TAGS = {"p", "br", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code"}
_SCHEMES = {"http", "https", "mailto"}
_MASK = "•"


def render(text: str, redactions: Sequence[Span] = ()) -> str:
    """The comment as HTML of paragraphs, emphasis, links, quotations, lists and code.

    Private details in ``redactions`` are masked before anything else sees them. Links tell
    search engines that readers wrote them, and carry no referrer.
    """
    html = _MARKDOWN.render(masked(text, redactions))
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    ).strip()


def masked(text: str, redactions: Sequence[Span]) -> str:
    """The text with every letter and digit inside the spans replaced by a dot."""
    characters = list(text)
    for span in redactions:
        for place in range(span.start, min(span.end, len(characters))):
            if characters[place].isalnum():
                characters[place] = _MASK
    return "".join(characters)
