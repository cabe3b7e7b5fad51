"""Undo evasion, keeping a map back to the text as typed."""

from __future__ import annotations

from dataclasses import dataclass

from fruitful.domain.moderation import Span


@dataclass(frozen=True, slots=True)
class Normalised:
    """A view of a text. ``starts[i]`` and ``ends[i]`` bound the code points of the original that
    became character ``i`` of ``text``; both sequences are as long as ``text``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The range of the original that ``text[start:end]`` came from. The range is not empty."""
        return Span(self.starts[start], self.ends[end - 1])


def fold(text: str) -> Normalised:
    """Placeholder until the normaliser lands: lower-case only."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return Normalised(lowered, tuple(range(len(text))), tuple(range(1, len(text) + 1)))


def undisguise(folded: Normalised) -> Normalised:
    """Placeholder until the normaliser lands: nothing undone."""
    return folded
