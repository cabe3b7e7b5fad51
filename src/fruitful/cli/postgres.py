"""The database that a command works on: the one named, or the embedded one, started for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fruitful.config import Settings
from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import MigrationFailed, pending, upgrade


@dataclass(frozen=True, slots=True)
class CommandDatabase:
    """A database that answers. ``embedded`` is its server where that is our own."""

    url: str
    embedded: EmbeddedPostgres | None = None


@contextmanager
def reachable_database(settings: Settings) -> Iterator[CommandDatabase]:
    """The database as it is, for as long as the block lasts. Raises `EmbeddedPostgresError`."""
    if settings.database_url is not None:
        yield CommandDatabase(settings.database_url)
        return
    with EmbeddedPostgres(settings.state_dir) as embedded:
        yield CommandDatabase(embedded.url, embedded)


@contextmanager
def prepared_database(settings: Settings) -> Iterator[CommandDatabase]:
    """The database with this version's schema.

    The embedded one is brought up to date. Another is the operator's: migrating it is a decision
    of theirs, so an old schema is an error that says how. Raises `MigrationFailed` too.
    """
    with reachable_database(settings) as database:
        if database.embedded is not None:
            upgrade(database.url)
        elif pending(database.url):
            raise MigrationFailed(
                "the database has an older schema than this version needs:"
                " make a backup, then run: fruitful db upgrade"
            )
        yield database
