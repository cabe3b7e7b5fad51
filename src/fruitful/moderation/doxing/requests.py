"""Calls to find a person, to publish their details or to turn up at their home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.phrases import phrase
from fruitful.moderation.doxing.reading import Reading

_QUESTION_WORDS = frozenset({"where", "which", "what", "when"})
_LIVING_WORDS = frozenset(
    {"live", "lives", "living", "work", "works", "working", "sleep", "sleeps", "stay", "stays",
     "staying", "park", "parks", "reside", "resides", "hang", "hangs", "drink", "drinks", "shop",
     "shops", "train", "trains", "hide", "hides", "hiding", "go", "goes", "attend", "attends",
     "his", "hers", "theirs"}
)  # fmt: skip
_DETAIL_WORDS = frozenset(
    {"address", "addresses", "addy", "phone", "number", "cell", "email", "mail", "location",
     "whereabouts", "workplace", "plate", "plates", "details", "school", "contact", "landline",
     "mobile", "dox", "house", "home"}
)  # fmt: skip
_HUNTING_WORDS = frozenset(
    {"locate", "find", "track", "hunt", "unmask", "identify", "address", "phone", "number",
     "email", "mail", "contact"}
)  # fmt: skip
_HOME_WORDS = frozenset(
    {"house", "home", "door", "doorstep", "flat", "apartment", "driveway", "place", "bedroom"}
)
_FOREIGN_WORDS = frozenset(
    {"donde", "direccion", "telefono", "numero", "domicilio", "casa", "ou", "adresse", "telephone",
     "wo", "nummer", "handynummer", "telefonnummer", "anschrift", "dove", "onde"}
)  # fmt: skip
_NO_NAME = frozenset(
    {"it", "this", "that", "these", "those", "we", "i", "the", "all", "most", "such", "our", "my",
     "everyone", "people", "there", "what", "who", "your"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Call:
    """One way to ask. It is looked for only where a word of each of its sets stands.

    ``then`` must match what follows, where given.
    """

    pattern: re.Pattern[str]
    words: tuple[frozenset[str], ...]
    score: float
    then: re.Pattern[str] | None = None


_CALLS = (
    _Call(phrase("find_where"), (_QUESTION_WORDS, _LIVING_WORDS), 0.95),
    _Call(phrase("know_where"), (frozenset({"where"}), _LIVING_WORDS), 0.75),
    _Call(phrase("where_does"), (_QUESTION_WORDS, frozenset({"does", "do"})), 0.75),
    _Call(phrase("dox_call"), (frozenset({"dox", "doxx"}),), 0.95),
    _Call(phrase("hunt"), (_HUNTING_WORDS,), 0.75),
    _Call(phrase("offer_details"), (_DETAIL_WORDS,), 0.95),
    _Call(phrase("go_round"), (frozenset({"his", "hers", "theirs"}),), 0.8),
    _Call(phrase("ask_details"), (_DETAIL_WORDS,), 0.95, then=phrase("ends_the_request")),
    _Call(phrase("visit"), (frozenset({"visit"}),), 0.95),
    _Call(phrase("turn_up"), (_HOME_WORDS,), 0.95),
    _Call(phrase("other_languages"), (_FOREIGN_WORDS,), 0.95),
)
_DISAVOWED = phrase("disavowed")
_MILDER = 0.8
"""Score of a call to visit somebody that names no home: a figure of speech, perhaps."""


def find_requests(reading: Reading) -> Iterator[Finding]:
    """What asks others to find, expose or visit somebody, whether or not details are given."""
    for call in _CALLS:
        if any(words.isdisjoint(reading.words) for words in call.words):
            continue
        for match in call.pattern.finditer(reading.text):
            if _is_meant(reading, call, match):
                groups = match.groupdict()
                mild = "home" in groups and groups["home"] in (None, "place")
                score = _MILDER if mild else call.score
                yield Finding(match.start(), match.end(), "find_request", score)


def _is_meant(reading: Reading, call: _Call, match: re.Match[str]) -> bool:
    if call.then and not call.then.match(reading.text, match.end()):
        return False
    return _speaks_of_a_person(reading, match) and not _is_disavowed(reading.text, match)


def _speaks_of_a_person(reading: Reading, match: re.Match[str]) -> bool:
    """A bare word is a person only when it is capitalised as a name."""
    name = match.groupdict().get("name")
    if not name:
        return True
    first = name.split()[0]
    return first not in _NO_NAME and reading.titled(match.start("name"))


def _is_disavowed(text: str, match: re.Match[str]) -> bool:
    return bool(_DISAVOWED.search(text[max(0, match.start() - 45) : match.start() + 1]))
