"""Look at house rules before they are put in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from fruitful.cli.counting import counting
from fruitful.cli.failure import one_line_failures
from fruitful.cli.since import moment_since
from fruitful.cli.world import in_world
from fruitful.domain.errors import HouseRulesInvalid
from fruitful.domain.operating_points import ResolvedPoint
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.house_rules import load_default, parse_house_rules
from fruitful.moderation.operating_points import Curves, read_curves

if TYPE_CHECKING:
    from fruitful.services.world import World

rules_app = typer.Typer(name="rules", help="Work with house rules.", no_args_is_help=True)


@rules_app.callback()
def rules() -> None:
    """Work with house rules."""


@rules_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A house-rules file in TOML.")],
    classifier: Annotated[
        Path | None,
        typer.Option(help="The folder of another trained classifier, for operating points."),
    ] = None,
) -> None:
    """Say whether FILE is valid: print its rules with the scores that its operating points come
    to, or every mistake with its line."""
    try:
        house_rules = read_house_rules(file, read_curves(classifier) if classifier else None)
    except HouseRulesInvalid as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(1) from invalid
    _print_summary(file, house_rules)


@rules_app.command("replay")
def replay(  # noqa: PLR0913 - each option is a parameter
    file: Annotated[Path, typer.Argument(help="A house-rules file in TOML.")],
    since: Annotated[str, typer.Option(help="Such as 7d, 12h or 2026-11-01.")] = "7d",
    site: Annotated[str | None, typer.Option(help="Only this site, by its short name.")] = None,
    show: Annotated[int, typer.Option(min=0, help="How many changes to list.")] = 20,
    show_text: Annotated[bool, typer.Option("--show-text", help="List their texts too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what FILE would change on comments judged already, before it is in force.

    The comparison is with what was decided then; nothing is measured anew and nothing is changed.
    """
    from fruitful.cli.replay import print_replay, replay_to_record
    from fruitful.services.replay_rules import Replay, ReplayWanted, replay_rules

    wanted = ReplayWanted(site=site, since=moment_since(since), show=show, with_text=show_text)

    async def work(world: World) -> Replay:
        with counting("replayed") as on_progress:
            house_rules = read_house_rules(file, world.curves)
            return await replay_rules(world, house_rules, wanted, on_progress=on_progress)

    with one_line_failures():
        found = in_world(work)
    if as_json:
        typer.echo(json.dumps(replay_to_record(found)))
    else:
        print_replay(found, Console())


def read_house_rules(file: Path | None, curves: Curves | None = None) -> HouseRules:
    """The rules in ``file``, or the default ones; raises :class:`HouseRulesInvalid`."""
    if file is None:
        return load_default()
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise HouseRulesInvalid(f"{file}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise HouseRulesInvalid(f"{file}: not a text in UTF-8") from error
    return parse_house_rules(text, source=str(file), curves=curves)


def _print_summary(file: Path, house_rules: HouseRules) -> None:
    console = Console()
    console.print(f"{file}: ok, version {house_rules.version}", markup=False, soft_wrap=True)
    table = Table("rule", "hold at", "return at", "reject at", box=None)
    for category in Category:
        rule = house_rules.rules[category]
        table.add_row(
            category.value,
            *("–" if t is None else f"{t:g}" for t in (rule.hold_at, rule.return_at)),
            "–" if rule.reject_at is None else f"{rule.reject_at:g}",
        )
    console.print(table)
    for category in Category:
        rule = house_rules.rules[category]
        for name, resolved in (("hold", rule.hold_point), ("return", rule.return_point)):
            if resolved is not None:
                text = f"{category}: {name} where {describe_point(resolved)}"
                console.print(text, markup=False, highlight=False, soft_wrap=True)


def describe_point(resolved: ResolvedPoint) -> str:
    """An operating point with what it came to, what was measured there, and on what."""
    at = "no score" if resolved.threshold is None else f"{resolved.threshold:g}"
    parts = [f"{resolved.point}: {at}"]
    if (found := resolved.estimate) is not None:
        parts.append(
            f"measured {found.share:.3f} ({found.low:.3f} to {found.high:.3f}, 95 %)"
            f" on {resolved.mixture}, where it catches {found.caught} of {found.rests_on}"
            " comments that break the rule"
        )
    if resolved.caution:
        parts.append(f"note: {resolved.caution}")
    return "; ".join(parts)
