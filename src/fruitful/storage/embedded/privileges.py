"""How to run PostgreSQL, which refuses to be root, so that it also dies with its parent."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fruitful.storage.embedded.errors import EmbeddedPostgresError

DEDICATED_USERS = ("fruitful", "postgres")
"""Accounts that may own a cluster where root cannot shed its rights in a user namespace."""

_NOBODY = "65534"


@dataclass(frozen=True, slots=True)
class Account:
    """Who PostgreSQL runs as. ``prefix`` is the command before its own; ``owner`` the ids that
    must own its files, ``None`` where they stay the caller's."""

    prefix: tuple[str, ...]
    owner: tuple[int, int] | None = None


def choose_account() -> Account:
    """An ordinary user runs PostgreSQL as it is. Root sheds its rights in a user namespace, where
    root's own files still belong to the process; a container that allows none needs a
    dedicated account."""
    if os.geteuid() != 0:
        return Account(())
    if user_namespaces_work():
        return Account(_namespace())
    for name in DEDICATED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return account_of(user)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root and this machine allows no user namespaces:"
        " run Fruitful as an ordinary user, or make an account for it (useradd --system fruitful)"
    )


def account_of(user: pwd.struct_passwd) -> Account:
    """Run as ``user``, with no other groups and no way back."""
    return Account(
        (
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            "--no-new-privs",
        ),
        (user.pw_uid, user.pw_gid),
    )


@cache
def user_namespaces_work() -> bool:
    """Whether this process may make a user namespace; containers often forbid it."""
    if shutil.which("unshare") is None:
        return False
    command = [*_namespace(), "true"]
    result = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - ours
    return result.returncode == 0


def die_with_parent() -> tuple[str, ...]:
    """The command before PostgreSQL's that has the kernel stop it when our thread ends.

    The death signal follows the *thread* that starts the command. macOS knows no such thing;
    there an orphan is stopped by the next start.
    """
    return ("setpriv", "--pdeathsig", "INT") if shutil.which("setpriv") else ()


def require_reachable(path: Path, account: Account) -> None:
    """Raise where the dedicated account cannot enter ``path``. Modes are never widened for it."""
    if account.owner is None:
        return
    uid, gid = account.owner
    for directory in (path, *path.parents):
        status = directory.stat()
        if status.st_uid == uid:
            enter = stat.S_IXUSR
        elif status.st_gid == gid:
            enter = stat.S_IXGRP
        else:
            enter = stat.S_IXOTH
        if not status.st_mode & enter:
            raise EmbeddedPostgresError(
                f"the account {pwd.getpwuid(uid).pw_name}, which runs PostgreSQL, cannot enter"
                f" {directory}: install Fruitful and its state (FRUITFUL_STATE_DIR) elsewhere,"
                " or run it as an ordinary user"
            )


def _namespace() -> tuple[str, ...]:
    return ("unshare", "--user", f"--map-user={_NOBODY}")
