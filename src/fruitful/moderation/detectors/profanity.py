"""Swear words, crude words, slurs and insults from the word lists. It knows words, not meanings."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from fruitful.domain.moderation import Signal, Span
from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.lexicon import Term, Tier, Use
from fruitful.moderation.lexicon_context import Context, is_name, may_be_name
from fruitful.moderation.lexicon_search import searchable, searches
from fruitful.moderation.normalise import Normalised

SCORES: Mapping[Tier, float] = {Tier.MILD: 0.2, Tier.STRONG: 0.6, Tier.SEVERE: 0.95}
"""A convention rather than a measurement: each tier falls on its side of the default thresholds."""


MOST_SIGNALS = 100
"""Of a text that swears without end only the gravest words are kept, for the sake of the record."""


class ProfanityDetector:
    """One signal for each category of each listed term, on the code points as typed.

    Of more than 100 the gravest are given.

    Evidence is ``lexicon:<tier>``; then ``:mention`` where a severe term is quoted or talked
    about or ``:name`` where a slur may be a surname, both of which score as strong, because use
    is not mention; and ``:disguised`` where it was found only after a disguise had been undone.
    """

    name = "profanity"
    categories = frozenset(
        {
            Category.PROFANITY,
            Category.VULGARITY,
            Category.RACISM,
            Category.DISCOURTESY,
            Category.VIOLENCE,
        }
    )

    def detect(self, document: Document) -> Detection:
        """Look in the folded text and, where it differs, in the undisguised one."""
        plain = list(_found(document.folded, document.text))
        hidden: list[_Found] = []
        if document.undisguised is not document.folded:
            hidden = [
                found
                for found in _found(document.undisguised, document.text)
                if not any(_covers(other, found) for other in plain)
            ]
        signals = [*self._signals(plain, ""), *self._signals(hidden, ":disguised")]
        if len(signals) > MOST_SIGNALS:
            signals = heapq.nlargest(MOST_SIGNALS, signals, key=lambda signal: signal.score)
        return Detection(signals=tuple(signals))

    def _signals(self, all_found: Iterable[_Found], suffix: str) -> Iterator[Signal]:
        for found in all_found:
            tier = found.term.tier
            for category in filter(None, (found.term.category, found.term.also)):
                yield Signal(
                    category=category,
                    score=SCORES[Tier.STRONG if found.spared else tier],
                    detector=self.name,
                    span=found.span,
                    evidence=f"lexicon:{tier}{found.spared}{suffix}",
                )


class _Found(NamedTuple):
    term: Term
    span: Span
    spared: str


def _found(view: Normalised, original: str) -> Iterator[_Found]:
    text = searchable(view)
    taken = bytearray(len(text))
    for search in searches():
        for occurrence in search.find(view):
            place = slice(occurrence.start, occurrence.end)
            # English comes first; a word that another language shares counts once.
            if any(taken[place]):
                continue
            span = view.span(occurrence.start, occurrence.end)
            context = Context.of(text, occurrence.start, occurrence.end)
            if _counts(occurrence.term, context, original, span):
                taken[place] = b"\1" * (occurrence.end - occurrence.start)
                yield _Found(
                    occurrence.term, span, _spared(occurrence.term, context, original, span)
                )


def _counts(term: Term, context: Context, original: str, span: Span) -> bool:
    """Whether the term is used in the way that its listing asks for."""
    if term.is_shared and context.is_foreign:
        return False
    if term.use is Use.ALWAYS:
        return True
    if context.is_about_oneself or context.is_denied:
        return False
    match term.use:
        case Use.AIMED:
            return context.is_aimed and not is_name(original, span.start, span.end)
        case Use.SAID:
            return context.is_said_of_somebody
        case Use.YOU:
            return context.is_said_to_you and not is_name(original, span.start, span.end)
        case _:
            return True


def _spared(term: Term, context: Context, original: str, span: Span) -> str:
    """Why a severe term may be no abuse, or nothing."""
    if term.tier is not Tier.SEVERE:
        return ""
    if context.is_mention:
        return ":mention"
    is_slur = term.category is Category.RACISM
    return ":name" if is_slur and may_be_name(original, span.start, span.end) else ""


def _covers(plain: _Found, hidden: _Found) -> bool:
    """Whether what was found without undoing a disguise already tells as much."""
    overlaps = plain.span.start < hidden.span.end and hidden.span.start < plain.span.end
    return overlaps and SCORES[plain.term.tier] >= SCORES[hidden.term.tier]
