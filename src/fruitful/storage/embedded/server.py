"""Start the embedded PostgreSQL, share it, and stop it, whatever happened to the last one.

The process that starts the server owns it and holds a lock for as long as it lives; another
process with the same state directory attaches. The server dies with its owner, ``kill -9``
included, so nothing is left behind.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg
from psycopg import sql

from fruitful.storage.embedded.cluster import PORT, Cluster, binary, environment
from fruitful.storage.embedded.errors import EmbeddedPostgresError, explained, not_writable
from fruitful.storage.embedded.privileges import Account, choose_account, die_with_parent

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "48MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What readers wrote must never reach a log: neither statements nor the values in details.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "warning",
}
"""How the server is run; `EmbeddedPostgres` takes further settings."""

_STALE_LOCK_SECONDS = 10.0
"""How long a dead server's pid may stay unreaped and its lock file valid; 2 s have been seen."""
_START_SECONDS = 60.0
"""Recovery after a crash replays the log before the server is ready."""
_STOP_SECONDS = 20.0
_MAINTENANCE = "postgres"
"""The database that every cluster is born with."""
_LARGEST_LOG = 4 * 1024 * 1024


class EmbeddedPostgres:
    """One PostgreSQL server in ``state_dir``, with one ``database``.

    Start it from the main thread: the kernel stops the server when the thread that started it
    ends. Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        database: str = "fruitful",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.cluster = Cluster(state_dir.absolute() / "postgres")
        self._database = database
        self._settings = {**SETTINGS, **(settings or {})}
        self._account = Account(())
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._lock: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database, password included."""
        return self.cluster.url(self._database)

    @property
    def is_owner(self) -> bool:
        """Whether this object started the server, rather than attached to one."""
        return self._process is not None

    def start(self) -> str:
        """Start the server, or attach to the one that runs; returns the database's `url`.

        Returns when connections are accepted and the database exists. Raises
        `EmbeddedPostgresError`.
        """
        try:
            self._account = choose_account()
            self.cluster.prepare(self._account)
            deadline = time.monotonic() + _START_SECONDS
            while not self._acquire():
                if self.is_running():
                    break
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresError(
                        f"another process holds {self.cluster.lock_file} but its PostgreSQL does"
                        " not answer: stop that process and try again"
                    )
                time.sleep(0.05)
            else:
                self._start_owned(deadline)
        except OSError as error:
            self.stop()
            raise not_writable(error, self.cluster.home) from error
        except BaseException:
            self.stop()
            raise
        return self.url

    def is_running(self) -> bool:
        """Whether the server accepts connections now."""
        return not self.has_gone() and self._answers(self._database)

    def has_gone(self) -> bool:
        """Whether the server has ended or is ending; asks nobody. `start` brings it back."""
        if self._process is not None and self._process.poll() is not None:
            return True
        pid = self._ready_pid()
        return pid is None or not _is_alive(pid)

    def stop(self) -> None:
        """Stop the server if this object owns it. Open transactions are rolled back."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # SIGQUIT leaves without tidying up; the next start recovers from the log.
                process.send_signal(signal.SIGQUIT)
                process.wait()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _acquire(self) -> bool:
        """Take the owner's lock, which the kernel releases when its holder dies."""
        if self._lock is None:
            self._lock = self.cluster.lock_file.open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _start_owned(self, deadline: float) -> None:
        self.cluster.create(self._account)
        self._stop_orphan()
        stale_until = time.monotonic() + _STALE_LOCK_SECONDS
        while not self._launch(deadline):
            said = self._last_log()
            if 'lock file "postmaster.pid" already exists' not in said:
                raise explained(said, self.cluster.home)
            if time.monotonic() > stale_until:
                raise EmbeddedPostgresError(
                    f"another PostgreSQL uses {self.cluster.data}: stop the process named in"
                    " the first line of its postmaster.pid, and try again"
                )
            time.sleep(0.1)
        self._create_database()

    def _launch(self, deadline: float) -> bool:
        """Start ``postgres`` and wait until it is ready; false when it gave up by itself."""
        command = [*self._account.prefix, *die_with_parent(), binary("postgres")]
        command += ["-D", str(self.cluster.data)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        command += ["-c", f"unix_socket_directories={self.cluster.socket_directory}"]
        command += ["-c", f"port={PORT}"]
        with self._open_log() as log:
            self._log_start = log.tell()
            # A session of its own keeps the terminal's Ctrl-C from reaching PostgreSQL before
            # the requests in flight have been answered.
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                start_new_session=True,
            )
        while self._process.poll() is None:
            if self._ready_pid() == self._process.pid:
                return True
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not become ready within {_START_SECONDS:.0f} s:"
                    f" see {self.cluster.log_file}"
                )
            time.sleep(0.01)
        self._process = None
        return False

    def _open_log(self) -> IO[bytes]:
        log = self.cluster.log_file.open("ab")
        if log.tell() > _LARGEST_LOG:
            log.truncate(0)
        log.seek(0, os.SEEK_END)
        return log

    def _last_log(self) -> str:
        with self.cluster.log_file.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _ready_pid(self) -> int | None:
        """The pid in ``postmaster.pid`` once its eighth line says that the server is ready."""
        try:
            lines = (self.cluster.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]) if lines[7].strip() == "ready" else None
        except (OSError, IndexError, ValueError):
            return None

    def _answers(self, database: str) -> bool:
        with suppress(psycopg.OperationalError), self._connect(database):
            return True
        return False

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.cluster.url(database), autocommit=True, connect_timeout=3)

    def _create_database(self) -> None:
        with self._connect(_MAINTENANCE) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self._database]
            ).fetchone()
            if known is None:
                name = sql.Identifier(self._database)
                connection.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def _stop_orphan(self) -> None:
        """Stop a server whose owner has died without taking it along (macOS after ``kill -9``).

        Only a server that answers with our password is known to be the one that
        ``postmaster.pid`` names; the pid alone may have been given to another process since.
        """
        pid = self._ready_pid()
        if pid is None or not self._answers(_MAINTENANCE):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        gone_by = time.monotonic() + _STOP_SECONDS
        while self._ready_pid() == pid and time.monotonic() < gone_by:
            time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
