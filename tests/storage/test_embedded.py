"""The PostgreSQL that comes along: start, share, stop, and every way in which that can go wrong."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from fruitful.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError, cluster, server
from support.waiting import until_true

NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")

OWNER = """
import sys
from pathlib import Path
from fruitful.storage.embedded import EmbeddedPostgres
postgres = EmbeddedPostgres(Path(sys.argv[1]))
print(postgres.start(), flush=True)
sys.stdin.read()
"""
"""Another process that starts the server and holds it until its input ends."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory with a cluster that has been made and stopped."""
    state_dir = tmp_path_factory.mktemp("made")
    with EmbeddedPostgres(state_dir):
        pass
    return state_dir


@pytest.fixture
def owner(made: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(made)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://")
    yield process
    process.kill()
    process.wait()


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def postmaster(state_dir: Path) -> int:
    return int((state_dir / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def test_what_was_written_is_there_at_the_next_start(made: Path) -> None:
    with EmbeddedPostgres(made) as first:
        run(first.url, "CREATE TABLE kept AS SELECT 7 AS number")
    with EmbeddedPostgres(made) as second:
        assert run(second.url, "SELECT number FROM kept") == [(7,)]


def test_files_are_private_and_the_directory_above_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with EmbeddedPostgres(tmp_path / "state"):
        home = tmp_path / "state/postgres"
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert modes["data"] == 0o700
        assert modes["password"] == 0o600
        assert modes[".s.PGSQL.5432"] == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_nobody_gets_in_without_the_password(made: Path) -> None:
    with EmbeddedPostgres(made) as postgres:
        password = postgres.cluster.password_file.read_text()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            run(postgres.url.replace(password, "guess"), "SELECT 1")


def test_the_server_listens_on_no_network_port(made: Path) -> None:
    with EmbeddedPostgres(made) as postgres:
        assert run(postgres.url, "SHOW listen_addresses") == [("",)]


def test_its_log_quotes_neither_statements_nor_values(made: Path) -> None:
    with EmbeddedPostgres(made) as postgres:
        run(postgres.url, "CREATE TABLE said (words text UNIQUE)")
        for _ in range(2):
            with psycopg.connect(postgres.url) as connection:
                try:
                    connection.execute("INSERT INTO said VALUES ('a secret remark')")
                except psycopg.errors.UniqueViolation:
                    connection.rollback()
        log = postgres.cluster.log_file.read_text()

    assert "duplicate key value violates unique constraint" in log
    assert "secret remark" not in log


def test_a_second_process_shares_the_server_and_leaves_it_running(
    made: Path, owner: subprocess.Popen[str]
) -> None:
    with EmbeddedPostgres(made) as guest:
        assert not guest.is_owner
        assert run(guest.url, "SELECT 1") == [(1,)]
    assert EmbeddedPostgres(made).is_running()


def test_a_killed_owner_takes_the_server_along_and_the_next_start_finds_the_data(
    made: Path, owner: subprocess.Popen[str]
) -> None:
    guest = EmbeddedPostgres(made)
    run(guest.start(), "CREATE TABLE committed AS SELECT 'before the kill' AS moment")

    owner.kill()
    owner.wait()

    until_true(guest.has_gone)
    with guest:
        assert guest.is_owner
        assert run(guest.url, "SELECT moment FROM committed") == [("before the kill",)]


def test_a_guest_notices_when_the_server_was_killed(
    made: Path, owner: subprocess.Popen[str]
) -> None:
    with EmbeddedPostgres(made) as guest:
        assert not guest.has_gone()
        os.kill(postmaster(made), signal.SIGKILL)
        owner.kill()
        owner.wait()

        until_true(guest.has_gone)


def test_a_killed_server_is_started_again_with_its_data(made: Path) -> None:
    with EmbeddedPostgres(made) as postgres:
        run(postgres.url, "CREATE TABLE survived AS SELECT 1 AS one")
        os.kill(postmaster(made), signal.SIGKILL)
        until_true(postgres.has_gone)

        postgres.start()

        assert run(postgres.url, "SELECT one FROM survived") == [(1,)]


def test_a_stale_lock_file_of_a_dead_server_is_no_obstacle(made: Path) -> None:
    stale = made / "postgres/data/postmaster.pid"
    dead = subprocess.Popen(["true"])
    dead.wait()
    stale.write_text(f"{dead.pid}\n{stale.parent}\n1700000000\n5432\n{made}\n\n1 1\nready   \n")

    with EmbeddedPostgres(made) as postgres:
        assert run(postgres.url, "SELECT 1") == [(1,)]


def test_a_lock_file_that_stays_valid_is_reported(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = made / "postgres/data/postmaster.pid"
    stale.write_text(f"{os.getppid()}\n{stale.parent}\n1700000000\n5432\n{made}\n\n1 1\nready   \n")
    monkeypatch.setattr(server, "_STALE_LOCK_SECONDS", 0.3)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"another PostgreSQL uses .*stop"):
            EmbeddedPostgres(made).start()
    finally:
        stale.unlink()


def test_an_interrupted_first_start_is_made_good(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres/data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")

    with EmbeddedPostgres(tmp_path) as postgres:
        assert run(postgres.url, "SELECT 1") == [(1,)]


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as short:
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        with EmbeddedPostgres(tmp_path / ("long" * 30)) as postgres:
            assert run(postgres.url, "SELECT 1") == [(1,)]
            (directory,) = Path(short).iterdir()
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_socket_directory_that_somebody_else_has_made_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as short:
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        postgres = EmbeddedPostgres(tmp_path / ("long" * 30))
        postgres.cluster.socket_directory.symlink_to(tmp_path)

        with pytest.raises(EmbeddedPostgresError, match="belongs to somebody else"):
            postgres.start()


def test_no_room_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "REQUIRED_MEGABYTES", 10**9)

    with pytest.raises(EmbeddedPostgresError) as failure:
        EmbeddedPostgres(tmp_path).start()

    assert "no room for the database" in str(failure.value)
    assert "FRUITFUL_STATE_DIR" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_state_directory_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("")

    with pytest.raises(EmbeddedPostgresError, match=r"cannot use .*/state.* \(.*\): make it yours"):
        EmbeddedPostgres(in_the_way).start()


@NOT_ROOT
def test_a_state_directory_of_another_is_told_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(EmbeddedPostgresError, match="Permission denied"):
        EmbeddedPostgres(tmp_path / "state").start()
