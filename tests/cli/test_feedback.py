"""Replays and feedback as they are typed in a terminal."""

from __future__ import annotations

import asyncio
import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fruitful.cli.feedback import feedback_app
from fruitful.cli.rules import rules_app
from fruitful.domain.policy import Outcome
from fruitful.services.world import World
from support.desk import open_desk
from support.newsroom import Person, canary, open_site


@pytest.fixture
def busy_site(world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """One comment, held by its canary and published by a moderator; its text."""

    async def made() -> str:
        await open_site(world)
        desk = await open_desk(world)
        held = await Person(world, "Ada").write(canary(world, Outcome.HOLD))
        await desk.approve(held.comment.id)
        await world.database.dispose()
        return held.comment.text

    text = asyncio.run(made())
    monkeypatch.setenv("DATABASE_URL", database_url)
    return text


@pytest.fixture
def shipped(tmp_path: Path) -> str:
    file = tmp_path / "rules.toml"
    folder = resources.files("fruitful.moderation.data")
    file.write_text(folder.joinpath("default_house_rules.toml").read_text("utf-8"), "utf-8")
    return str(file)


def test_a_replay_and_an_export_read_what_is_on_record(busy_site: str, shipped: str) -> None:
    result = CliRunner().invoke(rules_app, ["replay", shipped, "--since", "2026-01-01"])
    assert result.exit_code == 0, result.output
    assert "1 decisions replayed, 0 would come out otherwise" in result.stdout

    arguments = ["replay", shipped, "--since", "2026-01-01", "--json"]
    record = json.loads(CliRunner().invoke(rules_app, arguments).stdout)
    assert record["outcomes"] == [{"old": "hold", "new": "hold", "count": 1}]

    exported = CliRunner().invoke(feedback_app, ["export", "--site", "paper"])
    assert json.loads(exported.stdout)["text"] == busy_site

    calibrated = CliRunner().invoke(feedback_app, ["calibrate", "paper", "--apply"])
    assert "Nothing to apply." in calibrated.stdout
    assert calibrated.exit_code == 1
    assert "no reason to move a threshold" in calibrated.stderr


@pytest.mark.parametrize("moment", ["yesterday", "7", "2026-13-01"])
def test_a_moment_that_is_none_is_told(moment: str, shipped: str) -> None:
    result = CliRunner().invoke(rules_app, ["replay", shipped, "--since", moment])
    assert result.exit_code == 2
    assert "2026-11-01" in result.stderr


def test_two_orders_at_once_are_refused() -> None:
    result = CliRunner().invoke(feedback_app, ["calibrate", "paper", "--apply", "--take-back"])
    assert result.exit_code == 2
