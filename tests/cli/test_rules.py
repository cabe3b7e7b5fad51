from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fruitful.cli.rules import rules_app
from fruitful.domain.policy import Category


def check(file: Path) -> Result:
    return CliRunner().invoke(rules_app, ["check", str(file)])


def shipped() -> str:
    folder = resources.files("fruitful.moderation.data")
    return folder.joinpath("default_house_rules.toml").read_text("utf-8")


def test_good_house_rules_are_summed_up(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(shipped(), "utf-8")
    result = check(file)
    assert result.exit_code == 0
    assert f"{file}: ok" in result.stdout.replace("\n", "")
    assert all(category.value in result.stdout for category in Category)


def test_a_typing_error_is_reported_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    lines = shipped().splitlines()
    place = next(number for number, line in enumerate(lines, 1) if line.startswith("hold ="))
    lines[place - 1] = "hodl = 0.5"
    file.write_text("\n".join(lines), "utf-8")
    result = check(file)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"rules.toml:{place}:" in result.stderr
    assert "hodl" in result.stderr


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b""])
def test_a_file_that_cannot_be_read_is_one_clear_complaint(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_bytes(content)
    result = check(file)
    assert result.exit_code == 1
    assert "rules.toml" in result.stderr
    assert "Traceback" not in result.stderr
