"""``fruitful sites`` and ``fruitful articles``: what is served, and what still takes comments."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.world import in_world

if TYPE_CHECKING:
    from fruitful.services.world import World

sites_app = typer.Typer(no_args_is_help=True, help="The websites served here.")
articles_app = typer.Typer(no_args_is_help=True, help="Which articles take comments.")

Url = Annotated[str, typer.Argument(help="The article's address.")]


@sites_app.command()
def add(
    slug: Annotated[str, typer.Argument(help="A short name, such as courier.")],
    name: Annotated[str, typer.Argument(help="The name that readers know.")],
    origin: Annotated[
        list[str], typer.Option(help="Where its pages are, such as https://courier.example.")
    ],
    guests: Annotated[bool, typer.Option(help="Whether readers may write without an account.")] = (
        True
    ),
    house_rules: Annotated[
        Path | None, typer.Option(help="Its own house rules; the default ones otherwise.")
    ] = None,
) -> None:
    """Serve a website: its pages may embed comments from now on."""
    from fruitful.services.publish_sites import NewSite, add_site

    new = NewSite(
        slug=slug, name=name, origins=origin, guests_allowed=guests, house_rules=house_rules
    )

    async def work(world: World) -> str:
        site = await add_site(world, new)
        return f"{site.name} may now embed comments on {', '.join(site.origins)}"

    _run(work)


@sites_app.command("list")
def list_sites() -> None:
    """Name the websites served here, with their origins."""
    from fruitful.services.publish_sites import every_site

    async def work(world: World) -> str:
        lines = [
            f"{site.slug}  {site.name}  {' '.join(site.origins)}"
            for site in await every_site(world)
        ]
        return "\n".join(lines) or "No site yet: fruitful sites add"

    _run(work)


@sites_app.command("set")
def set_options(
    slug: Annotated[str, typer.Argument(help="The site's short name.")],
    choices: Annotated[
        list[str] | None, typer.Argument(help="Such as contact=editors@courier.example.")
    ] = None,
) -> None:
    """Set what can be chosen for a site; without a choice, show what is in force."""
    from fruitful.services.publish_sites import set_site_options

    wanted = dict(_pairs(choices))

    async def work(world: World) -> str:
        options = await set_site_options(world, slug, wanted)
        return "\n".join(
            f"{f.name}={_shown(f.name, getattr(options, f.name))}" for f in fields(options)
        )

    _run(work)


@sites_app.command("sign-in")
def sign_in(
    slug: Annotated[str, typer.Argument(help="The site's short name.")],
    choices: Annotated[
        list[str] | None,
        typer.Argument(help="Such as guests=no email=yes; jwt_secret=- asks, @FILE reads a file."),
    ] = None,
) -> None:
    """Choose how readers of a site sign in; without a choice, show what is in force."""
    from fruitful.services.site_sign_in import set_up_sign_in

    async def work(world: World) -> str:
        chosen = await set_up_sign_in(world, slug, wanted)
        lines = [f"readers: {', '.join(chosen.ways) or 'none'}"]
        lines += [f"{kind}={value}" for kind, value in sorted(chosen.keys.items())]
        return "\n".join([*lines, *(f"missing: {what}" for what in chosen.missing)])

    with one_line_failures():
        wanted = {name: _read(name, value) for name, value in _pairs(choices)}
    _run(work)


def _pairs(choices: list[str] | None) -> list[tuple[str, str]]:
    pairs = [choice.partition("=") for choice in choices or []]
    if any(not sign for _, sign, _ in pairs):
        raise typer.BadParameter("a choice is a name, an equals sign and a value")
    return [(name, value) for name, _, value in pairs]


def _read(name: str, value: str) -> str:
    """The value, or what a secret's ``-`` or a file's ``@`` stands for: what is typed as an
    argument is seen by everybody on the machine, and stays in the shell's history."""
    if value == "-":
        return str(typer.prompt(name, hide_input=sys.stdin.isatty(), err=True))
    return Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value


def _shown(name: str, value: object) -> object:
    """The value as it may stand on a screen: a secret that is set is only stars."""
    return "***" if value and name.endswith("_secret") else value


@articles_app.command()
def close(url: Url) -> None:
    """Take no more comments on an article; those that are there stay."""
    from fruitful.services.publish_sites import close_article

    async def work(world: World) -> str:
        return f"Closed: {(await close_article(world, url)).url}"

    _run(work)


@articles_app.command()
def reopen(url: Url) -> None:
    """Take comments on an article again."""
    from fruitful.services.publish_sites import reopen_article

    async def work(world: World) -> str:
        return f"Open: {(await reopen_article(world, url)).url}"

    _run(work)


def _run(work: Callable[[World], Awaitable[str]]) -> None:
    with one_line_failures():
        typer.echo(in_world(work))
