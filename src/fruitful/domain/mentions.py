"""Speaking to somebody by name: ``@`` and the name exactly as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A participant who is spoken to, and their comment to which the name leads."""

    name: str
    reader_id: UUID
    comment_id: UUID


def mention_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the names after an ``@`` that begins a word; group 1 is the name.

    Of names that begin alike the longest wins, and a name never ends within a longer word.
    """
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w@])@({'|'.join(map(re.escape, longest_first))})(?!\w)")
