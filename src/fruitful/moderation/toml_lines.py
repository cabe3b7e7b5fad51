"""Where each key stands in a TOML text, which the standard library's parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

KeyPath = tuple[str, ...]


class Position(NamedTuple):
    """Line and column of a key, both counted from 1, as editors do."""

    line: int
    column: int


_PART = r"""[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'"""
_KEY = rf"(?:{_PART})(?:[ \t]*\.[ \t]*(?:{_PART}))*"
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*({_KEY})")
_ASSIGNMENT = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
# Pieces of a value that matter for knowing where the next key can begin. Order matters: the
# triple quotes come before the single ones.
_TOKEN = re.compile(
    r'"""(?:\\.|(?!""").)*(?:""")?'
    r"|'''(?:(?!''').)*(?:''')?"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|\#[^\n]*"
    r"|[\[\]{}]"
    r"|\n",
    re.DOTALL,
)


def key_positions(source: str) -> Mapping[KeyPath, Position]:
    """Position of every table header and of every key that begins a line.

    ``source`` must be valid TOML. Keys inside inline tables are absent: ask for the enclosing
    key instead.
    """
    positions: dict[KeyPath, Position] = {}
    table: KeyPath = ()
    for number, begin in _statements(source):
        if header := _HEADER.match(source, begin):
            table = _parts(header.group(1))
            positions.setdefault(table, Position(number, header.start(1) - begin + 1))
        elif assignment := _ASSIGNMENT.match(source, begin):
            path = table + _parts(assignment.group(1))
            positions.setdefault(path, Position(number, assignment.start(1) - begin + 1))
    return positions


def _statements(source: str) -> Iterator[tuple[int, int]]:
    """Number and offset of each line on which a statement may begin."""
    depth = 0
    number = 1
    yield number, 0
    for token in _TOKEN.finditer(source):
        text = token.group()
        number += text.count("\n")
        if text in ("[", "{"):
            depth += 1
        elif text in ("]", "}"):
            depth -= 1
        elif text == "\n" and depth == 0:
            yield number, token.end()


def _parts(key: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in re.findall(_PART, key))
