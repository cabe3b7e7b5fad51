"""Addresses as written in the United States, Britain, Canada, Australia and Ireland."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.addresses.grammar import (
    COMPLETE,
    STREET_ONLY,
    follows_a_preposition,
    is_led_in,
    is_led_out,
    is_named,
    is_said_to_be_a_home,
)
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import any_of, street_kinds

_STRONG = any_of(street_kinds("english")["strong"])
_WEAK = any_of(street_kinds("english")["weak"])

# Words that follow a number in ordinary prose and never in the name of a street.
_PROSE = (
    r"(?:the|of|in|on|an|and|to|for|from|is|was|are|were|at|down|along|more|other|people|years?"
    r"|days?|weeks?|months?|hours?|minutes?|mins?|percent|per|cent|million|billion|thousand"
    r"|hundred|times|points?|miles?|kilomet[re]{2}s|metres|meters|feet|men|women|children|cars?"
    r"|houses|homes|dead|injured|out|or|with|by|that|this|these|those|his|her|their|its|my|our"
    r"|your|different|major|main|new|am|pm|i|it|he|she|they|we|you|a|as|into|over|under|would"
    r"|will|can|could|should|has|have|had|be|been|not|no|if|when|where|which|who|what|than|then"
    r"|way|blocks?|lanes|streets|roads|state|federal|district|supreme|circuit|appeals|national"
    r"|games?|goals?|votes?|seats?|pages?|articles?)"
)
_WORD = rf"(?!{_PROSE}\b)(?:[a-z][a-z'-]{{0,19}}\.?|\d{{1,3}}(?:st|nd|rd|th))"
_UNIT_WORD = (
    r"(?:apt|apartment|unit|flat|suite|ste|floor|fl|room|rm|building|bldg|lot|penthouse|no)"
)
_UNIT = rf"(?:{_UNIT_WORD}\.?\s?#?\s?[a-z0-9-]{{1,5}}\b|#\s?[a-z0-9-]{{1,5}}\b)"
_GAP = r"[,;]?\s{1,3}"

_UK_POSTCODE = r"(?:[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[abd-hjlnp-uw-z]{2}|gir 0aa)"
_CA_POSTCODE = r"[abceghj-nprstvxy]\d[a-z][ -]?\d[a-z]\d"
_US_STATE = (
    r"(?:a[lkzr]|c[aot]|d[ec]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]"
    r"|t[nx]|ut|v[ta]|w[aivy]|alabama|alaska|arizona|arkansas|california|colorado|connecticut"
    r"|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana"
    r"|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska"
    r"|nevada|new\s(?:hampshire|jersey|mexico|york)|(?:north|south)\s(?:carolina|dakota)|ohio"
    r"|oklahoma|oregon|pennsylvania|rhode\sisland|tennessee|texas|utah|vermont|(?:west\s)?virginia"
    r"|washington|wisconsin|wyoming)"
)
_AU_STATE = r"(?:nsw|vic|qld|wa|sa|tas|act|nt)"
_CA_PROVINCE = r"(?:ab|bc|mb|nb|nl|ns|on|pe|qc|sk|yt)"
_TOWN_WORD = rf"(?!{_PROSE}\b)[a-z][a-z.'-]{{1,20}}"
_TOWN = rf"{_TOWN_WORD}(?:\s{_TOWN_WORD}){{0,3}}?"
_TOWNS = rf"(?:{_GAP}{_TOWN}){{0,2}}?"

_TAIL = re.compile(
    rf"(?P<unit>{_GAP}{_UNIT})?(?:"
    rf"(?P<gb>{_TOWNS}{_GAP}{_UK_POSTCODE}\b)"
    rf"|(?P<ca>{_TOWNS}{_GAP}(?:{_CA_PROVINCE}{_GAP})?{_CA_POSTCODE}\b)"
    rf"|(?P<au>{_TOWNS}{_GAP}{_AU_STATE}{_GAP}\d{{4}}\b)"
    rf"|(?P<us>{_TOWNS}{_GAP}(?:(?P<state>{_US_STATE})\b\.?(?P<zip>{_GAP}\d{{5}}(?:-\d{{4}})?\b)?"
    rf"|\d{{5}}(?:-\d{{4}})?\b))"
    rf")?"
)
_CITY = re.compile(r",\s{1,3}(?P<town>[a-z][a-z'-]{2,20}(?:\s[a-z][a-z'-]{2,20}){0,2})")
_NUMBER = r"(?:\d(?:\s\d){1,4}|\d{1,5}[a-z]?(?:\s?[-/]\s?\d{1,4}[a-z]?)?)"
_STREET = re.compile(
    rf"(?<![\w.,$£€/:-])(?:(?P<flat>{_UNIT_WORD}\.?\s?#?[a-z0-9]{{1,4}},?\s))?(?P<number>{_NUMBER}),?\s"
    rf"(?:(?:county\s|state\s|us\s|farm\s){{0,2}}(?:highway|hwy|route|road|rd)\s\d{{1,4}}\b"
    rf"|(?P<name>(?:{_WORD}\s){{1,4}}?)(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))\b\.?"
    rf"|(?:avenue|broadway)(?:\s(?:of\sthe\s\w{{3,12}}|[a-z]))?\b)"
    rf"(?P<side>\s(?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\b\.?)?"
)
_HOUSE_NAME = re.compile(
    rf"\b(?P<name>{_TOWN}(?:,\s{_TOWN})?),?\s(?:{_STRONG}|{_WEAK})\b(?P<tail>{_TOWNS}{_GAP}{_UK_POSTCODE}\b)"
)
# Any capitalised name will do for a street where the words before say that somebody lives there.
_HOME_AT = re.compile(
    r"\b(?:lives?|living|lived|resides?|stays?|staying|sleeps?|(?:address|house|home|flat|door)(?:\sis)?)"
    rf"(?:\s(?:at|is|in|now|over|number|no\.?)|:){{0,3}}\s(?P<number>{_NUMBER}),?\s"
    rf"(?P<name>{_WORD}(?:\s{_WORD}){{0,1}})\b"
)
_POSTCODE = re.compile(rf"(?<![\w-]){_UK_POSTCODE}\b")
_BRITISH = frozenset(street_kinds("english")["british"])
_BRITISH_UNIT = re.compile(r"\bflat\b")
_ENDS_LIKE_A_NAME = re.compile(
    r"\s(?:journal|protests?|film|festival|conference|agreement|party)\b"
)


def find_english(reading: Reading) -> Iterator[Finding]:
    """Number, street and whatever follows; or a house name with street and postcode."""
    covered = 0
    for street in _STREET.finditer(reading.text):
        found = _address(reading, street)
        if found and found.start >= covered:
            covered = found.end
            yield found
    yield from _by_postcode(reading, covered)
    for home in _HOME_AT.finditer(reading.text):
        if is_named(reading, home.start("name"), home.end("name")):
            yield Finding(home.start("number"), home.end("name"), "postal_address", STREET_ONLY)


def _address(reading: Reading, street: re.Match[str]) -> Finding | None:
    tail = _TAIL.match(reading.text, street.end())
    end, coded = street.end(), bool(street["flat"])
    if tail and _is_real(reading, tail):
        end, coded = tail.end(), True
    elif tail and tail["unit"]:
        end, coded = tail.end("unit"), True
    town = None if coded else _town(reading, street.end())
    if not _convinces(reading, street, coded=coded, in_a_town=bool(town)):
        return None
    score = COMPLETE if coded or town else STREET_ONLY
    country = _country(street, tail)
    return Finding(street.start(), town or end, f"postal_address:{country}", score)


def _is_real(reading: Reading, tail: re.Match[str]) -> bool:
    """Whether a postcode or state ends the tail; "in" and "or" are states in capitals only."""
    if tail["gb"] or tail["ca"] or tail["au"]:
        return True
    state = tail["state"]
    if not state or tail["zip"]:
        return bool(tail["us"])
    return all(reading.titled(index) for index in (tail.start("state"), tail.end("state") - 1)) or (
        len(state) > 2 and reading.titled(tail.start("state"))
    )


def _town(reading: Reading, start: int) -> int | None:
    """Where the capitalised words after a comma end, which name the town."""
    city = _CITY.match(reading.text, start)
    end = None
    for word in re.finditer(r"[^\s,]+", city[0]) if city else ():
        if not reading.titled(start + word.start()):
            break
        end = start + word.end()
    return end


def _convinces(reading: Reading, street: re.Match[str], *, coded: bool, in_a_town: bool) -> bool:
    if not street["name"]:
        return is_led_in(reading, street.start())
    if not coded and _ENDS_LIKE_A_NAME.match(reading.text, street.end()):
        return False
    named = is_named(reading, street.start("name"), street.end("name"))
    led_in = is_led_in(reading, street.start()) or is_led_out(reading, street.end())
    if street["strong"]:
        at = follows_a_preposition(reading, street.start())
        return named or coded or led_in or at
    if is_said_to_be_a_home(reading, street.start()):
        return True
    reasons = (coded, named, led_in, in_a_town)
    return sum(reasons) > 1


def _country(street: re.Match[str], tail: re.Match[str] | None) -> str:
    for country in ("gb", "ca", "au", "us"):
        if tail and tail[country]:
            return country
    british = street["strong"] in _BRITISH or street["weak"] in _BRITISH
    return "gb" if british or _BRITISH_UNIT.search(street[0]) else "us"


def _by_postcode(reading: Reading, start: int) -> Iterator[Finding]:
    """British houses may have a name in place of a number; a full postcode names a dozen doors."""
    for postcode in _POSTCODE.finditer(reading.text, start):
        if not any(c.isdigit() for c in postcode[0]) or not _in_capitals(reading, postcode):
            continue
        opening = max(start, postcode.start() - 90)
        house = _HOUSE_NAME.search(reading.text, opening, postcode.end())
        if house and is_named(reading, house.start("name"), house.end("name")):
            yield Finding(house.start(), postcode.end(), "postal_address:gb", COMPLETE)
        elif is_led_in(reading, postcode.start()):
            yield Finding(postcode.start(), postcode.end(), "postal_address:gb", STREET_ONLY)


def _in_capitals(reading: Reading, match: re.Match[str]) -> bool:
    return all(reading.titled(i) for i in range(match.start(), match.end()))
