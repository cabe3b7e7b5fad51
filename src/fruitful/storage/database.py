"""The connections to PostgreSQL. A server that cannot be reached is `StorageUnavailable`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from fruitful.domain.errors import StorageUnavailable

_CONNECT_SECONDS = 3
"""A host that swallows packets must not keep a request waiting longer than its reader would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """How many connections a process keeps, and how long one may take over anything."""

    size: int = 5
    overflow: int = 10
    wait_seconds: float = 3.0
    """How long a request waits for a free connection before it answers 503."""
    statement_timeout_ms: int = 5_000
    lock_timeout_ms: int = 3_000


class Database:
    """The pool of connections of one process. Make it inside or outside an event loop, use it in
    one loop only, and `dispose` of it there."""

    def __init__(self, url: str, pool: PoolSettings | None = None) -> None:
        pool = pool or PoolSettings()
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool.size,
            max_overflow=pool.overflow,
            pool_timeout=pool.wait_seconds,
            # Asks each connection whether it lives before it is used, so that a server which
            # went away and came back is noticed by nobody.
            pool_pre_ping=True,
            # The values of a failed statement are what readers wrote; they must not be logged.
            hide_parameters=True,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "fruitful",
                "options": f"-c statement_timeout={pool.statement_timeout_ms}"
                f" -c lock_timeout={pool.lock_timeout_ms}"
                " -c idle_in_transaction_session_timeout=60000",
            },
        )
        self._snapshots = self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises `StorageUnavailable` when the server is away, too busy, or gave the transaction up.
        Whether a transaction was kept is unknown when the server goes away during its commit.
        """
        with _failures_named():
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One read-only snapshot: every query in the block sees the same moment."""
        with _failures_named():
            async with self._snapshots.connect() as connection:
                yield connection

    async def is_available(self) -> bool:
        """Whether a query succeeds now."""
        try:
            async with self.reading() as connection:
                await connection.execute(text("SELECT 1"))
        except StorageUnavailable:
            return False
        return True

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """``url`` with the driver this project uses; ``postgres://`` and ``postgresql://`` are taken.

    Raises ``ValueError`` where it is not the address of a PostgreSQL database.
    """
    if url.startswith("postgres://"):
        url = url.replace("postgres", "postgresql", 1)
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise ValueError("DATABASE_URL must begin with postgresql://")
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    """``url`` in the form that libpq, and so psycopg by itself, understands."""
    parsed = make_url(sqlalchemy_url(url)).set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


@contextmanager
def _failures_named() -> Iterator[None]:
    """Raise `StorageUnavailable` for what may pass by itself; other errors are left alone.

    PostgreSQL's class of "operational" errors is exactly that: no connection, a server that
    starts or stops, no room, a timeout, a deadlock.
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StorageUnavailable from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise StorageUnavailable from error
