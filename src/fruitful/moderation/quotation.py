"""Passages that a comment quotes from what it answers: judged when they were published.

Use is not mention: whoever quotes to answer is not held to the words of another. What only looks
like a quotation, because it does not stand in the parent comment or the article's title, is the
writer's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from fruitful.domain.moderation import Span
from fruitful.moderation.normalise import fold

FEWEST_WORDS = 3
"""A shorter passage is found in any text by accident, and one word may be what the abuse is."""

_MOST_WORDS = 4_000
_QUOTED_LINES = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_LINE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_MARKS = (
    re.compile(r"(?<!\w)\"([^\"\n]{5,1000})\"(?!\w)"),
    re.compile(r"[“„]([^”“\n]{5,1000})[”“]"),
    re.compile(r"«([^»\n]{5,1000})»"),
    re.compile(r"»([^«\n]{5,1000})«"),
    re.compile(r"‘([^\n]{5,1000}?)’(?!\w)"),
    re.compile(r"(?<!\w)'([^\n]{5,1000}?)'(?!\w)"),
)
_GAP = re.compile(r"\[?(?:\.{3,}|…)\]?")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def quoted_passages(text: str, sources: Iterable[str | None]) -> tuple[Span, ...]:
    """The ranges of ``text`` that quote one of ``sources`` word for word, in order and apart.

    A passage is a run of lines that begin with ">", or what stands between quotation marks; it
    counts from three words on, may leave something out at "…", and case, line ends and
    punctuation do not matter. Marks and ">" belong to the range.
    """
    originals = [f" {' '.join(_words(source))} " for source in sources if source]
    if not originals:
        return ()
    found = [*_lines(text, originals), *_in_marks(text, originals)]
    return tuple(_apart(found))


def without(text: str, passages: Sequence[Span]) -> str:
    """The text with the passages blanked out, place by place; line ends stay."""
    if not passages:
        return text
    pieces, done = [], 0
    for passage in passages:
        pieces.append(text[done : passage.start])
        pieces.append(re.sub(r"[^\n]", " ", text[passage.start : passage.end]))
        done = passage.end
    return "".join((*pieces, text[done:]))


def _lines(text: str, originals: Sequence[str]) -> Iterator[Span]:
    for block in _QUOTED_LINES.finditer(text):
        if _is_quoted(_LINE_MARK.sub("", block.group()), originals):
            yield Span(block.start(), block.end())
            continue
        start = block.start()
        for line in block.group().splitlines(keepends=True):
            if _is_quoted(_LINE_MARK.sub("", line), originals):
                yield Span(start, start + len(line))
            start += len(line)


def _in_marks(text: str, originals: Sequence[str]) -> Iterator[Span]:
    for marks in _MARKS:
        for passage in marks.finditer(text):
            if _is_quoted(passage.group(1), originals):
                yield Span(*passage.span())


def _is_quoted(passage: str, originals: Sequence[str]) -> bool:
    pieces = [_words(piece) for piece in _GAP.split(passage)]
    if sum(map(len, pieces)) < FEWEST_WORDS:
        return False
    phrases = [f" {' '.join(words)} " for words in pieces if words]
    return any(all(phrase in original for phrase in phrases) for original in originals)


def _words(text: str) -> list[str]:
    # Folded, so that a quotation in other letters or with signs added is none.
    folded = fold(text).text.replace("’", "'")
    return _WORD.findall(folded)[:_MOST_WORDS]


def _apart(passages: Iterable[Span]) -> Iterator[Span]:
    done = 0
    for passage in sorted(passages, key=lambda span: (span.start, -span.end)):
        if passage.start >= done:
            done = passage.end
            yield passage
