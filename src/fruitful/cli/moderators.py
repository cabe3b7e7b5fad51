"""``fruitful moderators``: who may sign in to the newsroom."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.world import in_world

if TYPE_CHECKING:
    from fruitful.services.world import World

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

        async def work(world: World) -> None:
            from fruitful.services.moderators import add_moderator

            await add_moderator(world, name, email, password)

        in_world(work)
        typer.echo(f"{name} may now sign in at /newsroom as {email}")


def _password(from_standard_input: bool) -> str:
    if from_standard_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
