"""Moments as programs read them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(value: datetime) -> str:
    """ISO 8601, and so RFC 3339, in UTC and to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
