"""Read delimited files the way all sources here need it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

csv.field_size_limit(10_000_000)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a UTF-8 CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def number(value: str) -> float:
    """A cell as a number; an empty one counts as 0."""
    return float(value or 0)
