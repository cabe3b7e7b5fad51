"""A comment's text cut into pieces, so that a template can mark the words that rules met."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from fruitful.domain.moderation import Reason, Span

_INVISIBLE = re.compile("[\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Soft hyphens, zero-width spaces and what turns the direction of writing. Joiners and direction
marks stay, because emoji and several scripts cannot be written without them."""


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


def revealed(text: str) -> Markup:
    """The text escaped, with a visible name in place of each character that only hides others."""
    shown: list[Markup] = []
    place = 0
    for found in _INVISIBLE.finditer(text):
        name = unicodedata.name(found[0], "control character").lower()
        shown += [
            escape(text[place : found.start()]),
            Markup('<span class="hidden-character">{}</span>').format(name),
        ]
        place = found.end()
    return Markup("").join([*shown, escape(text[place:])])
