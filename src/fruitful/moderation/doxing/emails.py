"""E-mail addresses, written plainly or with "at" and "dot"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.reading import Reading
from fruitful.moderation.doxing.words import vocabulary

_LABEL = r"[a-z0-9-]{1,63}"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.[a-z]{{2,24}}"
_PLAIN = re.compile(
    rf"(?<![a-z0-9._%+@-])[a-z0-9][a-z0-9._%+-]{{0,63}}(?:@|%40)(?P<domain>{_DOMAIN})"
)

_OPEN, _SHUT = r"\s{0,2}[\[({<]\s?", r"\s?[\])}>]\s{0,2}"
_AT = (
    rf"(?:{_OPEN}(?:at|@|arroba|arobase|chez){_SHUT}"
    r"|\s{1,2}(?:at|arroba|arobase|@)\s{1,2}|\s@|@\s)"
)
_DOT = (
    rf"(?:{_OPEN}(?:dot|\.|punkt|punto|point|ponto){_SHUT}"
    r"|\s{1,2}(?:dot|punkt|punto|point|ponto)\s{1,2}|\s?\.\s?)"
)
_SPACED = r"(?:[a-z0-9] ){2,20}[a-z0-9]"
_LOCAL = rf"(?:{_SPACED}|[a-z0-9][a-z0-9_.+-]{{0,40}})"
_DISGUISED = re.compile(
    rf"(?<![a-z0-9._%+@-])(?P<local>{_LOCAL}(?:{_DOT}{_LOCAL}){{0,3}}){_AT}"
    rf"(?P<domain>[a-z0-9-]{{2,40}}(?:{_DOT}[a-z0-9-]{{2,24}}){{1,3}})\b"
)
_SPELLED_DOT = re.compile(r"\bdot\b|\bpunkt\b|\bpunto\b|\bpoint\b|\bponto\b|[\[({<]\s?\.")
_BRACKETED_AT = re.compile(r"[\[({<]\s?(?:at|@|arroba|chez)\s?[\])}>]|@|\barroba\b|\barobase\b")
_SIGN = re.compile(r"@|%40")
_AT_WORDS = frozenset({"at", "arroba", "arobase", "chez"})
_DOT_WORDS = frozenset({"dot", "punkt", "punto", "point", "ponto"})
_NOT_A_LOCAL_PART = frozenset(
    {"look", "is", "me", "us", "him", "her", "them", "it", "more", "page", "site", "available",
     "found", "online", "go", "here", "everyone", "people", "reader", "readers", "time", "read"}
)  # fmt: skip


def find_emails(reading: Reading) -> Iterator[Finding]:
    """Every address that reaches a person; role mailboxes and public bodies are passed over."""
    signed = _SIGN.search(reading.text) is not None
    if not signed and _AT_WORDS.isdisjoint(reading.words):
        return
    seen: set[int] = set()
    for match in _PLAIN.finditer(reading.text) if signed else ():
        seen.update(range(*match.span()))
        if not _is_public(_SIGN.split(match[0])[0], match["domain"]):
            yield Finding(match.start(), match.end(), "email", 0.7)
    if not _may_hold_disguised_ones(reading):
        return
    place = 0
    while candidate := _DISGUISED.search(reading.text, place):
        found = None if candidate.start() in seen else _disguised(candidate)
        if found:
            yield found
        # What was taken for a local part may hide the beginning of an address: "at ann at mail…".
        place = candidate.end() if found else candidate.end("local")


def _may_hold_disguised_ones(reading: Reading) -> bool:
    if not _DOT_WORDS.isdisjoint(reading.words) or _BRACKETED_AT.search(reading.text):
        return True
    return any(provider in reading.text for provider in vocabulary().mail_providers)


def plain_address(text: str) -> str:
    """The address that a found piece of text stands for, with "at" and "dot" written as signs."""
    text = re.sub(_AT, "@", text.replace("%40", "@"), count=1)
    return re.sub(r"\s+", "", re.sub(_DOT, ".", text))


def _disguised(match: re.Match[str]) -> Finding | None:
    local = plain_address(match["local"])
    domain = re.sub(r"\s+", "", re.sub(_DOT, ".", match["domain"]))
    if match["local"].split()[-1] in _NOT_A_LOCAL_PART or not _is_internet_domain(domain):
        return None
    between = match[0][len(match["local"]) : match.start("domain") - match.start()]
    deliberate = _SPELLED_DOT.search(match["domain"]) or _BRACKETED_AT.search(between)
    if not deliberate and domain not in vocabulary().mail_providers:
        return None
    if _is_public(local, domain):
        return None
    return Finding(match.start(), match.end(), "email", 0.75)


def _is_internet_domain(domain: str) -> bool:
    """Whether the last label is one in use: "at some point in" is no address."""
    return domain.rsplit(".", 1)[-1] in vocabulary().top_level_domains


def _is_public(local: str, domain: str) -> bool:
    words = vocabulary()
    if ("." + domain).endswith(words.public_domains):
        return True
    mailbox = re.split(r"[+\d]", local.replace(".", "").replace("_", ""))[0]
    return domain not in words.mail_providers and mailbox in words.role_mailboxes
