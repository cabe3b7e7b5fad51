"""Whose details they are, and whether the words around them call for acting on a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.phrases import phrase
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import any_of, vocabulary


class Owner(Enum):
    """Whose details a finding is."""

    WRITER = "the writer's own"
    ANOTHER = "another person's"
    PUBLIC = "published for everyone by a body or business"
    PERSON_NEARBY = "perhaps those of a person spoken of nearby"
    UNKNOWN = "nobody's in particular"


@dataclass(frozen=True, slots=True)
class Context:
    """What the text around a finding says of it."""

    owner: Owner
    hostile: bool


_INSTITUTION = re.compile(rf"\b{any_of(vocabulary().institutions)}\b")
_EVENT = re.compile(rf"\b{any_of(vocabulary().events)}\b")
_OWN = phrase("own")
_OWN_AFTER = phrase("own_after")
_ANOTHERS = phrase("anothers")
_ANOTHERS_AFTER = phrase("anothers_after")
_SOMEBODY = phrase("somebody")
_HOME = phrase("home")
_ACTS_ON_A_PERSON = phrase("acts_on_a_person")
_NUDGES = phrase("nudges")
_SENTENCE_END = re.compile(r"[.!?]['\")]?\s+(?=\S)|\n")
_ABBREVIATION = re.compile(r"\b(?:st|ave|av|rd|dr|apt|no|mr|mrs|ms|tel|ext|str|col|c|p|u|s)\.$")


def judge_context(reading: Reading, finding: Finding) -> Context:
    """Read up to 160 characters before and after a finding.

    The nearest words before it that tell an owner win; failing those, the words of its own
    sentence; failing those, a person or a body spoken of nearby.
    """
    before = reading.text[max(0, finding.start - 160) : finding.start]
    after = reading.text[finding.end : finding.end + 160]
    hostile = _calls_for_action(before + " # " + after)
    own = _last_end(_OWN, _same_sentence(before)[-90:])
    near = before[-110:]
    another = _last_end(_ANOTHERS, near)
    own_from_the_end = None if own is None else len(_same_sentence(before)[-90:]) - own
    another_from_the_end = None if another is None else len(near) - another
    return Context(_owner(reading, finding, own_from_the_end, another_from_the_end, after), hostile)


def _owner(
    reading: Reading, finding: Finding, own: int | None, another: int | None, after: str
) -> Owner:
    if own is not None and (another is None or own <= another):
        return Owner.WRITER
    if another is not None and another <= 60:
        return Owner.ANOTHER
    if another is None and _OWN_AFTER.search(after):
        return Owner.WRITER
    if _ANOTHERS_AFTER.search(after):
        return Owner.ANOTHER
    if _is_public(reading, finding, after):
        return Owner.PUBLIC
    if another is not None or _ANOTHERS.search(_first_sentence(after)[:70]):
        return Owner.ANOTHER
    around = reading.text[max(0, finding.start - 100) : finding.start] + " " + after[:60]
    return Owner.PERSON_NEARBY if _SOMEBODY.search(around) else Owner.UNKNOWN


def _is_public(reading: Reading, finding: Finding, after: str) -> bool:
    """Whether the sentence names a body whose details these are, and no home."""
    before = _same_sentence(reading.text[max(0, finding.start - 90) : finding.start])
    around = before + " # " + _first_sentence(after)[:60]
    if _HOME.search(around):
        return False
    if finding.kind.startswith("postal_address") or finding.kind == "coordinates":
        return bool(_INSTITUTION.search(around) or _EVENT.search(around))
    return finding.kind in ("phone", "email", "map_link") and bool(_INSTITUTION.search(around))


def _calls_for_action(text: str) -> bool:
    return bool(_ACTS_ON_A_PERSON.search(text) or _NUDGES.search(text))


def _last_end(pattern: re.Pattern[str], text: str) -> int | None:
    end = None
    for match in pattern.finditer(text):
        end = match.end()
    return end


def _same_sentence(before: str) -> str:
    """The part of ``before`` after its last sentence end; "St." and the like do not end one."""
    start = 0
    for stop in _SENTENCE_END.finditer(before):
        if not _ABBREVIATION.search(before[: stop.start() + 1]):
            start = stop.end()
    return before[start:]


def _first_sentence(after: str) -> str:
    stop = _SENTENCE_END.search(after)
    return after[: stop.start()] if stop else after
