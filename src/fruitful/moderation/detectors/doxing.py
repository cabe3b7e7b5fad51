"""The doxing detector: personal details of others, and calls to find them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from fruitful.domain.moderation import Signal
from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.doxing.addresses import find_addresses
from fruitful.moderation.doxing.context import Owner, judge_context
from fruitful.moderation.doxing.emails import find_emails, plain_address
from fruitful.moderation.doxing.exposure import find_exposure
from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.identifiers import find_identifiers
from fruitful.moderation.doxing.payment import find_payment
from fruitful.moderation.doxing.phones import digits_of, find_phones
from fruitful.moderation.doxing.places import find_places
from fruitful.moderation.doxing.plates import find_plates
from fruitful.moderation.doxing.reading import Reading, read
from fruitful.moderation.doxing.requests import find_requests
from fruitful.moderation.doxing.whereabouts import find_whereabouts
from fruitful.moderation.doxing.words import any_of, vocabulary

Finder = Callable[[Reading], Iterator[Finding]]

_BY_PRECEDENCE: tuple[tuple[Finder, bool], ...] = (
    (find_payment, True),
    (find_identifiers, True),
    (find_emails, False),
    (find_addresses, True),
    (find_places, False),
    (find_plates, True),
    (find_phones, True),
)
"""Where two claim the same characters, the stronger evidence (a checksum) comes first. The
flag says that a finder needs digits."""

_ABOUT_PEOPLE: tuple[Finder, ...] = (find_requests, find_whereabouts, find_exposure)

_LANDMARK = re.compile(rf"\b{any_of(vocabulary().landmarks)}\b")

_MOST_JUDGED = 20
"""Reading the context of one finding costs up to half a millisecond. A text with more private
details than this is judged by the first ones, and the rest count as nobody's in particular."""

OTHERS = 0.97
"""Another person's details, told as theirs or with a call to act on them."""
PERHAPS_OTHERS = 0.85
"""Details beside a person who is spoken of, without words that tie the two."""
OWN = 0.1
"""The writer's own details: published, with the details masked."""


class DoxingDetector:
    """Finds private details and says whose they are; its signals are not learned.

    Scores are in 0..1: 0.95 and above, another person's details or a call to find somebody;
    0.6 to 0.85, details whose owner is unclear and whereabouts without ill intent; 0.1 with
    ``redact``, the writer's own. Details that bodies and businesses publish, the site's allowed
    contacts and famous addresses give no signal.
    """

    name = "doxing"
    categories = frozenset({Category.DOXING})

    def detect(self, document: Document) -> Detection:
        """Measure one document; spans point into its text as typed."""
        reading = read(document.folded_whole, document.text)
        if not reading.text:
            return Detection()
        details = _details(reading)
        signals = [s for f in details[:_MOST_JUDGED] if (s := _judged(document, reading, f))]
        signals += [_signal(reading, f, f.alone) for f in details[_MOST_JUDGED:]]
        plain = _calls(reading)
        hidden = []
        if document.undisguised_whole is not document.folded_whole:
            hidden = _calls(read(document.undisguised_whole, document.text))
        return Detection(signals=(*signals, *(plain or hidden)))


def _calls(reading: Reading) -> list[Signal]:
    """What asks for a person, or tells where one is to be found."""
    return [
        _signal(reading, finding, _about_people(reading, finding))
        for finding in _apart(f for find in _ABOUT_PEOPLE for f in find(reading))
    ]


def _details(reading: Reading) -> list[Finding]:
    """Findings that do not overlap, the stronger evidence first."""
    return _apart(
        finding
        for find, needs_digits in _BY_PRECEDENCE
        if reading.has_digits or not needs_digits
        for finding in find(reading)
    )


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    taken: set[int] = set()
    for finding in findings:
        places = range(finding.start, finding.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(finding)
    return kept


def _judged(document: Document, reading: Reading, finding: Finding) -> Signal | None:
    written = reading.text[finding.start : finding.end]
    if _is_allowed(document, finding, written):
        return None
    if finding.kind == "email" and _is_the_authors(document, written):
        return _signal(reading, finding, OWN, own=True)
    context = judge_context(reading, finding)
    if context.owner is Owner.WRITER:
        return _signal(reading, finding, OWN, own=True)
    if context.owner is Owner.PUBLIC:
        return None
    if context.owner is Owner.ANOTHER or context.hostile:
        return _signal(reading, finding, OTHERS)
    if context.owner is Owner.PERSON_NEARBY and finding.alone >= 0.5:
        return _signal(reading, finding, max(finding.alone, PERHAPS_OTHERS))
    return _signal(reading, finding, finding.alone)


def _about_people(reading: Reading, finding: Finding) -> float:
    hostile = finding.kind == "whereabouts" and judge_context(reading, finding).hostile
    return OTHERS if hostile else finding.alone


def _is_allowed(document: Document, finding: Finding, written: str) -> bool:
    """Whether the site allows this contact or everybody knows this address."""
    if finding.kind.startswith("postal_address"):
        return bool(_LANDMARK.search(re.sub(r"[,.]", "", written)))
    allowed = document.house_rules.allowed_contacts
    if finding.kind == "email":
        address = plain_address(written)
        domain = address.rpartition("@")[2]
        return any(contact.lower() in (address, domain, "@" + domain) for contact in allowed)
    if finding.kind == "phone":
        tail = digits_of(written)[-9:]
        return any(len(d := digits_of(c)) >= 7 and d[-9:] == tail for c in allowed)
    return False


def _is_the_authors(document: Document, written: str) -> bool:
    author = document.submission.author_email
    return author is not None and plain_address(written) == author.strip().lower()


def _signal(reading: Reading, finding: Finding, score: float, *, own: bool = False) -> Signal:
    return Signal(
        category=Category.DOXING,
        score=score,
        detector=DoxingDetector.name,
        span=reading.span(finding.start, finding.end),
        evidence=finding.kind + (":own" if own else ""),
        redact=own,
    )
