"""Bring a database to this version's schema. Safe to run from several processes at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from fruitful.storage.database import sqlalchemy_url

_LOCK = 0x0F2017F1
"""The advisory lock that one migrating process holds; any number that nobody else uses."""
_WAIT_FOR_OTHERS = "120s"
_WAIT_FOR_TRAFFIC = "5s"
"""A statement that queues for a table lock makes every later query queue behind it. So it gives
up soon and the whole migration can be run again."""
_LONGEST_STATEMENT = "30min"


class MigrationFailed(Exception):
    """The schema could not be brought up to date. The message is one line and says what to do."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a database object belongs to this project's tables; the job queue's do not."""
    return kind != "table" or name is None or not name.startswith("procrastinate_")


def upgrade(url: str) -> list[str]:
    """Apply what is missing and return the revisions applied, oldest first.

    Each migration is a transaction. Raises `MigrationFailed`.
    """
    try:
        with _connect(url) as connection, _configured(connection) as config:
            connection.execute(text(f"SET lock_timeout = '{_WAIT_FOR_OTHERS}'"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SET lock_timeout = '{_WAIT_FOR_TRAFFIC}'"))
            connection.execute(text(f"SET statement_timeout = '{_LONGEST_STATEMENT}'"))
            connection.commit()
            pending = _pending(connection, config)
            if pending:
                command.upgrade(config, "head")
            return pending
    except OperationalError as error:
        raise MigrationFailed(f"the database cannot be migrated now: {_cause(error)}") from error
    except DBAPIError as error:
        raise MigrationFailed(f"a migration failed and was undone: {_cause(error)}") from error


def pending(url: str) -> list[str]:
    """The revisions that `upgrade` would apply, oldest first. Raises `MigrationFailed`."""
    try:
        with _connect(url) as connection, _configured(connection) as config:
            return _pending(connection, config)
    except DBAPIError as error:
        raise MigrationFailed(f"the database cannot be read: {_cause(error)}") from error


def make_revision(url: str, message: str) -> None:
    """Write the next migration from the difference between ``url``, which must be up to date, and
    the tables in code. For developers; read and mend what it writes."""
    with _connect(url) as connection, _configured(connection) as config:
        known = list(ScriptDirectory.from_config(config).walk_revisions())
        command.revision(config, message, autogenerate=True, rev_id=f"{len(known) + 1:04d}")


def _pending(connection: Connection, config: Config) -> list[str]:
    scripts = ScriptDirectory.from_config(config)
    known = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    current = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    if current is None:
        return known
    if current not in known:
        raise MigrationFailed(
            f"the database is at revision {current}, which this version of Fruitful does not"
            " know: install the version that made it, or a newer one"
        )
    return known[known.index(current) + 1 :]


@contextmanager
def _connect(url: str) -> Iterator[Connection]:
    engine = create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        connect_args={"connect_timeout": 5, "application_name": "fruitful-migrate"},
    )
    with engine.connect() as connection:
        yield connection


@contextmanager
def _configured(connection: Connection) -> Iterator[Config]:
    with as_file(files("fruitful.storage") / "migrations") as scripts:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        yield config


def _cause(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
