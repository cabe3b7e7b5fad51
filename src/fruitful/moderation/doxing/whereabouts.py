"""Where a private person can be found: home street, workplace, children's school, habits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.addresses.grammar import is_named, street_kinds
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.people import KIN, NAME, OBJECT, POSSESSIVE, SUBJECT
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import any_of, vocabulary

_STREET = any_of((*street_kinds("english")["strong"], *street_kinds("english")["weak"]))
_NAMED_STREET = rf"(?P<street>[a-z][a-z'-]{{1,20}}(?:\s[a-z][a-z'-]{{1,20}}){{0,2}}?\s{_STREET}\b)"
_REST = r"[^.!?\n]"
_WHO = rf"\b(?:{SUBJECT}|{NAME})"

_WORKS_AT = re.compile(
    rf"{_WHO}\s(?:[a-z]{{2,10}}\s)?(?:works?|is\sworking|waits\stables|teaches|trains)\s{_REST}{{0,25}}?"
    rf"\b(?:at|in|for)\s(?:the\s)?(?P<place>[a-z0-9][a-z0-9'&-]{{1,20}}(?:\s[a-z0-9'&-]{{2,20}}){{0,2}}?)\s"
    rf"(?:on|in|at|near|by|off)\s(?:{_NAMED_STREET}|(?P<town>[a-z][a-z'-]{{2,20}}(?:\s[a-z][a-z'-]{{2,20}})?))"
)
_SCHOOL = re.compile(
    rf"\b(?:{POSSESSIVE})\s(?:[a-z]{{2,12}}\s)?{KIN}\s(?:both\s|all\s)?(?:go(?:es)?\sto|attends?|(?:is|are)\s(?:at|enrolled\s(?:at|in))"
    r"|study\sat|studies\sat|gets?\spicked\sup\s(?:at|from))\s"
    r"(?:the\s)?(?P<school>[a-z][a-z.'-]{1,20}(?:\s[a-z][a-z.'-]{1,20}){0,4})"
)
_LIVES_ON = re.compile(
    rf"{_WHO}(?:'s|\s(?:still\s|now\s|really\s)?(?:lives?|resides?|moved|stays?|is\sstaying|is\sliving|sleeps?|parks?))\s"
    rf"{_REST}{{0,30}}?\b(?:on|in|at|off|to|by|near|behind|opposite)\s(?:the\s)?{_NAMED_STREET}"
)
_HABIT_PLACE = re.compile(
    rf"(?:\b{SUBJECT}(?:'s|\s(?:is|are|will\sbe|can\sbe\sfound|goes?|works?|trains?|shops?|drinks?|eats?|sits?|swims?"
    r"|parks?|jogs?|walks?|cycles?|hangs?\sout|takes?|drops?|picks?))\b"
    rf"|\b(?:find|catch|meet|get)\s{OBJECT}\b)"
    rf"{_REST}{{0,50}}?\b(?:at|in|to|on|down|outside|by|from|of)\s(?:the\s)?(?P<place>[a-z][a-z0-9.'-]{{1,20}}"
    r"(?:\s[a-z][a-z0-9.'-]{1,20}){0,3})"
)
_HABIT_TIME = re.compile(
    r"\b(?:every|each)\s(?:single\s|other\s|week)?\s?(?:day|night|morning|evening|afternoon|weekday|weekend"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunch)"
    r"|\bon\s(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:at|until|till|after|before|around|from)\s\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|o'clock|each|every|on)\b"
    r"|\bafter\sclosing\b|\bnight\sshifts?\b"
)
_LEAVES = re.compile(
    rf"\b{SUBJECT}\s(?:always\s|usually\s)?(?:leaves?|gets?\s(?:home|back)|comes?\shome|walks?\shome|gets?\sout)\s{_REST}{{0,25}}?"
    r"(?:at|around|about|by|after)\s\d{1,2}(?:[:.]\d\d)?\b"
)
_FOLLOWED = re.compile(
    rf"\bi(?:'ve)?\s(?:followed|tailed|watched|trailed)\s{OBJECT}\s(?:home|to|from|all)\b"
)
_PUBLIC_PLACE = re.compile(
    r"\b(?:town hall|city hall|parliament|congress|senate|capitol|court|courthouse|ministry|council"
    r"|white house|press|conference|rally|hearing|office|government|department|university|stadium"
    r"|theatre|theater|museum|library|festival|podium|debate|studio|tv|television|radio|news|world"
    r"|house of|supreme|embassy|summit|meeting|chamber|state|field|game|match|polls?|campaign"
    r"|interview|article|media|power|charge|nation|country|economy|public|party)\b"
)
_SCHOOL_WORD = re.compile(
    r"\b(?:school|primary|elementary|academy|high|college|kindergarten|nursery|preschool|prep"
    r"|middle|grammar|daycare|creche|infants|juniors?|montessori)\b"
)
# A finder runs only where one of its words stands: most comments hold none.
_WORKING = frozenset({"work", "works", "working", "waits", "teaches", "trains"})
_SCHOOLING = frozenset(word for kin in vocabulary().kin for word in kin.split("-"))
_LIVING = frozenset(
    {"live", "lives", "reside", "resides", "moved", "stay", "stays", "staying", "living", "sleep",
     "sleeps", "park", "parks"}
)  # fmt: skip
_FREQUENTING = frozenset(
    {"every", "each", "closing", "shift", "shifts", "leave", "leaves", "followed", "tailed",
     "watched", "trailed", "gets", "comes", "walks", "mondays", "tuesdays", "wednesdays",
     "thursdays", "fridays", "saturdays", "sundays", "at", "until", "till", "after", "before"}
)  # fmt: skip
_NO_NAME = frozenset(
    {"it", "this", "that", "what", "which", "who", "everyone", "nobody", "everybody", "somebody",
     "someone", "anyone", "the", "a", "one", "there", "i", "we", "you", "and", "but", "because",
     "money", "nothing", "something", "everything"}
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
        if named and _is_somebody(reading, match) and not _PUBLIC_PLACE.search(match[0]):
            yield _found(match, 0.65)


def _schools(reading: Reading) -> Iterator[Finding]:
    for match in _SCHOOL.finditer(reading.text):
        named = reading.titled(match.start("school"))
        if named and not _PUBLIC_PLACE.match(match["school"]):
            score = 0.75 if _SCHOOL_WORD.search(match["school"]) else 0.65
            yield _found(match, score)


def _lives_on(reading: Reading) -> Iterator[Finding]:
    for match in _LIVES_ON.finditer(reading.text):
        if is_named(reading, match.start("street"), match.end("street")) and _is_somebody(
            reading, match
        ):
            yield _found(match, 0.7)


def _habits(reading: Reading) -> Iterator[Finding]:
    timed = _HABIT_TIME.search(reading.text)
    for match in _HABIT_PLACE.finditer(reading.text) if timed else ():
        sentence = _sentence(reading.text, match)
        a_place = any(
            reading.titled(match.start("place") + word.start())
            for word in re.finditer(r"\S+", match["place"])
        )
        if a_place and _HABIT_TIME.search(sentence) and not _PUBLIC_PLACE.search(match[0]):
            yield _found(match, 0.7)
    for pattern in (_LEAVES, _FOLLOWED):
        for match in pattern.finditer(reading.text):
            yield _found(match, 0.75)


def _sentence(text: str, match: re.Match[str]) -> str:
    stop = re.compile(r"[.!?]\s|\n").search(text, match.end())
    return text[match.start() : stop.start() if stop else len(text)]


def _is_somebody(reading: Reading, match: re.Match[str]) -> bool:
    name = match.groupdict().get("name")
    if not name:
        return True
    return name.split()[0] not in _NO_NAME and reading.titled(match.start("name"))


def _found(match: re.Match[str], score: float) -> Finding:
    return Finding(match.start(), match.end(), "whereabouts", score, settled=True)
