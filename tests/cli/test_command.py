"""The command as a whole, and its small subcommands."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fruitful.cli import COMMANDS, make_app
from fruitful.storage.migrate import pending
from support.command import fruitful


def test_help_names_every_subcommand() -> None:
    result = CliRunner().invoke(make_app(["--help"]), ["--help"])

    assert result.exit_code == 0
    assert [name for name in COMMANDS if name not in result.output] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_explains_itself(name: str) -> None:
    result = CliRunner().invoke(make_app([name]), [name, "--help"])

    assert result.exit_code == 0
    assert name in result.output


def test_an_unknown_subcommand_is_named() -> None:
    result = CliRunner().invoke(make_app(["moderate"]), ["moderate"])

    assert result.exit_code == 2
    assert "moderate" in result.output


def test_a_moderator_is_added_once(database_url: str, tmp_path: Path) -> None:
    def add(email: str, password: str) -> tuple[int, str]:
        result = fruitful(
            "moderators",
            "add",
            "Ada Editor",
            email,
            "--password-stdin",
            state_dir=tmp_path,
            typed=f"{password}\n",
            DATABASE_URL=database_url,
        )
        return result.returncode, (result.stdout + result.stderr).strip()

    status, said = add("ada@paper.example", "correct horse battery")
    assert status == 0
    assert "/newsroom" in said

    status, said = add("ada@paper.example", "another long password")
    assert status == 1
    assert said.startswith("fruitful: ")
    assert "\n" not in said

    assert add("eve@paper.example", "short")[0] == 1


def test_a_schema_is_brought_up_to_date_once(tmp_path: Path) -> None:
    assert "applied: 0001" in fruitful("db", "upgrade", state_dir=tmp_path).stdout
    assert fruitful("db", "upgrade", state_dir=tmp_path).stdout == "already up to date\n"


def test_the_address_of_a_named_database_is_the_one_named(
    database_url: str, tmp_path: Path
) -> None:
    result = fruitful("db", "url", state_dir=tmp_path, DATABASE_URL=database_url)

    assert result.stdout.strip() == database_url
    assert pending(result.stdout.strip()) == []


def test_a_publisher_adds_a_site_and_closes_an_article(database_url: str, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = fruitful(*arguments, state_dir=tmp_path, DATABASE_URL=database_url)
        return result.returncode, (result.stdout + result.stderr).strip()

    origin = "https://courier.example"
    status, said = run("sites", "add", "courier", "The Courier", "--origin", origin)
    assert (status, origin in said) == (0, True)
    assert origin in run("sites", "list")[1]
    assert run("articles", "close", f"{origin}/story")[0] == 0

    status, said = run("articles", "close", "https://elsewhere.example/story")
    assert status == 1
    assert said.startswith("fruitful: ")
