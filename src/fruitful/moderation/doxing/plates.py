"""Licence plates, only where the text says that they are one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

_NAMED = re.compile(
    r"\b(?:(?:number|licen[cs]e|car)?\s?plates?|tags?|reg|registration|vrm|matricula|placas?"
    r"|immatriculation|plaque|kennzeichen|nummernschild|targa)\b"
    r"(?:\s(?:number|no|is|are|was|of|es|son|est|ist|says?|reads?|it|on|her|his|the|car|van|del"
    r"|coche|voiture)\b|[:#,.\s]){0,5}\s?"
)
_DRIVES = re.compile(
    r"\b(?:drives?|driving|drove|parks?|car|van|truck|suv|conduce|conduit|fahrt)\b[^.!?\n]{0,60}?"
    r"\b(?P<uk>[a-z]{2}\d\d\s?[a-z]{3})\b"
)
_SHAPE = re.compile(r"[a-z0-9]{1,7}(?:[ -][a-z0-9]{1,4}){0,2}\b")
_PROSE = frozenset(
    {"a", "i", "is", "in", "on", "at", "to", "of", "it", "the", "and", "for", "was", "are", "has",
     "you", "his", "her", "him", "she", "he", "by", "or", "as", "so", "if"}
)  # fmt: skip
_PLATE_WORDS = frozenset(
    {"plate", "plates", "numberplate", "tag", "tags", "reg", "registration", "vrm", "matricula",
     "placa", "placas", "immatriculation", "plaque", "kennzeichen", "nummernschild", "targa",
     "drive", "drives", "driving", "drove", "park", "parks", "car", "van", "truck", "suv",
     "conduce", "conduit", "fahrt"}
)  # fmt: skip
_HAS_DIGIT_AND_LETTER = re.compile(r"(?=.*[a-z])(?=.*\d)")


def find_plates(reading: Reading) -> Iterator[Finding]:
    """A plate after a word for plates, or one of British form after a word for driving."""
    if _PLATE_WORDS.isdisjoint(reading.words):
        return
    text = reading.text
    ends: set[int] = set()
    for named in _NAMED.finditer(text):
        shape = _SHAPE.match(text, named.end())
        if shape and (length := _plate_length(shape[0])):
            ends.add(shape.start() + length)
            yield Finding(shape.start(), shape.start() + length, "plate", 0.7)
    for driven in _DRIVES.finditer(text):
        if driven.end("uk") not in ends:
            yield Finding(driven.start("uk"), driven.end("uk"), "plate", 0.7)


def _plate_length(written: str) -> int:
    """How much of ``written`` is a plate: as many groups as stay within eight characters."""
    groups = written.split(" ")
    for count in range(len(groups), 0, -1):
        candidate = " ".join(groups[:count])
        compact = candidate.replace(" ", "").replace("-", "")
        looks_right = _HAS_DIGIT_AND_LETTER.match(compact) and sum(map(str.isdigit, compact)) >= 2
        if 5 <= len(compact) <= 8 and looks_right and _words_are_not_text(groups[:count]):
            return len(candidate)
    return 0


def _words_are_not_text(groups: list[str]) -> bool:
    return not any(g.isalpha() and g in _PROSE for g in groups)
