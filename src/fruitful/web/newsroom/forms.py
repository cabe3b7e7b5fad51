"""Fields of forms and queries, as what they mean; anything else is left out or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from fruitful.domain.errors import InvalidRequest, UnreadableText
from fruitful.domain.readable import is_readable

Word = TypeVar("Word", bound=StrEnum)


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """The text of a field; empty where it is missing or a file. Raises :class:`UnreadableText`."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        return ""
    if not is_readable(value):
        raise UnreadableText
    return value


def word_of(fields: Mapping[str, Any], name: str, words: type[Word]) -> Word | None:
    """One of a set of words; ``None`` where it is left empty. Raises :class:`InvalidRequest`."""
    value = text_of(fields, name)
    if not value:
        return None
    try:
        return words(value)
    except ValueError:
        raise InvalidRequest from None


def number_of(fields: Mapping[str, Any], name: str, *, most: int = 1_000_000) -> int | None:
    """A whole number from 0 to ``most``. Raises :class:`InvalidRequest`."""
    value = text_of(fields, name)
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) > most:
        raise InvalidRequest
    return int(value)


def id_of(fields: Mapping[str, Any], name: str) -> UUID | None:
    """An id. Raises :class:`InvalidRequest`."""
    value = text_of(fields, name).strip()
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise InvalidRequest("That is not an id.") from None


def day_of(fields: Mapping[str, Any], name: str, *, days_later: int = 0) -> datetime | None:
    """When a day begins in UTC, or the one ``days_later``. Raises :class:`InvalidRequest`."""
    value = text_of(fields, name)
    if not value:
        return None
    try:
        day = date.fromisoformat(value) + timedelta(days=days_later)
    except (ValueError, OverflowError):
        raise InvalidRequest("Write a day as 2026-03-14.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
