"""Whose details they are, and whether the words around them call for acting on a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.people import KIN, OBJECT, PERSON, POSSESSIVE, QUALIFIER, THING
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import any_of, intent_patterns, vocabulary


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
_HOME = re.compile(
    r"\b(?:home|lives?|sleeps?|private|personal|real|cell|house|residence|moved|family|wife|husband)\b"
)

_OWN = re.compile(
    rf"\b(?:my|our|mine)\s(?:(?:{QUALIFIER}|best|only|business|contact)\s){{0,3}}{THING}\b"
    r"|\b(?:reach|contact|call|text|e-?mail|mail|write|message|ring|phone|dm|whatsapp|ping|drop|find|hit|tell|ask|join)\s(?:to\s|up\s)?(?:me|us)\b"
    r"|\bget\sin\stouch\swith\s(?:me|us)\b|\bi(?:'m|\sam)\s(?:on|at|living|based|staying)\b"
    r"|\bi\s(?:live|lived|reside|stay|work)\b|\bmine\sis\b"
    r"|\bmi\s(?:numero|telefono|movil|celular|correo|e-?mail|direccion|casa)\b|\b(?:escrib|llam|contact)[a-z]{1,4}me\b"
    r"|\bvivo\sen\b|\bmon\s(?:numero|adresse|mail|e-?mail|telephone|portable)\b|\b(?:appelez|ecrivez|contactez|joindre)[- ](?:moi|nous)\b"
    r"|\bj'habite\b|\bmeiner?\s(?:nummer|handynummer|telefonnummer|adresse|mail|e-?mail|anschrift)\b"
    r"|\b(?:ruft|schreibt?|kontaktiert|erreicht)\s(?:mich|mir|uns)\b|\bich\swohne\b|\b(?:abito|moro)\b"
)
_OWN_AFTER = re.compile(
    rf"^\W{{0,3}}\s?(?:is|are|that's|if)\s(?:my|you\s(?:want|need|wish)\s(?:to\s)?(?:reach|talk|contact))\b"
    rf"|^\W{{0,4}}(?:that's\s|is\s)?(?:my\s(?:{QUALIFIER}\s){{0,2}}{THING}|(?:call|text|ring|e-?mail)\sme)\b"
)

_NOT_AN_OWNER = rf"(?!(?:{any_of(vocabulary().institutions)}|government|city|state|country|nation|league|club|team)'s)"
_ANOTHERS = re.compile(
    rf"\b{_NOT_AN_OWNER}(?:{POSSESSIVE}|your)\s(?:{KIN}'s\s)?(?:(?:{QUALIFIER})\s){{0,3}}{THING}\b"
    rf"|\bmy\s(?:[a-z]{{2,12}}\s)?(?:ex|ex-\w+|{PERSON}|{KIN})(?:'s)?\s(?:(?:{QUALIFIER}|{THING})\b|lives?\b|is\b|can\b)"
    rf"|\b{THING}\s(?:of|for|belongs?\sto|belonging\sto)\s(?:him|her|them|(?:that|this|the|my)\s(?:[a-z]{{2,12}}\s){{0,2}}(?:{PERSON}|{KIN})|{POSSESSIVE}\s{KIN})\b"
    r"|\b(?:lives|resides|sleeps|lived|(?:is|are|was)\s(?:living|staying|hiding))\b|\b(?:they|who|people)\s(?:live|reside|stay|sleep)\b"
    r"|\b(?:he|she|they)\s(?:\w+\s)?(?:moved|stays|hides|drives|drove|parks|can\sbe\s(?:found|reached))\b|\bcan\sbe\sfound\b|\b(?:he|she)(?:'s|\sis)\s(?:[a-z]{2,8}\s){0,2}?at\b|\bdrives\sa\b|\bdoxx?(?:ed|ing)?\b"
    rf"|\b(?:find|reach|call|text|ring|phone|e-?mail|mail|contact|message|dm|whatsapp|visit|write\sto|harass|bother|meet|get)\s(?:to\s)?{OBJECT}\b"
    rf"|\b(?:find|reach|visit)\s{POSSESSIVE}\s{KIN}\b|\b(?:where|here's\swhere)\s(?:he|she|they)\b"
    r"|\bsu\s(?:numero|telefono|movil|celular|correo|direccion|casa|domicilio|matricula)\b|\b(?:vive|viven)\b"
    r"|\b(?:llamad|llamen|marquen|visiten|escriban)[a-z]{2,5}\b"
    r"|\b(?:son|leur)\s(?:numero|portable|telephone|adresse|mail|e-?mail)\b|\b(?:il|elle|qui)\s(?:habite|vit)\b|\bhabite\b|\b(?:appelez|ecrivez)-l[a-z]{1,3}\b"
    r"|\b(?:seine?r?|ihre?r?)\s(?:nummer|handynummer|telefonnummer|adresse|anschrift|mail|e-?mail|handy)\b|\bwohnt\b|\b(?:ruft|besucht)\s(?:ihn|sie)\b|\babita\b|\bmora\b"
)
_ANOTHERS_AFTER = re.compile(
    r"^\W{0,3}\s?(?:(?:is|are|belongs?\sto)\s(?:his|hers?|him|theirs?|them)|gehort\s(?:ihm|ihr))\b"
)
_SOMEBODY = re.compile(
    rf"\b(?:he|she|him|her|his|hers|they|them|their|this\s{PERSON}|that\s{PERSON}|the\s{PERSON})\b"
)
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
    strong, nudge = intent_patterns()
    return bool(strong.search(text) or nudge.search(text))


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
