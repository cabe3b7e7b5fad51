"""Addresses as written in Mexico, Spain, France, Germany, Italy and Portugal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.addresses.grammar import (
    COMPLETE,
    STREET_ONLY,
    is_led_in,
    is_named,
)
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import any_of, street_kinds

_GAP = r"[,;]?\s{1,3}"
_NAME_WORD = r"[a-z][a-z'.-]{0,24}"
_TOWN = r"[a-z][a-z'-]{1,24}(?:\s[a-z(][a-z'()-]{1,24}){0,3}"
_NOT_A_HOUSE = (
    r"(?!\s?(?:%|€|euros?|uhr|minut|min\b|prozent|jahre|mal\b|tage|stunden|personen|mio|millionen"
    r"|anos|horas|minutos|personas|ans\b|heures|minutes|personnes|metros|metres|meter|km\b"
    r"|years|people|times|percent))"
)
_HOUSE = (
    rf"\d{{1,5}}(?:\s?[-/]\s?\d{{1,4}})?(?:\s?(?:bis|ter|[a-d]))?(?![\w%]|[.,]\d){_NOT_A_HOUSE}"
)

# Spanish of Spain and of Mexico: "calle de la Rosa 12, 3º B, 28004 Madrid"; "Av. Juárez No. 31,
# Int. 4, Col. Centro, C.P. 06000".
_SPANISH = re.compile(
    rf"(?<![\w/]){any_of(street_kinds('spanish')['kinds'])}(?:(?<=[./º])\s?|\s)"
    rf"(?P<name>(?:(?:de|del|la|las|los|el|y)\s){{0,3}}(?:{_NAME_WORD}|\d{{1,2}}\sde)"
    rf"(?:\s(?:{_NAME_WORD})){{0,5}}?)"
    rf",?\s(?:(?:n\.?\s?[º°o]\.?|num\.?|numero|no\.?|#)\s?)?(?P<house>{_HOUSE})"
)
_SPANISH_FLOOR = (
    r"(?:piso\s\d{1,2}[º°ao]?|\d{1,2}\s?[º°ª](?:\s?[a-h]\b|\s?(?:izq|dcha|dch|izquierda|derecha)\b)?"
    r"|\d{1,2}o\s[a-h]\b|(?:puerta|pta\.?|portal|esc\.?|escalera|bajo|atico|entresuelo)\b(?:\s\w{1,3})?)"
)
_MEXICAN_PART = (
    r"(?:(?:int(?:erior)?|depto|departamento|dpto)\.?\s?#?\s?[a-z0-9-]{1,5}"
    r"|(?:col(?:onia)?|fracc(?:ionamiento)?|barrio|alcaldia|delegacion)\b\.?\s"
    r"[a-z][a-z.'-]{1,24}(?:\s[a-z.'-]{2,24}){0,3}|c\.?\s?p\.?\s?\d{5}|s/n)"
)
_SPANISH_TAIL = re.compile(
    rf"(?P<floor>(?:{_GAP}{_SPANISH_FLOOR}){{1,2}})?(?P<mexican>(?:{_GAP}{_MEXICAN_PART}){{1,4}})?"
    rf"(?P<code>{_GAP}(?:c\.?p\.?\s?)?\d{{5}}\b(?:{_GAP}{_TOWN})?)?(?P<town>,\s{_TOWN}(?:,\s{_TOWN}\.?)?)?"
)
_MEXICAN_STATE = re.compile(
    r"\b(?:mexico|cdmx|d\.?f\.|jal\.?|n\.?l\.|gto\.?|pue\.?|ver\.?|chih\.?|qro\.?|yuc\.?|jalisco"
    r"|nuevo leon|guadalajara|monterrey|puebla|tijuana|merida|queretaro|oaxaca|guanajuato|sonora"
    r"|zapopan|cancun|leon)(?!\w)"
)

_PARTICLE = r"(?:(?:de|du|des|la|le|les|aux?|a)\s|[ld]')"
_FRENCH_WORD = rf"(?!{_PARTICLE}){_NAME_WORD}"
_FRENCH = re.compile(
    rf"(?<![\w.,€$/-])(?P<house>\d{{1,4}}(?:\s?(?:bis|ter|quater|[a-d])\b)?)"
    rf",?\s{any_of(street_kinds('french')['kinds'])}\s(?P<name>{_PARTICLE}{{0,3}}{_FRENCH_WORD})"
)
_FRENCH_MORE = re.compile(rf"[\s-]{_PARTICLE}{{0,2}}(?P<word>{_FRENCH_WORD})")
_FRENCH_TAIL = re.compile(
    rf"(?:[\s-]{_NAME_WORD}){{0,5}}?(?:{_GAP}(?:apt|appt|appartement|bat|batiment|etage)\.?\s[a-z0-9]{{1,4}})?"
    rf"(?P<code>{_GAP}(?:f-)?\d{{5}}\b(?:{_GAP}{_TOWN})?)"
)
_FRENCH_TOWN = re.compile(rf"(?:,\s|\sa\s)(?P<town>{_TOWN})")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")

_GERMAN_STRONG = any_of(street_kinds("german")["strong"])
_GERMAN_WEAK = any_of(street_kinds("german")["weak"])
_GERMAN = re.compile(
    rf"\b(?:(?P<strong>[a-z][a-z-]{{2,29}}?{_GERMAN_STRONG}|[a-z][a-z-]{{2,24}}(?:er|-)\s?{_GERMAN_STRONG})"
    rf"|(?P<weak>[a-z][a-z-]{{2,29}}?{_GERMAN_WEAK})"
    rf"|(?P<am>(?:am|an der|an den|auf der|auf dem|im|in der|in den|zum|zur|unter den|hinter dem"
    rf"|alte[rs]?|neue[rs]?)\s[a-z][a-z-]{{2,25}}(?:\s[a-z][a-z-]{{2,25}})?))"
    rf"\s(?:nr\.?\s?)?(?P<house>\d{{1,3}}\s?[a-h]?(?:\s?[-/]\s?\d{{1,3}})?)(?![\w%.:]\d|\w){_NOT_A_HOUSE}"
)
_GERMAN_SIGNS = (*street_kinds("german")["strong"], "wohn", "adresse", "anschrift", "zuhause")
_POSTAL_CODE = re.compile(r"\d{4}")
_GERMAN_TAIL = re.compile(
    rf"(?:{_GAP}(?:\d{{1,2}}\.\s?(?:stock|og|etage)|(?:wohnung|whg\.?|app\.)\s?\w{{1,4}}))?"
    rf"(?P<code>{_GAP}(?:(?:in|d-)\s?)?(?:\d{{5}}\b(?:{_GAP}{_TOWN})?"
    rf"|(?!19|20)\d{{4}}\s{_TOWN}))"
)

_ITALIAN = re.compile(
    rf"(?<![\w/])(?P<kind>{any_of(street_kinds('italian')['kinds'])})\s(?P<name>{_NAME_WORD}"
    rf"(?:\s{_NAME_WORD}){{0,4}}?),?\s(?:n\.?\s?)?(?P<house>{_HOUSE})"
    rf"(?P<code>{_GAP}(?:interno\s\d{{1,3}}{_GAP})?(?:i-)?\d{{5}}\b(?:{_GAP}{_TOWN})?)?"
)
_PORTUGUESE = re.compile(
    rf"(?<![\w/])(?P<kind>{any_of(street_kinds('portuguese')['kinds'])})\s(?P<name>{_NAME_WORD}"
    rf"(?:\s{_NAME_WORD}){{0,5}}?),?\s(?:n\.?[º°o]?\.?\s?)?(?P<house>{_HOUSE})"
    rf"(?P<code>(?:{_GAP}[\w.º°-]{{1,12}}){{0,3}}?{_GAP}(?:\d{{4}}-\d{{3}}|\d{{5}}-\d{{3}})\b(?:{_GAP}{_TOWN})?)?"
)

# As English sentences sometimes turn them: "15 Via dei Platani, 00172 Roma".
_NUMBER_FIRST = re.compile(
    r"(?<![\w.,€$/-])\d{1,4},?\s(?:via|viale|calle|rua|piazza|avenida)\s"
    rf"(?P<name>{_NAME_WORD}(?:\s{_NAME_WORD}){{0,4}}?){_GAP}\d{{5}}\b(?:{_GAP}{_TOWN})?"
)

_UNMISTAKABLE = frozenset({"viale", "piazza", "vicolo", "piazzale", "rua", "travessa", "praca"})


def find_continental(reading: Reading) -> Iterator[Finding]:
    """Street addresses in the order and words of each country."""
    yield from _spanish(reading)
    yield from _french(reading)
    yield from _german(reading)
    for match in _NUMBER_FIRST.finditer(reading.text):
        yield Finding(match.start(), match.end(), "postal_address", COMPLETE)
    for country, pattern in (("it", _ITALIAN), ("pt", _PORTUGUESE)):
        for match in pattern.finditer(reading.text):
            named = _is_named_street(reading, match)
            if match["code"] or (named and _is_clear(reading, match)):
                score = COMPLETE if match["code"] else STREET_ONLY
                yield Finding(match.start(), match.end(), f"postal_address:{country}", score)


def _is_named_street(reading: Reading, match: re.Match[str]) -> bool:
    return is_named(reading, match.start("name"), match.end("name"))


def _is_clear(reading: Reading, match: re.Match[str]) -> bool:
    """Whether the kind of street is no everyday word of English, or a residence is spoken of."""
    return match["kind"] in _UNMISTAKABLE or is_led_in(reading, match.start())


def _spanish(reading: Reading) -> Iterator[Finding]:
    for match in _SPANISH.finditer(reading.text):
        tail = _SPANISH_TAIL.match(reading.text, match.end())
        coded = bool(tail and (tail["floor"] or tail["mexican"] or tail["code"]))
        named = is_named(reading, match.start("name"), match.end("name"))
        if not coded and not named and not is_led_in(reading, match.start()):
            continue
        end = match.end()
        if tail and tail["town"] and is_named(reading, tail.start("town"), tail.end("town")):
            coded, end = True, tail.end()
        elif tail and coded:
            end = tail.start("town") if tail["town"] else tail.end()
        written = reading.text[match.start() : end + 25]
        mexican = bool(tail and tail["mexican"]) or bool(_MEXICAN_STATE.search(written))
        country = "mx" if mexican else "es"
        score = COMPLETE if coded else STREET_ONLY
        yield Finding(match.start(), end, f"postal_address:{country}", score)


def _french(reading: Reading) -> Iterator[Finding]:
    for match in _FRENCH.finditer(reading.text):
        if tail := _FRENCH_TAIL.match(reading.text, match.end()):
            yield Finding(match.start(), tail.end(), "postal_address:fr", COMPLETE)
            continue
        named = is_named(reading, match.start("name"), match.end("name"))
        if (named and not _YEAR.fullmatch(match["house"])) or is_led_in(reading, match.start()):
            end = _end_of_french_name(reading, match.end())
            town = _FRENCH_TOWN.match(reading.text, end)
            if town and is_named(reading, town.start("town"), town.end("town")):
                yield Finding(match.start(), town.end(), "postal_address:fr", COMPLETE)
            else:
                yield Finding(match.start(), end, "postal_address:fr", STREET_ONLY)


def _end_of_french_name(reading: Reading, end: int) -> int:
    """Where the capitalised words of the street's name end, at most three beyond the first."""
    for _ in range(3):
        more = _FRENCH_MORE.match(reading.text, end)
        if not more or not reading.titled(more.start("word")):
            break
        end = more.end()
    return end


def _german(reading: Reading) -> Iterator[Finding]:
    if not any(sign in reading.text for sign in _GERMAN_SIGNS) and not _POSTAL_CODE.search(
        reading.text
    ):
        return
    for match in _GERMAN.finditer(reading.text):
        tail = _GERMAN_TAIL.match(reading.text, match.end())
        led_in = is_led_in(reading, match.start())
        if tail:
            yield Finding(match.start(), tail.end(), "postal_address:de", COMPLETE)
        elif (match["strong"] and reading.titled(match.start())) or (
            led_in and any(c.isupper() for c in _original(reading, match))
        ):
            yield Finding(match.start(), match.end(), "postal_address:de", STREET_ONLY)


def _original(reading: Reading, match: re.Match[str]) -> str:
    span = reading.span(match.start(), match.end())
    return reading.original[span.start : span.end]
