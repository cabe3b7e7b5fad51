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


_DESK = re.compile(rf"\b{any_of(vocabulary().desks)}\b")
_INSTITUTION = re.compile(rf"\b{any_of(vocabulary().institutions)}\b")
_EVENT = re.compile(rf"\b{any_of(vocabulary().events)}\b")
_OWN = phrase("own")
_OWN_AFTER = phrase("own_after")
_ANOTHERS = phrase("anothers")
_PERHAPS_ANOTHERS = phrase("perhaps_anothers")
_ANOTHERS_AFTER = phrase("anothers_after")
_SOMEBODY = phrase("somebody")
_HOME = phrase("home")
_ACTS_ON_A_PERSON = phrase("acts_on_a_person")
_NUDGES = phrase("nudges")
_SENTENCE_END = re.compile(r"[.!?]['\")]?\s+(?=\S)|\n")
_ABBREVIATION = re.compile(r"\b(?:st|ave|av|rd|dr|apt|no|mr|mrs|ms|tel|ext|str|col|c|p|u|s)\.$")


_REACH = 160
"""Characters before and after a finding that bear on it: about two sentences."""
_SAME_BREATH = 60
"""Characters within which words that name another owner beat the mention of an institution."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The text around a finding; ``sentence_*`` stop where its own sentence does."""

    kind: str
    hostile: bool
    before: str
    after: str
    sentence_before: str
    sentence_after: str

    @property
    def sentence(self) -> str:
        return f"{self.sentence_before[-90:]} # {self.sentence_after[:60]}"


def judge_context(reading: Reading, finding: Finding) -> Context:
    """Whose the finding is and what the words around it call for.

    The nearest words before it that tell an owner win; failing those, the words of its own
    sentence; failing those, a person spoken of nearby.
    """
    before = reading.text[max(0, finding.start - _REACH) : finding.start]
    after = reading.text[finding.end : finding.end + _REACH]
    text = before + " # " + after
    around = _Surroundings(
        kind=finding.kind,
        hostile=bool(_ACTS_ON_A_PERSON.search(text) or _NUDGES.search(text)),
        before=before,
        after=after,
        sentence_before=_same_sentence(before),
        sentence_after=_first_sentence(after),
    )
    return Context(_owner(around), around.hostile)


def _owner(around: _Surroundings) -> Owner:
    own = _distance(_OWN, around.sentence_before[-90:])
    another = _distance(_ANOTHERS, around.before[-110:])
    if own is not None and (another is None or own <= another):
        return Owner.WRITER
    if another is not None and another <= _SAME_BREATH:
        return Owner.ANOTHER
    if another is None and _OWN_AFTER.search(around.after):
        return Owner.WRITER
    if _ANOTHERS_AFTER.search(around.after):
        return Owner.ANOTHER
    if _is_public(around):
        return Owner.PUBLIC
    if another is not None or _is_anothers_by_the_sentence(around):
        return Owner.ANOTHER
    nearby = f"{around.before[-100:]} # {around.after[:60]}"
    return Owner.PERSON_NEARBY if _SOMEBODY.search(nearby) else Owner.UNKNOWN


def _is_anothers_by_the_sentence(around: _Surroundings) -> bool:
    return bool(
        _ANOTHERS.search(around.sentence_after[:70])
        or _PERHAPS_ANOTHERS.search(around.sentence_before[-90:])
    )


def _is_public(around: _Surroundings) -> bool:
    """Whether the sentence names a body whose details these are, and no home."""
    if _HOME.search(around.sentence):
        return False
    if around.kind.startswith("postal_address") or around.kind == "coordinates":
        if around.hostile and _SOMEBODY.search(around.sentence):
            return False  # "Wait for her at the clinic, …"
        return bool(_INSTITUTION.search(around.sentence) or _EVENT.search(around.sentence))
    if around.kind not in ("phone", "email", "map_link"):
        return False
    if _DESK.search(around.sentence):
        return True
    # "She works in the bar, 555-0142": the number may be hers as well as the bar's.
    return bool(_INSTITUTION.search(around.sentence)) and not _SOMEBODY.search(around.sentence)


def _distance(pattern: re.Pattern[str], before: str) -> int | None:
    """How far before the end of ``before`` the last match ends; ``None`` without one."""
    ends = [match.end() for match in pattern.finditer(before)]
    return len(before) - ends[-1] if ends else None


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
