"""Find the words that made a score, from the same pass that gave it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fruitful.domain.moderation import Span
from fruitful.moderation.classifier.scoring import Token

_TRUSTED = 0.12
"""From this probability on, what readers would mark goes before what the score is made of."""
_SHARE_OF_STRONGEST = 0.6
_MOST_REGIONS = 4
_GAP = 1
_LONGEST_WORD = 400


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
    that contribute at least six tenths as much to the head's logit as the strongest does.
    """
    if not tokens:
        return []
    words = _words(tokens, [max(float(t.marks[c]) for c in channels) for t in tokens])
    if max(word.weight for word in words) < _TRUSTED:
        words = _words(tokens, [float(t.contributions[head]) for t in tokens])
    strongest = max(word.weight for word in words)
    chosen = [w for w in words if w.weight >= strongest * _SHARE_OF_STRONGEST and w.weight > 0]
    regions = sorted(_merged(chosen), key=lambda region: -region.weight)
    return [_trimmed(text, region) for region in regions[:_MOST_REGIONS]]


def _words(tokens: Iterable[Token], weights: Sequence[float]) -> list[_Word]:
    """Join the pieces of a word: pieces that touch. A word weighs what its heaviest piece does."""
    words: list[_Word] = []
    for token, weight in zip(tokens, weights, strict=True):
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
