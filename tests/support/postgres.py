"""Fresh databases for tests, copied from one migrated template on one real server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from fruitful.storage.embedded import EmbeddedPostgres
from fruitful.storage.migrate import upgrade

UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
}


class TemplateServer:
    """A running server that hands out databases with the whole schema and no rows."""

    def __init__(self, state_dir: Path) -> None:
        self.server = EmbeddedPostgres(
            state_dir, database="fruitful_template", settings=UNSAFE_BUT_FAST
        )
        self._numbers = itertools.count(1)

    def start(self) -> None:
        """Start the server and migrate the template."""
        upgrade(self.server.start())

    def stop(self) -> None:
        """Stop the server."""
        self.server.stop()

    @contextmanager
    def fresh_database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that is dropped afterwards, whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        template = "fruitful_template" if migrated else "template0"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.server.cluster.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.server.cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())
