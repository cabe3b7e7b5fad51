"""What a recogniser reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Personal details at ``start:end`` of the reading's text (not of the original).

    ``kind`` is the evidence word. ``alone`` is the score, in 0..1, that the details deserve when
    nothing around them tells whose they are: 0 means that they say nothing without such context.
    """

    start: int
    end: int
    kind: str
    alone: float
