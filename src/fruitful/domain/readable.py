"""Which texts can be stored at all."""

from __future__ import annotations

from fruitful.domain.errors import InvalidRequest, UnreadableText


def is_readable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def clean_note(note: str, *, longest: int) -> str:
    """The note without surrounding blanks.

    Raises :class:`UnreadableText`, or :class:`InvalidRequest` above ``longest`` characters.
    """
    note = note.strip()
    if not is_readable(note):
        raise UnreadableText
    if len(note) > longest:
        raise InvalidRequest(f"Please keep the note under {longest + 1} characters.")
    return note
