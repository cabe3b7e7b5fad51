"""Does this HTML do nothing? Judged by parsing it as a browser would, not by looking for words."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

_ELEMENTS = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre", "a"}
_SCHEMES = {"", "http", "https", "mailto"}
"""The empty one is a relative address, which leads nowhere worse than a page of the same site."""
_NO_ICON = ("link", "data:,")
"""How a page says that it has no icon: an address with nothing in it."""
_ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}}


class _Faults(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in _ATTRIBUTES.get(tag, set()):
                self.found.append(f"{tag} {name}")
            if name == "href" and urlsplit(value or "").scheme not in _SCHEMES:
                self.found.append(f"href {value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def faults(html: str) -> list[str]:
    """Whatever in a comment's HTML is more than text, plain emphasis and harmless links."""
    parser = _Faults()
    parser.feed(html)
    parser.close()
    return parser.found


class _ActiveParts(HTMLParser):
    """For whole pages, which have scripts of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._is_in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_in_script = tag == "script"
        if tag in ("iframe", "object", "embed", "applet", "base", "marquee", "plaintext", "xmp"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "background"):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "xlink:href", "data", "poster"):
                scheme = urlsplit((value or "").strip()).scheme
                if scheme not in _SCHEMES and (tag, value) != _NO_ICON:
                    self.found.append(f"{tag} {name} {value}")

    def handle_endtag(self, tag: str) -> None:
        self._is_in_script = False

    def handle_data(self, data: str) -> None:
        if self._is_in_script and data.strip():
            self.found.append(f"script {data}")


def active_parts(page: str) -> list[str]:
    """Whatever in a page would run: handlers, inline scripts, script addresses, frames."""
    parser = _ActiveParts()
    parser.feed(page)
    parser.close()
    return parser.found
