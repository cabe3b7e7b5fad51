"""Letters to readers, and what sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail. ``headers`` are those beyond sender, recipient, subject, date and id."""

    recipient: str
    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class LetterRefused(Exception):
    """The mail server will not take this letter, now or later. Carries nothing of the letter."""


class LetterDelayed(Exception):
    """The mail server cannot take the letter now; later it may."""


class Mailer(Protocol):
    """Hands letters to a mail server."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises `LetterRefused` or `LetterDelayed`."""
