"""Read a page's microdata as a search engine does (WHATWG HTML, section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "img", "input", "hr"}
_IN_ATTRIBUTE = {"meta": "content", "link": "href", "a": "href", "time": "datetime"}


@dataclass
class Item:
    """An item with its type and its properties, in the order of the page."""

    type: str
    properties: dict[str, list[str | Item]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The only value of a property, which is text."""
        [value] = self.properties[name]
        assert isinstance(value, str)
        return value

    def items(self, name: str) -> list[Item]:
        """The values of a property that are items themselves."""
        return [value for value in self.properties.get(name, []) if isinstance(value, Item)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top: list[Item] = []
        self.loose: list[str] = []
        self._open: list[tuple[str, Item | None, list[str] | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, owner = given.get("itemprop"), self._owner()
        item = Item(given.get("itemtype") or "") if "itemscope" in given else None
        value: list[str] | None = None
        if name and owner is None:
            self.loose.append(name)
        elif name and owner is not None:
            values = owner.properties.setdefault(name, [])
            if item is not None:
                values.append(item)
            elif tag in _IN_ATTRIBUTE:
                values.append(given.get(_IN_ATTRIBUTE[tag]) or "")
            else:
                value = []
                values.append("")
                self._open.append((tag, item, value))
                return
        elif item is not None:
            self.top.append(item)
        if tag not in _VOID:
            self._open.append((tag, item, value))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, _, value = self._open.pop()
            if value is not None:
                self._settle("".join(value).strip())
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        for _, _, value in self._open:
            if value is not None:
                value.append(data)

    def _owner(self) -> Item | None:
        return next((item for _, item, _ in reversed(self._open) if item is not None), None)

    def _settle(self, text: str) -> None:
        owner = self._owner()
        assert owner is not None
        for values in reversed(owner.properties.values()):
            if values and values[-1] == "":
                values[-1] = text
                return


def items_of(page: str) -> list[Item]:
    """The top-level items of the page. A property that belongs to no item fails."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.loose == []
    return reader.top
