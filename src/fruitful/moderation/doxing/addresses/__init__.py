"""Postal addresses: a grammar for each country, since no two write them alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from fruitful.moderation.doxing.addresses.continental import find_continental
from fruitful.moderation.doxing.addresses.english import find_english
from fruitful.moderation.doxing.addresses.grammar import without_lower_case_end
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

SUPPORTED_COUNTRIES = ("us", "gb", "mx", "es", "fr", "de", "ca", "au", "it", "pt")
"""The countries whose addresses are read, as in the evidence ``postal_address:us``."""

_HOUSE_NUMBER = re.compile(r"\d")


def find_addresses(reading: Reading) -> Iterator[Finding]:
    """Street addresses of the supported countries; where two grammars agree, the longer wins."""
    if not _HOUSE_NUMBER.search(reading.text):
        return
    found = [*find_english(reading), *find_continental(reading)]
    found = [replace(f, end=without_lower_case_end(reading, f.start, f.end)) for f in found]
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (-f.alone, f.start - f.end)):
        if all(finding.end <= k.start or finding.start >= k.end for k in kept):
            kept.append(finding)
    yield from sorted(kept)
