"""Measure spam in the text itself: known patterns, nonsense, and a small learned model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.domain.moderation import Signal
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.contacts import EMAIL, HOST, LINK, SPELLED_EMAIL, TELEPHONE
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.spam.model import SpamModel, load_model
from fruitful.moderation.spam.nonsense import find_nonsense
from fruitful.moderation.spam.patterns import Patterns, closed_up, load_patterns, match_patterns

MARKED_FROM = 0.3
"""From this probability on the learned signal says which words made it."""


class SpamDetector:
    """Advertising, scams, baits and nonsense. Copies and floods are the repetition detector's."""

    name = "spam"
    categories = frozenset({Category.SPAM})

    def __init__(self, patterns: Patterns | None = None, model: SpamModel | None = None) -> None:
        self._patterns = patterns or load_patterns()
        self._model = model or load_model()

    @property
    def version(self) -> str:
        """Names the pattern list and the model in force."""
        return f"spam {self._patterns.version}/{self._model.version}"

    def detect(self, document: Document) -> Detection:
        """Signals for every bait, call and kind of nonsense, and one of the learned model."""
        return Detection(
            signals=(
                *self._matched(document),
                *self._nonsense(document),
                self._learned(document),
            )
        )

    def _learned(self, document: Document) -> Signal:
        score = self._model.probability(_words_and_links(document))
        telling = self._model.most_telling(document.folded.text) if score >= MARKED_FROM else None
        return Signal(
            category=Category.SPAM,
            score=score,
            detector=self.name,
            span=document.folded.span(*telling) if telling else None,
            evidence="model",
            learned=True,
        )

    def _matched(self, document: Document) -> Iterator[Signal]:
        undone = closed_up(document.undisguised)
        is_plain = undone.text == document.folded.text
        matches = match_patterns(
            self._patterns,
            (document.folded,) if is_plain else (document.folded, undone),
            has_address=_has_address(document.folded.text, document.house_rules),
        )
        for match in matches:
            yield Signal(
                category=Category.SPAM,
                score=match.score,
                detector=self.name,
                span=match.span,
                evidence=f"pattern:{match.family}",
            )

    def _nonsense(self, document: Document) -> Iterator[Signal]:
        for nonsense in find_nonsense(document.own_text):
            yield Signal(
                category=Category.SPAM,
                score=nonsense.score,
                detector=self.name,
                span=nonsense.span,
                evidence=f"nonsense:{nonsense.kind}",
            )


def _has_address(text: str, house_rules: HouseRules) -> bool:
    """Whether the lower-case text names a place to go to that the house rules do not allow."""
    hosts = (HOST.search(link) for link in LINK.findall(EMAIL.sub(" ", text)))
    if any(host and not _is_allowed(host.group(), house_rules.allowed_links) for host in hosts):
        return True
    contacts = house_rules.allowed_contacts
    if SPELLED_EMAIL.search(text) or any(e not in contacts for e in EMAIL.findall(text)):
        return True
    allowed = {_digits(contact) for contact in contacts}
    return any(_digits(number) not in allowed for number in TELEPHONE.findall(text))


def _words_and_links(document: Document) -> str:
    """The folded text without links that the house rules allow, and without personal contacts.

    The model learned from short messages in which a telephone number nearly always advertises.
    Beneath an article it is as often a witness's, whom the doxing detector protects; what the
    words around it say is left to judge by, and baits with a contact have patterns of their own.
    """
    allowed = document.house_rules.allowed_links

    def kept(link: re.Match[str]) -> str:
        host = HOST.search(link.group())
        return "" if host and _is_allowed(host.group(), allowed) else link.group()

    text = TELEPHONE.sub(" ", EMAIL.sub(" ", document.folded.text))
    return LINK.sub(kept, text)


def _is_allowed(host: str, allowed: frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in allowed)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
