"""A comment's text cut into pieces, so that a template can mark the words that rules met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fruitful.domain.moderation import Reason, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the text, as typed. ``rules`` are the titles of the rules it met, if any;
    ``is_masked`` tells that readers see dots in its place."""

    text: str
    rules: tuple[str, ...] = ()
    is_masked: bool = False


def pieces(
    text: str, reasons: Sequence[Reason] = (), masked: Sequence[Span] = ()
) -> tuple[Piece, ...]:
    """The whole text in order. Spans may overlap and may reach beyond the end of the text."""
    named = [(r.span, r.rule or r.evidence) for r in reasons if r.span is not None]
    edges = _edges([span for span, _ in named] + list(masked), len(text))
    cut: list[Piece] = []
    for start, end in pairwise(edges):
        rules = tuple(dict.fromkeys(rule for span, rule in named if _covers(span, start)))
        is_masked = any(_covers(span, start) for span in masked)
        if cut and (cut[-1].rules, cut[-1].is_masked) == (rules, is_masked):
            cut[-1] = Piece(cut[-1].text + text[start:end], rules, is_masked)
        else:
            cut.append(Piece(text[start:end], rules, is_masked))
    return tuple(cut)


def _edges(spans: Iterable[Span], length: int) -> list[int]:
    edges = {0, length}
    for span in spans:
        edges |= {edge for edge in (span.start, span.end) if 0 <= edge <= length}
    return sorted(edges)


def _covers(span: Span, place: int) -> bool:
    return span.start <= place < span.end
