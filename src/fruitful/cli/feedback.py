"""``fruitful feedback``: what moderators decided, as material to learn from."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from fruitful.cli.counting import counting
from fruitful.cli.failure import one_line_failures
from fruitful.cli.replay import print_replay
from fruitful.cli.since import moment_since
from fruitful.cli.world import in_world

if TYPE_CHECKING:
    from fruitful.domain.calibration import Proposal
    from fruitful.services.calibrate_site import Calibration
    from fruitful.services.export_feedback import Lesson
    from fruitful.services.world import World

feedback_app = typer.Typer(no_args_is_help=True, help="Learn from what moderators decided.")

Slug = Annotated[str, typer.Argument(help="The site's short name.")]


@feedback_app.command()
def export(
    since: Annotated[str | None, typer.Option(help="Such as 30d or 2026-11-01.")] = None,
    site: Annotated[str | None, typer.Option(help="Only this site, by its short name.")] = None,
) -> None:
    """Write moderators' decisions as JSON lines, newest first, for training a model of your own.

    No names and no addresses; private details in texts are masked. Texts stay what readers wrote:
    keep the file as carefully as the database.
    """
    from fruitful.services.export_feedback import FeedbackWanted, export_feedback

    wanted = FeedbackWanted(site=site, since=moment_since(since) if since else None)

    async def work(world: World) -> None:
        count = 0
        with counting("exported") as on_progress:
            async for lesson in export_feedback(world, wanted):
                sys.stdout.write(json.dumps(lesson_to_record(lesson)) + "\n")
                count += 1
                on_progress(count)

    with one_line_failures():
        in_world(work)


@feedback_app.command()
def calibrate(
    site: Slug,
    apply: Annotated[bool, typer.Option("--apply", help="Put it in force.")] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Return to what was in force before.")
    ] = False,
) -> None:
    """Show where SITE's moderators draw the line, and what moving the thresholds there would
    change; nothing is changed without --apply."""
    from fruitful.services.calibrate_site import (
        apply_calibration,
        propose_calibration,
        take_back_calibration,
    )

    if apply and take_back:
        raise typer.BadParameter("either --apply or --take-back")

    async def work(world: World) -> None:
        if take_back:
            record = await take_back_calibration(world, site)
            typer.echo(f"Calibration {record.learnt.version} is taken back.")
            return
        proposed = await propose_calibration(world, site)
        print_calibration(proposed, Console())
        if apply:
            record = await apply_calibration(world, site, seal=proposed.seal)
            typer.echo(f"Calibration {record.learnt.version} is in force.")

    with one_line_failures():
        in_world(work)


def print_calibration(proposed: Calibration, console: Console) -> None:
    """The old thresholds beside the new ones, and the effect."""
    console.print(
        f"{proposed.site.name}: house rules {proposed.house_rules.version}", highlight=False
    )
    if proposed.in_force is not None:
        state = "has lapsed: rules or model are others now" if proposed.has_lapsed else "in force"
        console.print(f"Calibration {proposed.in_force.version} {state}.", highlight=False)
    table = Table("rule", "hold at", "return at", "audited", "broke it", "", box=None)
    for proposal in proposed.proposals:
        table.add_row(*_row(proposal))
    console.print(table)
    if proposed.effect is None:
        console.print("Nothing to apply.")
        return
    console.print("Beside the rules in force, on the latest decisions:")
    print_replay(proposed.effect, console)


def _row(proposal: Proposal) -> tuple[str, ...]:
    old, new = proposal.old, proposal.new
    return (
        proposal.category,
        _moved(old.hold_at, new.hold_at),
        _moved(old.return_at, new.return_at),
        str(proposal.audited),
        str(proposal.broke),
        proposal.why,
    )


def _moved(old: float | None, new: float | None) -> str:
    before, after = ("–" if each is None else f"{each:.3g}" for each in (old, new))
    return before if before == after else f"{before} → {after}"


def lesson_to_record(lesson: Lesson) -> dict[str, Any]:
    """One line of the export; docs/how-to/house-rules.md describes every field."""
    engine = lesson.engine
    return {
        "id": lesson.id,
        "site": lesson.site,
        "article": {"title": lesson.article_title},
        "text": lesson.text,
        "engine": {
            "outcome": engine.outcome,
            "verdicts": dict(engine.verdicts),
            "scores": dict(engine.findings.scores),
            "attributes": dict(engine.findings.attributes),
            "missing": [f"{m.detector}:{m.cause}" for m in engine.findings.missing],
            "reasons": [
                {
                    "category": reason.category,
                    "outcome": reason.outcome,
                    "detector": reason.detector,
                    "score": reason.score,
                }
                for reason in engine.reasons
            ],
            "model": engine.findings.model,
            "house_rules": engine.house_rules,
        },
        "moderator": {
            "action": lesson.action,
            "category": lesson.category,
            "note": lesson.note,
            "at": lesson.ruled_at.isoformat(),
        },
        "published": lesson.is_seen,
        "overruled": lesson.is_overruled,
        "appeal": lesson.appeal,
    }
