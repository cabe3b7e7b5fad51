"""A rewritten text that remembers where each of its characters came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fruitful.domain.moderation import Span


@dataclass(frozen=True, slots=True)
class Normalised:
    """A view of a text. ``starts[i]`` and ``ends[i]`` bound the code points of the original that
    became character ``i`` of ``text``; both sequences are as long as ``text`` and never fall."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The range of the original that ``text[start:end]`` came from. The range is not empty."""
        return Span(self.starts[start], self.ends[end - 1])


class Rewrite(NamedTuple):
    """Replaces ``text[start:end]`` of a view by ``replacement``.

    ``sources[i]`` is the half-open range of the view's text that ``replacement[i]`` stands for.
    """

    start: int
    end: int
    replacement: str
    sources: Sequence[tuple[int, int]]


def rewritten(view: Normalised, rewrites: Sequence[Rewrite]) -> Normalised:
    """The view with the rewrites made; they must be in order and must not overlap."""
    if not rewrites:
        return view
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for rewrite in rewrites:
        pieces += (view.text[done : rewrite.start], rewrite.replacement)
        starts += view.starts[done : rewrite.start]
        ends += view.ends[done : rewrite.start]
        for first, last in rewrite.sources:
            starts.append(view.starts[first])
            ends.append(view.ends[last - 1])
        done = rewrite.end
    pieces.append(view.text[done:])
    starts += view.starts[done:]
    ends += view.ends[done:]
    return Normalised("".join(pieces), tuple(starts), tuple(ends))
