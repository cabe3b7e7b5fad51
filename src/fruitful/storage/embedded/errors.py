"""What can keep the embedded PostgreSQL from starting, in words for the person who started it."""

from __future__ import annotations

import errno
from pathlib import Path

REQUIRED_MEGABYTES = 200
"""A fresh cluster takes 60 MB; PostgreSQL stops dead when its log finds no room."""

_HOW_TO_MAKE_ROOM = "free some disk space, or choose another directory with FRUITFUL_STATE_DIR"


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot run. The message is one line and says what to do."""


def no_room(directory: Path | None) -> EmbeddedPostgresError:
    """There is not enough disk space for the database."""
    where = directory or "the state directory"
    return EmbeddedPostgresError(
        f"there is no room for the database in {where} (it needs {REQUIRED_MEGABYTES} MB):"
        f" {_HOW_TO_MAKE_ROOM}"
    )


def not_writable(error: OSError, directory: Path | None = None) -> EmbeddedPostgresError:
    """The state directory cannot be used, for a reason the operating system gives."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_room(directory)
    return EmbeddedPostgresError(
        f"cannot use {error.filename or directory} ({error.strerror}):"
        " make it yours and writable, or choose another directory with FRUITFUL_STATE_DIR"
    )


def explained(log: str, directory: Path) -> EmbeddedPostgresError:
    """The error that PostgreSQL's own ``log`` tells of."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return no_room(directory)
    if "could not create shared memory segment" in log or "Cannot allocate memory" in log:
        return EmbeddedPostgresError(
            "there is not enough memory for the database: stop other programs, or set DATABASE_URL"
        )
    if "has group or world access" in log or "wrong ownership" in log:
        return EmbeddedPostgresError(
            f"{directory} must belong to you alone: chmod -R go-rwx {directory}"
        )
    if "incompatible with server" in log:
        return EmbeddedPostgresError(
            f"{directory} was made by another PostgreSQL version: move it away,"
            " or set DATABASE_URL to a server of that version"
        )
    lines = [line for line in log.splitlines() if "FATAL" in line or "error:" in line]
    last = lines[-1].strip() if lines else "it said nothing"
    return EmbeddedPostgresError(f"PostgreSQL would not start in {directory}: {last}")
