"""The schema that the migrations make, and how they are applied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from fruitful.storage.database import sqlalchemy_url
from fruitful.storage.migrate import MigrationFailed, is_ours, pending, upgrade
from fruitful.storage.tables import Base
from support.postgres import TemplateServer


def test_the_migrated_schema_is_the_one_in_code(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "include_name": is_ours}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def test_an_up_to_date_database_is_left_alone(database_url: str) -> None:
    assert pending(database_url) == []
    assert upgrade(database_url) == []


def test_two_processes_may_migrate_at_once(template_server: TemplateServer) -> None:
    with (
        template_server.fresh_database(migrated=False) as url,
        ThreadPoolExecutor(2) as threads,
    ):
        everything = pending(url)
        first, second = threads.map(upgrade, [url, url])

        assert sorted([first, second], key=len) == [[], everything]
        assert pending(url) == []


def test_a_database_from_a_newer_version_is_refused(database_url: str) -> None:
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(MigrationFailed, match="9999, which this version of Fruitful does not know"):
        upgrade(database_url)


def test_a_database_that_cannot_be_reached_is_named_in_one_line() -> None:
    with pytest.raises(MigrationFailed) as failure:
        upgrade("postgresql://nobody@127.0.0.1:1/nowhere")

    assert "\n" not in str(failure.value)
