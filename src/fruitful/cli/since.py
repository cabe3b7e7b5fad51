"""A moment as people write it on a command line: ``7d``, ``12h``, ``2w`` or ``2026-11-01``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import typer

_AGO = re.compile(r"(\d{1,5})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_since(value: str) -> datetime:
    """The moment, in UTC. Raises :class:`typer.BadParameter` where it is none."""
    if found := _AGO.fullmatch(value.strip()):
        return datetime.now(UTC) - int(found[1]) * _UNITS[found[2]]
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise typer.BadParameter("write 7d, 12h, 2w or a day such as 2026-11-01") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
