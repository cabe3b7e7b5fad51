"""Coordinates and links into maps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

# Four decimals of a degree are about eleven metres: a house, not a town.
_DECIMAL = re.compile(
    r"(?<![\w.,])([+-]?\d{1,2}\.\d{4,12})\s?°?\s?[ns]?\s{0,2}[,;/ ]\s{0,2}"
    r"([+-]?\d{1,3}\.\d{4,12})(?!\d)(?:\s?°|\s?°?\s?[ewo]\b)?"
)
_SEXAGESIMAL = re.compile(
    r"\b\d{1,2}\s?°\s?\d{1,2}\s?['′]\s?\d{1,2}(?:\.\d{1,4})?\s?(?:\"|''|″)?\s?[ns]\W{1,4}"
    r"\d{1,3}\s?°\s?\d{1,2}\s?['′]\s?\d{1,2}(?:\.\d{1,4})?\s?(?:\"|''|″)?\s?[ewo]\b"
)
_THREE_WORDS = re.compile(r"(?<!\S)///[a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20}\b")
_MAP_LINK = re.compile(
    r"\b(?:https?://)?(?:www\.)?(?:maps\.google\.[a-z.]{2,6}|google\.[a-z.]{2,6}/maps"
    r"|goo\.gl/maps|maps\.app\.goo\.gl|maps\.apple\.com|openstreetmap\.org|osm\.org"
    r"|bing\.com/maps|waze\.com|w3w\.co|what3words\.com)[^\s<>\"]{0,300}"
)
_LINK_SIGNS = ("map", "waze.com", "w3w.co", "what3words.com", "osm.org")


def find_places(reading: Reading) -> Iterator[Finding]:
    """Points on the map close enough to name a house."""
    may_link = any(sign in reading.text for sign in _LINK_SIGNS)
    links = [m.span() for m in _MAP_LINK.finditer(reading.text)] if may_link else []
    for start, end in links:
        # A link to a map is everyday in news of places: it tells nothing without a person.
        yield Finding(start, end, "map_link", 0.3)
    if "///" in reading.text:
        for match in _THREE_WORDS.finditer(reading.text):
            yield Finding(match.start(), match.end(), "coordinates", 0.6)
    if not reading.has_digits:
        return
    for match in _DECIMAL.finditer(reading.text):
        inside = any(start <= match.start() < end for start, end in links)
        if not inside and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180:
            yield Finding(match.start(), match.end(), "coordinates", 0.6)
    for match in _SEXAGESIMAL.finditer(reading.text) if "°" in reading.text else ():
        yield Finding(match.start(), match.end(), "coordinates", 0.6)
