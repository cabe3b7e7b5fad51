"""Where a private person can be found: home street, workplace, children's school, habits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from fruitful.moderation.doxing.addresses.grammar import is_named
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.phrases import phrase
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import vocabulary

_WORKS_AT = phrase("works_at")
_SCHOOL = phrase("school")
_HER_SCHOOL = phrase("her_school")
_LIVES_ON = phrase("lives_on")
_HABIT = phrase("habit")
_HABIT_OF = phrase("habit_of")
_HABIT_TIME = phrase("habit_time")
_ALONE = phrase("alone")
_COMINGS_AND_GOINGS = phrase("comings_and_goings")
_PUBLIC_PLACE = phrase("public_place")
_SCHOOL_WORD = phrase("school_word")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")

# A finder runs only where one of its words stands: most comments hold none.
_WORKING = frozenset({"work", "works", "working", "waits", "teaches", "trains"})
_SCHOOLING = frozenset(("school", *(word for kin in vocabulary().kin for word in kin.split("-"))))
_LIVING = frozenset(
    {"live", "lives", "reside", "resides", "moved", "stay", "stays", "staying", "living", "sleep",
     "sleeps", "parks"}
)  # fmt: skip
_FREQUENTING = frozenset(
    {"every", "each", "alone", "own", "herself", "himself", "closing", "shift", "shifts",
     "leave", "leaves", "followed", "tailed",
     "watched", "trailed", "gets", "comes", "walks", "mondays", "tuesdays", "wednesdays",
     "thursdays", "fridays", "saturdays", "sundays"}
)  # fmt: skip
_NO_NAME = frozenset(
    {"many", "most", "few", "some", "several", "all", "both", "these", "those", "other", "more",
     "it", "this", "that", "what", "which", "who", "everyone", "nobody", "everybody", "somebody",
     "someone", "anyone", "the", "a", "one", "there", "i", "we", "you", "and", "but", "because",
     "my", "our", "your", "his", "her", "their", "money", "nothing", "something", "everything"}
)  # fmt: skip


def find_whereabouts(reading: Reading) -> Iterator[Finding]:
    """Statements that would let a stranger wait for somebody."""
    for verbs, finder in (
        (_WORKING, _works_at),
        (_SCHOOLING, _schools),
        (_LIVING, _lives_on),
        (_FREQUENTING, _habits),
    ):
        if not verbs.isdisjoint(reading.words):
            yield from finder(reading)


def _works_at(reading: Reading) -> Iterator[Finding]:
    for match in _WORKS_AT.finditer(reading.text):
        where = "street" if match["street"] else "town"
        named = is_named(reading, match.start(where), match.end(where)) and reading.titled(
            match.start("place")
        )
        if named and is_somebody(reading, match) and not _PUBLIC_PLACE.search(match[0]):
            yield _found(match, 0.65)


def _schools(reading: Reading) -> Iterator[Finding]:
    for match in chain(_SCHOOL.finditer(reading.text), _HER_SCHOOL.finditer(reading.text)):
        named = reading.titled(match.start("school"))
        if named and not _PUBLIC_PLACE.match(match["school"]):
            score = 0.75 if _SCHOOL_WORD.search(match["school"]) else 0.65
            yield _found(match, score)


def _lives_on(reading: Reading) -> Iterator[Finding]:
    for match in _LIVES_ON.finditer(reading.text):
        if is_named(reading, match.start("street"), match.end("street")) and is_somebody(
            reading, match
        ):
            yield _found(match, 0.7)


def _habits(reading: Reading) -> Iterator[Finding]:
    timed = _HABIT_TIME.search(reading.text)
    for match in _HABIT.finditer(reading.text) if timed else ():
        sentence = _sentence(reading.text, match)
        a_place = any(
            reading.titled(match.start("place") + word.start())
            for word in re.finditer(r"\S+", match["place"])
        )
        if a_place and _HABIT_TIME.search(sentence) and not _PUBLIC_PLACE.search(match[0]):
            yield _found(match, 0.7)
    for match in _HABIT_OF.finditer(reading.text) if timed else ():
        street = is_named(reading, match.start("street"), match.end("street"))
        if (
            street
            and is_somebody(reading, match)
            and _HABIT_TIME.search(_sentence(reading.text, match))
        ):
            yield _found(match, 0.7)
    for match in chain(_COMINGS_AND_GOINGS.finditer(reading.text), _ALONE.finditer(reading.text)):
        yield _found(match, 0.75)


def _sentence(text: str, match: re.Match[str]) -> str:
    stop = _SENTENCE_END.search(text, match.end())
    return text[match.start() : stop.start() if stop else len(text)]


def is_somebody(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the match names nobody, or somebody by what reads as a name."""
    name = match.groupdict().get("name")
    if not name:
        return True
    return name.split()[0] not in _NO_NAME and reading.titled(match.start("name"))


def _found(match: re.Match[str], score: float) -> Finding:
    return Finding(match.start(), match.end(), "whereabouts", score)
