"""The beginning of a comment as plain text, for where HTML cannot go."""

from __future__ import annotations

from html.parser import HTMLParser

_BREAKS = frozenset({"p", "br", "li", "blockquote", "pre", "ul", "ol"})


def excerpt(html: str, *, longest: int) -> str:
    """The text of a rendered comment, at most ``longest`` code points of it.

    It is taken from what everybody may see, in which private details are hidden, never from what
    was typed. A text that is cut ends between words, with an ellipsis.
    """
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    text = "\n".join(line for line in lines if line)
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    whole_words = cut.rsplit(None, 1)[0] if any(c.isspace() for c in cut) else cut
    return f"{whole_words}…"


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
