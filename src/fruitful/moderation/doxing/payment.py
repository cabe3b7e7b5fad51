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
    r"|35\d{14}|(?:50|5[6-8]|6[0379])\d{11,17}"
)
_NOT_A_CARD = re.compile(
    r"(?:order|invoice|tracking|isbn|ref|reference|ean|imei|parcel|serial|ticket|receipt)\W{0,3}"
    r"(?:(?:no|nr|number|is)\b\W{0,3}){0,2}$"
)
_IBAN = re.compile(r"\b[a-z]{2}\d\d(?:[ -]?[a-z0-9]){11,34}")
_GROUPED = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)}


def find_payment(reading: Reading) -> Iterator[Finding]:
    """Card numbers with a right check digit and issuer, and account numbers with theirs."""
    for match in _CARD.finditer(reading.text):
        if _is_card(match[0], reading.text[max(0, match.start() - 30) : match.start()]):
            yield Finding(match.start(), match.end(), "card", 0.85)
    end = 0
    while match_ := _IBAN.search(reading.text, end):
        size = _iban_length(match_[0])
        if size:
            yield Finding(match_.start(), match_.start() + size, "iban", 0.85)
        end = match_.start() + max(size, 4)


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


def _iban_length(written: str) -> int:
    """How many characters of ``written`` make a valid IBAN, 0 if none; words may follow it."""
    for end in range(len(written), 14, -1):
        compact = re.sub(r"[ -]", "", written[:end])
        if len(compact) < 15 or written[end - 1] in " -":
            continue
        if (end == len(written) or not written[end].isalnum()) and iban.is_valid(compact):
            return end
    return 0
