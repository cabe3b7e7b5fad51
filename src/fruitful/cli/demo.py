"""``fruitful demo``: everything at once, on the front page of a newspaper that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.seeding import seed
from fruitful.cli.serve import run_server
from fruitful.cli.supervisor import CannotServe
from fruitful.config import Settings, load_settings
from fruitful.observability import configure_logging


def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    state_dir: Annotated[
        Path | None, typer.Option(help="Where the conversation is kept from run to run.")
    ] = None,
) -> None:
    """Try everything on a small fictional newspaper, until Ctrl-C.

    It has a database of its own, whatever DATABASE_URL says.
    """
    with one_line_failures():
        settings = _demo_settings(port, state_dir)
        configure_logging(settings.log_format, settings.log_level)
        _require_widget()
        login = ("", "")

        def prepare(environment: Mapping[str, str], address: str) -> None:
            nonlocal login
            typer.echo("Preparing the newspaper …", err=True)
            login = seed(environment, address)

        def welcome(address: str) -> None:
            _welcome(address, login, settings.state_dir)

        run_server(settings, prepare=prepare, on_ready=welcome)


def _demo_settings(port: int | None, state_dir: Path | None) -> Settings:
    chosen = load_settings(port=port, state_dir=state_dir)
    changes: dict[str, object] = {"demo": True, "database_url": None}
    if state_dir is None:
        changes["state_dir"] = chosen.state_dir / "demo"
    if "log_level" not in chosen.model_fields_set:
        # A line for each request would bury the addresses.
        changes["log_level"] = "warning"
    return chosen.model_copy(update=changes)


def _require_widget() -> None:
    if not files("fruitful.web").joinpath("static", "dist", "embed.js").is_file():
        raise CannotServe(
            "the widget has not been built: run npm ci && npm run build, or make demo"
        )


def _welcome(address: str, login: tuple[str, str], state_dir: Path) -> None:
    email, password = login
    typer.echo(
        f"""
  The newspaper   {address}/
  The newsroom    {address}/newsroom
                  sign in as {email} with the password {password}
  The API         {address}/docs

  Fruitful serves {address} and keeps the conversation in {state_dir}. Ctrl-C stops it.
"""
    )
