"""Root's PostgreSQL runs without root's rights, or says why it cannot."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import psycopg
import pytest

from fruitful.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError, privileges

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to shed")


def process_owners(pid: int) -> set[str]:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("Uid:")]
    return set(line.split()[1:])


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that forbids them."""
    monkeypatch.setattr(privileges, "user_namespaces_work", lambda: False)


def test_without_namespaces_and_without_an_account_the_message_says_what_to_do(
    no_namespaces: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(privileges, "DEDICATED_USERS", ("no-such-account",))

    with pytest.raises(EmbeddedPostgresError, match="useradd --system fruitful"):
        EmbeddedPostgres(tmp_path).start()


def test_a_place_that_the_account_cannot_enter_is_named_and_left_as_it_is(
    no_namespaces: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(privileges, "DEDICATED_USERS", ("nobody",))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(EmbeddedPostgresError, match=r"nobody.*cannot enter .*"):
        EmbeddedPostgres(closed / "state").start()

    assert closed.stat().st_mode & 0o777 == 0o700


def test_the_account_is_entered_for_good() -> None:
    account = privileges.account_of(pwd.getpwnam("nobody"))

    assert account.owner == (pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    assert "--no-new-privs" in account.prefix
    assert "--clear-groups" in account.prefix


@pytest.mark.skipif(not privileges.user_namespaces_work(), reason="needs user namespaces")
def test_files_stay_roots_while_the_server_is_not_root_to_itself(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as postgres, psycopg.connect(postgres.url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        namespace = os.readlink(f"/proc/{row[0]}/ns/user")

        assert namespace != os.readlink("/proc/self/ns/user")
        assert postgres.cluster.data.stat().st_uid == 0
