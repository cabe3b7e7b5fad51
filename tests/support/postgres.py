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


_WIPE = """
DO $$
DECLARE place text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR place IN
        SELECT format('%I', tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'DELETE FROM ' || place;
    END LOOP;
END $$
"""
"""Empties every table, whatever refers to what. On tables with few rows it takes some
milliseconds; to copy a database with its three hundred files takes twenty times as long."""
_DISCONNECT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class TemplateServer:
    """A running server that hands out databases with the whole schema and no rows."""

    def __init__(self, state_dir: Path) -> None:
        self.server = EmbeddedPostgres(
            state_dir, database="fruitful_template", settings=UNSAFE_BUT_FAST
        )
        self._numbers = itertools.count(1)
        self._spare: list[str] = []
        self._schema = ""

    def start(self) -> None:
        """Start the server and migrate the template."""
        url = self.server.start()
        upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            self._schema = _schema_of(connection)

    def stop(self) -> None:
        """Stop the server."""
        self.server.stop()

    @contextmanager
    def fresh_database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database that is taken back afterwards, whoever is still connected.

        One with the whole schema serves again once it is empty, unless its schema was changed.
        """
        name = self._spare.pop() if migrated and self._spare else self._created(migrated=migrated)
        try:
            yield self.server.cluster.url(name)
        finally:
            if migrated and self._is_as_new(name):
                self._spare.append(name)
            else:
                self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _created(self, *, migrated: bool) -> str:
        name = f"test_{next(self._numbers)}"
        template = "fruitful_template" if migrated else "template0"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _is_as_new(self, name: str) -> bool:
        url = self.server.cluster.url(name)
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(_DISCONNECT)
                connection.execute(_WIPE)
                return _schema_of(connection) == self._schema
        except psycopg.Error:
            return False

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.server.cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _schema_of(connection: psycopg.Connection) -> str:
    """What tells one schema from another: the revision, and how many columns there are."""
    row = connection.execute(
        "SELECT (SELECT version_num FROM alembic_version) || '/' || count(*) FROM pg_attribute "
        "JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace"
    ).fetchone()
    return str(row[0]) if row else ""
