"""Payment cards and bank accounts, by their checksums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

_CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]{0,2}\d){12,18}(?![\w]|[.,]\d)")
# Issuer prefixes and lengths as in ISO/IEC 7812 practice: American Express, Diners, Visa,
# Mastercard, Discover, JCB, Maestro.
_ISSUER = re.compile(
    r"3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}"
    r"|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}"
    r"|35\d{14}|(?:2131|1800)\d{11}|(?:50|5[6-8]|6[0379])\d{11,17}"
)
_NOT_A_CARD = re.compile(
    r"(?:order|invoice|tracking|isbn|ref|reference|ean|imei|parcel|serial|ticket|receipt)\W{0,3}"
    r"(?:(?:no|nr|number|is)\b\W{0,3}){0,2}$"
)
# Lengths by country as in the SWIFT IBAN registry.
_IBAN_LENGTHS = {
    "ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22,
    "br": 29, "by": 28, "ch": 21, "cr": 22, "cy": 28, "cz": 24, "de": 22, "dk": 18, "do": 28,
    "ee": 20, "eg": 29, "es": 24, "fi": 18, "fo": 18, "fr": 27, "gb": 22, "ge": 22, "gi": 23,
    "gl": 18, "gr": 27, "gt": 28, "hr": 21, "hu": 28, "ie": 22, "il": 23, "iq": 23, "is": 26,
    "it": 27, "jo": 30, "kw": 30, "kz": 20, "lb": 28, "li": 21, "lt": 20, "lu": 20, "lv": 21,
    "mc": 27, "md": 24, "me": 22, "mk": 19, "mr": 27, "mt": 31, "mu": 30, "nl": 18, "no": 15,
    "pk": 24, "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22, "sa": 24, "se": 24,
    "si": 19, "sk": 24, "sm": 27, "tn": 24, "tr": 26, "ua": 29, "va": 22, "vg": 24, "xk": 20,
}  # fmt: skip
_IBAN = re.compile(r"\b([a-z]{2})\d\d(?=[ -]?[a-z0-9])")
_GROUPED = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)}


def find_payment(reading: Reading) -> Iterator[Finding]:
    """Card numbers with a right check digit and issuer, and account numbers with theirs."""
    for match in _CARD.finditer(reading.text):
        if _is_card(match[0], reading.text[max(0, match.start() - 30) : match.start()]):
            yield Finding(match.start(), match.end(), "card", 0.85)
    for match in _IBAN.finditer(reading.text):
        end = _end_of_iban(reading.text, match)
        if end:
            yield Finding(match.start(), end, "iban", 0.85)


def _is_card(written: str, before: str) -> bool:
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    shape = tuple(len(group) for group in groups)
    plausible = len(groups) == 1 or shape in _GROUPED or set(shape) == {1}
    return bool(
        plausible
        and _ISSUER.fullmatch(digits)
        and luhn.is_valid(digits)
        and len(set(digits)) > 1
        and not _NOT_A_CARD.search(before)
    )


def _end_of_iban(text: str, match: re.Match[str]) -> int | None:
    """Where the account number that begins with the match ends, if its check digits are right."""
    missing = _IBAN_LENGTHS.get(match[1], 0) - 4
    end = match.end()
    while missing > 0 and end < len(text):
        if text[end].isalnum():
            missing -= 1
        elif text[end] not in " -":
            return None
        end += 1
    whole = not missing and (end == len(text) or not text[end].isalnum())
    return end if whole and iban.is_valid(re.sub(r"[ -]", "", text[match.start() : end])) else None
