"""``fruitful db``: the schema and the address of the database."""

from __future__ import annotations

import signal

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.postgres import reachable_database
from fruitful.config import load_settings
from fruitful.storage.migrate import upgrade

db_app = typer.Typer(no_args_is_help=True, help="The schema and the address of the database.")


@db_app.command("upgrade")
def upgrade_schema() -> None:
    """Bring the database to this version's schema."""
    with one_line_failures(), reachable_database(load_settings()) as database:
        applied = upgrade(database.url)
        typer.echo(f"applied: {', '.join(applied)}" if applied else "already up to date")


@db_app.command()
def url() -> None:
    """Print the address of the database, password included, and keep it running until Ctrl-C.

    The embedded PostgreSQL lives no longer than the process that started it, so this is how
    psql and pg_dump reach it while no server runs.
    """
    with one_line_failures(), reachable_database(load_settings()) as database:
        typer.echo(database.url)
        if database.embedded is not None and database.embedded.is_owner:
            typer.echo("Ctrl-C stops it", err=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
