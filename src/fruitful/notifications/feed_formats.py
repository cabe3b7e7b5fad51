"""Feeds as Atom (RFC 4287) and as JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from fruitful.domain.feeds import FeedDocument, FeedItem
from fruitful.domain.moments import iso

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"

_NAMESPACE = "http://www.w3.org/2005/Atom"
_GENERATOR = "Fruitful"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold, not even escaped."""


def atom(document: FeedDocument) -> bytes:
    """The feed as an Atom document in UTF-8."""
    feed = ElementTree.Element(
        "feed", {"xmlns": _NAMESPACE, "xml:lang": _storable(document.language)}
    )
    _add(feed, "id", document.id)
    _add(feed, "title", document.title)
    _add(feed, "updated", iso(document.updated_at))
    _add(feed, "generator", _GENERATOR)
    _link(feed, "self", document.self_url, ATOM)
    _link(feed, "alternate", document.home_url, "text/html")
    for item in document.items:
        _add_entry(feed, item)
    # Deterministic, so that the same comments always have the same ETag.
    text: str = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()


def json_feed(document: FeedDocument) -> bytes:
    """The feed as a JSON Feed document in UTF-8."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": document.title,
            "home_page_url": document.home_url,
            "feed_url": document.self_url,
            "language": document.language,
            "items": [_item(item) for item in document.items],
        },
        ensure_ascii=False,
    ).encode()


def _add_entry(feed: ElementTree.Element, item: FeedItem) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(ElementTree.SubElement(entry, "author"), "name", item.author)
    _link(entry, "alternate", item.url, "text/html")
    _add(entry, "published", iso(item.published_at))
    _add(entry, "updated", iso(item.updated_at))
    _add(entry, "content", item.html).set("type", "html")


def _item(item: FeedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "date_published": iso(item.published_at),
        "date_modified": iso(item.updated_at),
        "authors": [{"name": item.author}],
    }


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = _storable(text)
    return element


def _link(parent: ElementTree.Element, relation: str, address: str, media_type: str) -> None:
    attributes = {"rel": relation, "href": _storable(address), "type": media_type}
    ElementTree.SubElement(parent, "link", attributes)


def _storable(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
