"""A small Markdown, and nothing that could run, load or mislead."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.moderation import Span
from fruitful.services.rendering import render


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Plain words.", "<p>Plain words.</p>"),
        ("*soft* and **firm**", "<p><em>soft</em> and <strong>firm</strong></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("> said\n\nanswer", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answer</p>"),
        ("# not a heading", "<p># not a heading</p>"),
        ("2 < 3 & 5 > 4", "<p>2 &lt; 3 &amp; 5 &gt; 4</p>"),
    ],
)
def test_a_little_markdown_is_understood(typed: str, shown: str) -> None:
    assert render(typed) == shown


def test_links_are_marked_as_written_by_readers() -> None:
    html = render("[the figures](https://council.example/figures)")
    assert 'href="https://council.example/figures"' in html
    assert 'rel="nofollow ugc noopener noreferrer"' in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script xlink:href=data:,alert(1)></script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/pixel.png)",
    '![x" onerror="alert(1)](y)',
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'https://evil.example'</style>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=password>",
    "<!--><script>alert(1)</script-->",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "`<script>alert(1)</script>`",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "\u202e<script>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_a_reader_types_can_run_or_load(typed: str) -> None:
    page = _Elements()
    page.feed(render(typed))
    for tag, attributes in page.found:
        assert tag in {"p", "br", "em", "strong", "a", "blockquote", "ul", "ol", "li", "code"}
        assert set(attributes) <= {"href", "rel"}
        href = attributes.get("href") or "https:"
        assert href.startswith(("http:", "https:", "mailto:"))


def test_private_details_are_masked_before_anything_else_sees_them() -> None:
    text = "My number is 617 555 0142, [write](mailto:me@mail.example)."
    start, end = text.index("617"), text.index("0142") + 4
    html = render(text, [Span(start, end)])
    assert "617" not in html
    assert "0142" not in html
    assert "••• ••• ••••" in html


@pytest.mark.parametrize("marker", ["> ", ">", "- ", "* ", "1. ", "> - "])
def test_however_deep_a_quotation_is_its_words_are_shown(marker: str) -> None:
    html = render(marker * 500 + "deep")
    assert html.count("<blockquote>") + html.count("<li>") <= 12
    assert "deep" in html


def test_a_list_that_steps_in_for_ever_loses_no_line() -> None:
    html = render("\n".join("  " * depth + f"- line{depth}" for depth in range(200)))
    assert all(f"line{depth}" in html for depth in range(200))


_LINE = st.tuples(
    st.integers(0, 40), st.lists(st.sampled_from(["> ", ">", "- ", "* ", "7. ", "\t"]), max_size=12)
)


@given(st.lists(_LINE, max_size=30))
def test_no_line_is_lost_however_it_is_quoted_and_indented(
    lines: list[tuple[int, list[str]]],
) -> None:
    typed = [
        " " * indent + "".join(marks) + f"word{number}end"
        for number, (indent, marks) in enumerate(lines)
    ]
    html = render("\n".join(typed))
    assert all(f"word{number}end" in html for number in range(len(lines)))
