"""Measure repetition: inside one text, across the site, and by one writer in a short time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from fruitful.domain.moderation import History, Signal
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.fingerprint import fingerprint

COPIES_THAT_FLOOD = 3
"""Earlier near-duplicates from which on a text is a flood and goes back to its writer."""

COPIES_REJECTED = 6
"""Earlier near-duplicates from which on a text is thrown away."""

BURST, FLOOD, TORRENT = 10, 20, 40
"""Submissions by one writer in ten minutes: one a minute is lively, two a minute hardly typed by
hand, four a minute a program. They are held, returned and thrown away."""

_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 22
_PHRASE = 3


class RepetitionDetector:
    """The same thing over and over. A first copy is held; only floods ask for more than that."""

    name = "repetition"
    categories = frozenset({Category.SPAM})

    def detect(self, document: Document) -> Detection:
        """One signal for each kind of repetition found."""
        history = document.submission.history
        found = (
            self._inside(document),
            self._copies(document, history.near_duplicates),
            self._burst(history),
        )
        return Detection(signals=tuple(signal for signal in found if signal))

    def _inside(self, document: Document) -> Signal | None:
        share = repeated_share(document.folded.text)
        if share < 0.5:
            return None
        return self._signal(0.92 if share >= 0.8 else 0.6, "repeated_phrase")

    def _copies(self, document: Document, copies: int) -> Signal | None:
        # Storage looks copies up by the fingerprint, so a text without one can have none; the
        # test stands here too because "thank you" must never count whoever did the counting.
        if copies <= 0 or not fingerprint(document.text).bands:
            return None
        if copies >= COPIES_REJECTED:
            return self._signal(0.99, "flood:near_duplicate", Outcome.REJECT)
        if copies >= COPIES_THAT_FLOOD:
            return self._signal(0.95, "flood:near_duplicate", Outcome.RETURN)
        return self._signal(0.6, "near_duplicate", Outcome.HOLD)

    def _burst(self, history: History) -> Signal | None:
        for fewest, score, outcome in (
            (TORRENT, 0.99, Outcome.REJECT),
            (FLOOD, 0.95, Outcome.RETURN),
            (BURST, 0.6, Outcome.HOLD),
        ):
            if history.same_author_recent >= fewest:
                return self._signal(score, "flood:same_author", outcome)
        return None

    def _signal(self, score: float, evidence: str, demands: Outcome | None = None) -> Signal:
        return Signal(
            category=Category.SPAM,
            score=score,
            detector=self.name,
            evidence=evidence,
            demands=demands,
        )


def repeated_share(text: str) -> float:
    """Share of three-word phrases that stood before in the text, 0..1; 0 for short texts.

    Quoted lines are left out: a reply may quote what it answers more than once.
    """
    words = list(_words(text))
    if len(words) < _FEWEST_WORDS:
        return 0.0
    phrases = Counter(zip(*(words[i:] for i in range(_PHRASE)), strict=False))
    total = sum(phrases.values())
    return (total - len(phrases)) / total


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.lstrip().startswith(">"):
            yield from _WORD.findall(line)
