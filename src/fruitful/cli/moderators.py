"""``fruitful moderators``: who may sign in to the newsroom."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.postgres import prepared_database
from fruitful.config import Settings, load_settings

moderators_app = typer.Typer(no_args_is_help=True, help="The people of the newsroom.")


@moderators_app.callback()
def _moderators() -> None:
    """The people of the newsroom."""


@moderators_app.command()
def add(
    name: Annotated[str, typer.Argument(help="As colleagues see it.")],
    email: Annotated[str, typer.Argument(help="What they sign in with.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Let somebody moderate."""
    with one_line_failures():
        password = _password(password_stdin)
        settings = load_settings()
        with prepared_database(settings) as database:
            asyncio.run(_add(settings, database.url, (name, email, password)))
        typer.echo(f"{name} may now sign in at /newsroom as {email}")


def _password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


async def _add(settings: Settings, database_url: str, who: tuple[str, str, str]) -> None:
    # Imported late: these bring the engine along, which a mistyped command should not wait for.
    from fruitful.bootstrap import make_world
    from fruitful.services.moderators import add_moderator

    world = make_world(settings, database_url)
    try:
        await add_moderator(world, *who)
    finally:
        await world.database.dispose()
        world.engine.close()
