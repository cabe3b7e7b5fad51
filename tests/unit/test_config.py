"""Settings: where they come from, and what is said of one that cannot work."""

from __future__ import annotations

import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from fruitful.config import SettingsInvalid, load_settings
from fruitful.services.world import Limits, Retention


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRUITFUL_PORT", "9000")
    assert load_settings().port == 9000
    assert load_settings(port=9001).port == 9001
    assert load_settings(port=None).port == 9000


def test_the_usual_name_of_the_database_works_and_ours_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://usual/d")
    assert load_settings().database_url == "postgresql://usual/d"
    monkeypatch.setenv("FRUITFUL_DATABASE_URL", "postgresql://ours/d")
    assert load_settings().database_url == "postgresql://ours/d"


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().database_url is None


def test_every_setting_that_cannot_work_gets_a_line_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FRUITFUL_PORT", "http")
    monkeypatch.setenv("FRUITFUL_TRUSTED_PROXIES", "10.0.0.0/8, the-proxy")
    monkeypatch.setenv("DATABASE_URL", "mysql://localhost/d")

    with pytest.raises(SettingsInvalid) as failure:
        load_settings()

    assert sorted(line.partition(":")[0] for line in str(failure.value).splitlines()) == [
        "DATABASE_URL",
        "FRUITFUL_PORT",
        "FRUITFUL_TRUSTED_PROXIES",
    ]


def test_proxies_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRUITFUL_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    assert [str(network) for network in load_settings().trusted_proxies] == [
        "10.0.0.0/8",
        "::1/128",
    ]


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = load_settings(state_dir=tmp_path / "state")

    secret = settings.secret_bytes()

    assert len(secret) >= 32
    assert settings.secret_bytes() == secret
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_usual_limits_are_the_same_with_and_without_settings() -> None:
    settings = load_settings()
    assert asdict(Limits()) == {name: getattr(settings, name) for name in asdict(Limits())}
    assert {name: kept.days for name, kept in asdict(Retention()).items()} == {
        "returned": settings.keep_returned_days,
        "rejected": settings.keep_rejected_days,
        "deleted": settings.keep_deleted_days,
    }
