"""Find the words that made a score, from the same pass that gave it."""

from __future__ import annotations

import math
import statistics
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fruitful.domain.moderation import Span
from fruitful.moderation.classifier.scoring import Token

_RECOGNISED = 0.12
"""From this probability on, what readers would mark goes before what the score is made of."""
_SURE = 0.3
"""From this probability on, words far from the strongest are marked as well."""
_SHARE_OF_STRONGEST = 0.6
_MOST_REGIONS = 4
_GAP = 1
_LONGEST_WORD = 400
_ENOUGH_FOR_USUAL = 12
_PUNCTUATION = frozenset(string.punctuation)


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    weight: float


def marked_words(
    text: str, tokens: Sequence[Token], head: int, channels: Sequence[int]
) -> list[Span]:
    """At most four regions of the scored ``text``, strongest first; none where it has no tokens.

    Where the span outputs recognise words of the ``channels``, those words; elsewhere the words
    that contribute most to the head's logit. A word counts from six tenths of the strongest; a
    region without the strongest only where it is surely one that readers would mark.
    """
    if not tokens:
        return []
    words = _words(text, tokens, _above_usual([max(t.marks[c] for c in channels) for t in tokens]))
    others_from = _SURE
    if max(word.weight for word in words) < _RECOGNISED:
        words = _words(text, tokens, [float(t.contributions[head]) for t in tokens])
        others_from = math.inf
    strongest = max(word.weight for word in words)
    chosen = [word for word in words if word.weight >= strongest * _SHARE_OF_STRONGEST]
    regions = [
        region
        for region in sorted(_merged(chosen), key=lambda region: -region.weight)
        if region.weight >= min(strongest, others_from)
    ]
    return [_trimmed(text, region) for region in regions[:_MOST_REGIONS]]


def _above_usual(marks: Sequence[float]) -> list[float]:
    """By how much each mark exceeds the middle one: a threat lifts every word around it."""
    usual = statistics.median(marks) if len(marks) >= _ENOUGH_FOR_USUAL else 0.0
    return [float(mark - usual) for mark in marks]


def _words(text: str, tokens: Sequence[Token], weights: Sequence[float]) -> list[_Word]:
    """Join the pieces of a word: pieces that touch. A word weighs what its heaviest piece does,
    punctuation counting for nothing."""
    words: list[_Word] = []
    for token, weight in zip(tokens, weights, strict=True):
        if _PUNCTUATION.issuperset(text[token.start : token.end]):
            weight = 0.0
        if words and token.start <= words[-1].end and token.end - words[-1].start < _LONGEST_WORD:
            last = words[-1]
            words[-1] = _Word(last.start, max(last.end, token.end), max(last.weight, weight))
        else:
            words.append(_Word(token.start, token.end, weight))
    return words


def _merged(words: Iterable[_Word]) -> list[_Word]:
    regions: list[_Word] = []
    for word in sorted(words, key=lambda w: w.start):
        if regions and word.start - regions[-1].end <= _GAP:
            last = regions[-1]
            regions[-1] = _Word(last.start, word.end, max(last.weight, word.weight))
        else:
            regions.append(word)
    return regions


def _trimmed(text: str, region: _Word) -> Span:
    """Without punctuation at the edges, unless there is nothing else, as with emoji."""
    inside = range(region.start, region.end)
    letters = [place for place in inside if text[place].isalnum()]
    if not letters:
        return Span(region.start, region.end)
    return Span(letters[0], letters[-1] + 1)
