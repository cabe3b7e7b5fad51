"""Telephone numbers, national and international, however they are spaced or spelled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import phonenumbers
from phonenumbers import PhoneNumberType

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

_CANDIDATE = re.compile(
    r"(?<![\w.,$£€+-])(?:\+ ?|(?=[(\d]))\(?\d(?:[ \t\n().\-/·_*~|\[\]]{0,3}\d){6,16}"
    r"(?!(?!x\d)\w|[.,]\d|%)"
)
_SINGLE_DIGITS = re.compile(r"(?<![\w.,$£€-])\+?\d(?:[\s,.\-]{1,3}\d(?!\d)){6,14}(?![\w%])")
_GROUP = re.compile(r"\d+")

_PHONE_WORD = re.compile(
    r"\b(?:call|calls|calling|phones?|cell|mobile|tel|telephone|numbers?|text|ring|dial|whatsapp"
    r"|sms|contact|reach|fax|line|landline|digits|telegram|signal|numero|telefono|movil|celular"
    r"|llam[a-z]{1,6}|marqu?[ae]n[a-z]{0,3}|portable|appel[a-z]{1,4}|nummer|handy[a-z]{0,8}"
    r"|telefon[a-z]{0,8}|ruft|anrufen|hmu)\b|☎|📞|📱"
)
_NOT_A_PHONE = re.compile(
    r"(?:order|invoice|isbn|issn|ticket|tracking|case|ref|reference|flight|serial|patent|version"
    r"|build|bill|docket|doi|sku|part|model|ean|upc|vin|imei|pin|steps?|population|account|acct"
    r"|receipt|claim|policy|confirmation|parcel|barcode|iban|ssn|card|id|grant|permit|license"
    r"|licence|passport|petition|nhs|nif|cpf|abn|tfn|sin|https?:\S{0,80})\W{0,3}"
    r"(?:(?:no|nr|number|num|is|was)\b\W{0,3}){0,2}$"
)
_UNIT_AFTER = re.compile(
    r"\s?(?:people|votes?|euros?|dollars?|pounds?|pesos|km|kilomet|miles|years|times|percent"
    r"|million|billion|tons?|tonnes|kg|metres|meters|visitors|residents|subscribers|followers"
    r"|[€$£%])"
)
_NOT_DIALLED = re.compile(
    r"(?<![\d.])(?:\d{1,3}(?:\.\d{1,3}){3}|\d\.\d{5,})(?![\d.])"  # Internet addresses, decimals
    r"|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d[./-]\d\d[./-]\d\d\b"
)

_PUBLIC_TYPES = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)

_MOST_LOOKUPS = 60
_MOST_CANDIDATES = 60
"""Validating costs about 25 microseconds a region; past this many in one text (no honest comment
comes near) a candidate counts as a number on its shape alone, which errs towards holding."""


@dataclass(slots=True)
class _Budget:
    lookups: int = _MOST_LOOKUPS
    candidates: int = _MOST_CANDIDATES

    def validate(self, digits: str, regions: Sequence[str | None]) -> bool | None:
        """Whether the digits are a private subscriber's number in a region; ``None`` if public."""
        for region in regions:
            if self.lookups <= 0:
                return True
            self.lookups -= 1
            number = _parsed(digits, region)
            if number is None or not phonenumbers.is_valid_number(number):
                continue
            public = phonenumbers.number_type(number) in _PUBLIC_TYPES
            return None if public else True
        return False


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    context_ends: int
    groups: tuple[str, ...]
    plus: bool

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(group) for group in self.groups)


def find_phones(reading: Reading) -> Iterator[Finding]:
    """Private telephone numbers. Free, premium and service numbers are nobody's own."""
    budget = _Budget()
    covered = -1
    for match in _matches(reading.text):
        if match.start() < covered:
            continue
        for candidate in _readings_of(match):
            if _is_phone(candidate, reading, budget):
                covered = candidate.end
                yield Finding(candidate.start, candidate.end, "phone", 0.75)
                break


def digits_of(text: str) -> str:
    """The digits of a found number, for comparison with an allow-list."""
    return "".join(_GROUP.findall(text))


def _matches(text: str) -> Iterator[re.Match[str]]:
    found = [*_CANDIDATE.finditer(text), *_SINGLE_DIGITS.finditer(text)]
    return iter(sorted(found, key=lambda match: (match.start(), -match.end())))


def _readings_of(match: re.Match[str]) -> Iterator[_Candidate]:
    """The match whole, then without its last or first group: a figure may stand beside it."""
    groups = list(_GROUP.finditer(match[0]))
    plus = match[0].startswith("+")
    whole = (0, len(groups))
    for first, last in (whole, (0, len(groups) - 1), (1, len(groups)), (0, len(groups) - 2)):
        chosen = groups[first:last]
        if not chosen or sum(len(group[0]) for group in chosen) < 7:
            continue
        start = match.start() if first == 0 else match.start() + chosen[0].start()
        yield _Candidate(
            start,
            match.start() + chosen[-1].end(),
            match.start(),
            tuple(group[0] for group in chosen),
            plus and first == 0,
        )


def _is_phone(candidate: _Candidate, reading: Reading, budget: _Budget) -> bool:
    text = reading.text
    budget.candidates -= 1
    if budget.candidates < 0:
        return _looks_dialled(candidate)
    before = text[max(0, candidate.context_ends - 50) : candidate.context_ends]
    after = text[candidate.end : candidate.end + 30]
    if _is_something_else(candidate, text, before, after):
        return False
    spoken_of = bool(_PHONE_WORD.search(before) or _PHONE_WORD.search(after))
    spoken_of = spoken_of or _stands_alone(candidate, text)
    if candidate.plus or candidate.digits.startswith("00"):
        dialled = "+" + candidate.digits.removeprefix("00")
        valid = budget.validate(dialled, [None])
        return bool(valid) or (valid is False and candidate.plus and _is_long_enough(dialled))
    spoken_of = spoken_of or _is_spelled_out(reading, candidate)
    valid = budget.validate(candidate.digits, _regions(candidate, spoken_of))
    if valid is None:
        return False
    return valid or (spoken_of and _looks_dialled(candidate))


def _stands_alone(candidate: _Candidate, text: str) -> bool:
    """Whether the comment is nothing but the number."""
    return not any(c.isalnum() for c in text[: candidate.start] + text[candidate.end :])


def _is_something_else(candidate: _Candidate, text: str, before: str, after: str) -> bool:
    """Whether the words around or the way of writing tell of an order, a date, a quantity, …"""
    written = text[candidate.start : candidate.end]
    return bool(
        _NOT_A_PHONE.search(before)
        or _UNIT_AFTER.match(after)
        or _NOT_DIALLED.search(written)
        or ("," in written and "-" in written)
        or _counts_up_or_down(candidate.groups)
    )


def _is_spelled_out(reading: Reading, candidate: _Candidate) -> bool:
    """Nobody spells out seven digits one by one but to be dialled or to hide them."""
    span = reading.span(candidate.start, candidate.end)
    letters = sum(c.isalpha() for c in reading.original[span.start : span.end])
    return letters >= 3 and all(size == 1 for size in candidate.shape)


def _counts_up_or_down(groups: Sequence[str]) -> bool:
    """Whether the figures are a count, as before a launch."""
    steps = {int(b) - int(a) for a, b in pairwise(groups)}
    return len(groups) > 2 and steps in ({1}, {-1})


def _regions(candidate: _Candidate, spoken_of: bool) -> list[str | None]:
    """The regions in which these groups of digits would be written so."""
    digits, shape = candidate.digits, candidate.shape
    singles = len(digits) >= 9 and all(size == 1 for size in shape)
    loose = spoken_of or singles
    whole = len(shape) == 1
    regions: list[str | None] = []
    if len(digits) in (10, 11) and (shape[-3:] == (3, 3, 4) or loose or whole) and digits[0] != "0":
        regions += ["US"]
    if digits[0] == "0" and 9 <= len(digits) <= 12 and (len(digits) > 9 or loose):
        regions += ["GB", "FR", "DE", "AU"] if len(digits) <= 11 else ["DE"]
    if len(digits) == 10 and loose:
        regions += ["MX", "IT"]
    if len(digits) == 9 and loose and digits[0] in "6789":
        regions += ["ES"]
    return regions


def _looks_dialled(candidate: _Candidate) -> bool:
    """Shapes that are numbers when spoken of as one, though no numbering plan lists them."""
    digits, shape = candidate.digits, candidate.shape
    mobile_gb = len(digits) == 11 and digits.startswith("07")
    local_us = shape == (3, 4) and digits[0] not in "01"
    area_us = len(digits) == 10 and shape == (3, 3, 4)
    spelled = len(digits) >= 7 and all(size == 1 for size in shape)
    return mobile_gb or local_us or area_us or spelled


def _is_long_enough(digits: str) -> bool:
    """Whether the number could be dialled, though its area code is not in use."""
    number = _parsed(digits, None)
    return number is not None and phonenumbers.is_possible_number(number)


def _parsed(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
