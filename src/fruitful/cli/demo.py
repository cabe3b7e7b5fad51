"""``fruitful demo``: everything at once, on the front page of a newspaper that does not exist."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.serve import run_server
from fruitful.cli.supervisor import CannotServe
from fruitful.config import Settings, load_settings
from fruitful.observability import configure_logging

if TYPE_CHECKING:
    from fruitful.web.demo.seed import DemoLogin


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
        logins: list[DemoLogin] = []

        def prepare(database_url: str, address: str) -> None:
            typer.echo("Preparing the newspaper …", err=True)
            logins.append(asyncio.run(_seed(settings, database_url, address)))

        run_server(
            settings,
            prepare=prepare,
            on_ready=lambda address: _welcome(address, logins[0], settings.state_dir),
        )


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


async def _seed(settings: Settings, database_url: str, address: str) -> DemoLogin:
    # Imported late: they bring the engine along, which a mistyped option should not wait for.
    from fruitful.bootstrap import make_world
    from fruitful.web.demo.seed import seed_demo

    world = make_world(settings, database_url)
    try:
        return await seed_demo(world, address=address)
    finally:
        await world.database.dispose()
        world.engine.close()


def _welcome(address: str, login: DemoLogin, state_dir: Path) -> None:
    typer.echo(
        f"""
  The newspaper   {address}/
  The newsroom    {address}/newsroom
                  sign in as {login.email} with the password {login.password}
  The API         {address}/docs

  Fruitful serves {address} and keeps the conversation in {state_dir}. Ctrl-C stops it.
"""
    )
