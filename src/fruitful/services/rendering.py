"""From what a reader typed to HTML that is safe to show: a small Markdown, then a sanitiser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from fruitful.domain.mentions import mention_pattern
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


def _link_mentions(state: StateCore) -> None:
    """Make links of the names that the caller has recognised; not within links and code."""
    targets: Mapping[str, str] = state.env.get("mentions", {})
    if not targets:
        return
    pattern = mention_pattern(targets)
    for block in state.tokens:
        if block.children:
            block.children = _with_mentions(block.children, pattern, targets)


def _with_mentions(
    tokens: list[Token], pattern: re.Pattern[str], targets: Mapping[str, str]
) -> list[Token]:
    linked: list[Token] = []
    within = 0
    for token in tokens:
        within += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or within:
            linked.append(token)
            continue
        # The pattern's one group makes every second piece a name.
        for number, piece in enumerate(pattern.split(token.content)):
            if number % 2:
                linked.append(Token("link_open", "a", 1, attrs={"href": targets[piece]}))
                linked.append(Token("text", "", 0, content=f"@{piece}"))
                linked.append(Token("link_close", "a", -1))
            elif piece:
                linked.append(Token("text", "", 0, content=piece))
    return linked


_MARKDOWN.core.ruler.push("mentions", _link_mentions)


def render(
    text: str, redactions: Sequence[Span] = (), mentions: Mapping[str, UUID] | None = None
) -> str:
    """The comment as HTML of paragraphs, emphasis, links, quotations, lists and code.

    Private details in ``redactions`` are masked before anything else sees them. Links tell
    search engines that readers wrote them, and carry no referrer. ``mentions`` are names that
    become links to comments of the same thread, ``#comment-…``, where they follow an ``@``.
    """
    targets = {name: f"#comment-{comment}" for name, comment in (mentions or {}).items()}
    html = _MARKDOWN.render(_shallow(masked(text, redactions)), {"mentions": targets})
    ours = frozenset(targets.values())

    def kept(tag: str, attribute: str, value: str) -> str | None:
        return value if value in ours else _kept(tag, attribute, value)

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=kept,
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
