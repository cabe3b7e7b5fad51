"""National identity, tax, insurance and health numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.au import tfn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.mx import curp, rfc
from stdnum.pt import cc as pt_cc
from stdnum.us import ssn

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading

# HM Revenue & Customs, National Insurance Manual NIM39110: letters D F I Q U V never begin a
# number, O is never second, and these prefixes are not issued.
_UNUSED_NINO = frozenset({"bg", "gb", "kn", "nk", "nt", "tn", "zz"})


def _is_nino(number: str) -> bool:
    first, second = number[0].lower(), number[1].lower()
    letters_used = first not in "dfiquv" and second not in "dfiquvo"
    return letters_used and first + second not in _UNUSED_NINO


@dataclass(frozen=True, slots=True)
class _Scheme:
    """One numbering scheme. Named by one of ``words``, the shape alone is enough; otherwise the
    check digits must agree, and ``unnamed`` says whether that is strong enough evidence."""

    country: str
    shape: re.Pattern[str]
    words: re.Pattern[str]
    check: Callable[[str], bool]
    unnamed: bool


def _scheme(
    country: str, shape: str, words: str, check: Callable[[str], bool], *, unnamed: bool
) -> _Scheme:
    return _Scheme(
        country,
        re.compile(rf"(?<![\w.,-])(?:{shape})(?![\w]|[.,-]\d)"),
        re.compile(rf"\b(?:{words})\b"),
        check,
        unnamed,
    )


_SCHEMES = (
    _scheme("us", r"\d{3}([ -]?)\d\d\1\d{4}", r"ssn|social(?: security)?|soc|itin",
            lambda n: "-" in n and ssn.is_valid(n), unnamed=True),
    _scheme("gb", r"[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]",
            r"ni|nino|national insurance", _is_nino, unnamed=True),
    _scheme("gb", r"\d{3}[ -]?\d{3}[ -]?\d{4}", r"nhs", nhs.is_valid, unnamed=False),
    _scheme("es", r"\d{8}[ -]?[a-z]", r"dni|nif|documento", dni.is_valid, unnamed=True),
    _scheme("es", r"[xyz][ -]?\d{7}[ -]?[a-z]", r"nie", nie.is_valid, unnamed=True),
    _scheme("fr", r"[12] ?\d\d ?\d\d ?(?:\d\d|2[ab]) ?\d{3} ?\d{3} ?\d\d",
            r"nir|securite sociale|secu|insee", nir.is_valid, unnamed=True),
    _scheme("mx", r"[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d", r"curp", curp.is_valid, unnamed=True),
    _scheme("mx", r"[a-z&]{4}-?\d{6}-?[a-z0-9]{3}", r"rfc", rfc.is_valid, unnamed=False),
    _scheme("de", r"\d\d ?\d{3} ?\d{3} ?\d{3}",
            r"steuer-?id[a-z]{0,20}|idnr|steueridentifikationsnummer", idnr.is_valid,
            unnamed=False),
    _scheme("it", r"[a-z]{6}\d\d[a-ehlmpr-t]\d\d[a-z]\d{3}[a-z]", r"codice fiscale|cf",
            codicefiscale.is_valid, unnamed=True),
    _scheme("pt", r"\d{8}[ -]?\d[ -]?[a-z]{2}\d", r"cartao de cidadao", pt_cc.is_valid,
            unnamed=True),
    _scheme("br", r"\d{3}\.?\d{3}\.?\d{3}-?\d\d", r"cpf",
            lambda n: "-" in n and cpf.is_valid(n), unnamed=True),
    _scheme("ca", r"\d{3}[ -]?\d{3}[ -]?\d{3}", r"sin|social insurance", sin.is_valid,
            unnamed=False),
    _scheme("au", r"\d{3}[ -]?\d{3}[ -]?\d{3}", r"tfn|tax file", tfn.is_valid, unnamed=False),
)  # fmt: skip

_NAMED = re.compile(
    r"\b(?:(?P<passport>passport|reisepass|passeport|pasaporte)"
    r"|(?P<licence>driver.?s.? licen[cs]e|driving licen[cs]e|permiso de conducir"
    r"|permis de conduire|fuhrerschein)|(?P<card>personalausweis|id card|identity card))"
    r"\W{1,3}(?:(?:number|no|nr|num|numero|nummer|is|es|ist|was)\b\W{1,3}){0,3}"
    r"(?P<number>(?=[a-z0-9-]{0,10}\d{3})[a-z0-9][a-z0-9-]{5,17})\b"
)
# Every scheme has six digits in a row, or the beginning of an Italian code.
_MAY_HOLD_ONE = re.compile(r"(?:\d[ .-]?){6}|[a-z]{6}\d\d[a-z]\d\d")
_DOCUMENT_WORDS = frozenset(
    {"passport", "reisepass", "passeport", "pasaporte", "licence", "license", "permiso", "permis",
     "fuhrerschein", "personalausweis", "card"}
)  # fmt: skip


def find_identifiers(reading: Reading) -> Iterator[Finding]:
    """Numbers that a state gave one person."""
    text = reading.text
    if _MAY_HOLD_ONE.search(text):
        yield from _numbered(text)
    if not _DOCUMENT_WORDS.isdisjoint(reading.words):
        for match in _NAMED.finditer(text):
            yield Finding(match.start("number"), match.end("number"), _document(match), 0.85)


def _numbered(text: str) -> Iterator[Finding]:
    covered: set[int] = set()
    for scheme in _SCHEMES:
        for match in scheme.shape.finditer(text):
            if match.start() not in covered and _is_meant(scheme, match, text):
                covered.update(range(*match.span()))
                yield Finding(match.start(), match.end(), f"national_id:{scheme.country}", 0.85)


def _is_meant(scheme: _Scheme, match: re.Match[str], text: str) -> bool:
    nearby = text[max(0, match.start() - 40) : match.start()]
    nearby += " " + text[match.end() : match.end() + 20]
    if scheme.words.search(nearby):
        return True
    return scheme.unnamed and scheme.check(match[0])


def _document(match: re.Match[str]) -> str:
    if match["passport"]:
        return "passport"
    return "driving_licence" if match["licence"] else "identity_card"
