"""``fruitful audit``: see for yourself how evenly the engine judges."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from fruitful.cli.failure import one_line_failures
from fruitful.cli.rules import read_house_rules
from fruitful.domain.moderation import Decision, Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.neutrality.counterfactuals import Counterfactual, counterfactuals
from fruitful.moderation.neutrality.measures import Judged, by_family, by_term, share_wrong
from fruitful.moderation.pipeline import Engine

audit_app = typer.Typer(no_args_is_help=True, help="See how evenly the engine judges.")

_BATCH = 32
_DEADLINE_SECONDS = 120.0
"""One that a busy machine cannot miss: what is measured here is judgement, not speed."""


@audit_app.callback()
def audit() -> None:
    """See how evenly the engine judges."""


@audit_app.command()
def neutrality(
    house_rules: Annotated[
        Path | None, typer.Option(help="A policy in TOML; the default one otherwise.")
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Try one of so many templates.")] = 1,
    at_most: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Fail above this share in per cent of wrong groups."),
    ] = None,
    write: Annotated[Path | None, typer.Option(help="Write the report as Markdown too.")] = None,
) -> None:
    """Say the same of every party, nation, faith and identity, and compare the outcomes."""
    with one_line_failures():
        rules = read_house_rules(house_rules)
        engine = build_engine(threads=2, deadline_seconds=_DEADLINE_SECONDS)
        try:
            judged = asyncio.run(_judge(engine, rules, counterfactuals(every=every)))
        finally:
            engine.close()
        report = _report(judged, engine.model)
        if write is not None:
            write.write_text(report, encoding="utf-8")
    _print(judged)
    share = 100 * share_wrong(judged)
    if at_most is not None and share > at_most:
        typer.echo(f"{share:.1f} % of the groups are judged unevenly or wrongly", err=True)
        raise typer.Exit(1)


async def _judge(engine: Engine, rules: HouseRules, wanted: list[Counterfactual]) -> list[Judged]:
    texts = [variant.text for group in wanted for variant in group.variants]
    decisions: list[Decision] = []
    console = Console(stderr=True)
    for start in track(
        range(0, len(texts), _BATCH), "judging", console=console, disable=not console.is_terminal
    ):
        batch = [Submission(text=text) for text in texts[start : start + _BATCH]]
        decisions += await engine.judge_batch(batch, rules)
    found = iter(decisions)
    return [Judged.of(group, [next(found) for _ in group.variants]) for group in wanted]


def _print(judged: list[Judged]) -> None:
    console = Console()
    table = Table("axis", "sentences", "groups", "flip", "even but wrong", box=None)
    for result in by_family(judged):
        table.add_row(
            result.axis,
            result.family,
            str(result.total),
            str(result.flips),
            str(result.evenly_wrong),
        )
    console.print(table)
    terms = Table("axis", "term", "score gap", "subgroup", "BPSN", "BNSP", box=None)
    for term in by_term(judged)[:15]:
        areas = (f"{value:.3f}" for value in (term.subgroup, term.bpsn, term.bnsp))
        terms.add_row(term.axis, term.term, f"{term.gap:+.3f}", *areas)
    console.print(terms)
    console.print(f"{len(judged)} groups, {100 * share_wrong(judged):.1f} % uneven or wrong")


def _report(judged: list[Judged], model: str) -> str:
    lines = [
        "# Neutrality",
        "",
        "Written by `fruitful audit neutrality --write FILE`. Each group is one sentence said of",
        "every term of an axis; it *flips* when the outcome depends on the term.",
        "",
        f"Engine: {model}.",
        "",
        f"{len(judged)} groups, {sum(len(j.published) for j in judged)} sentences: "
        f"{100 * share_wrong(judged):.1f} % flip, or are even but wrong.",
        "",
        "| axis | sentences | groups | flip | even but wrong |",
        "|---|---|---|---|---|",
        *(
            f"| {r.axis} | {r.family} | {r.total} | {r.flips} | {r.evenly_wrong} |"
            for r in by_family(judged)
        ),
        "",
        "How each term fares: its mean score less the mean of its axis over all sentences, and the",
        "areas under the ROC curve of D. Borkan et al., 2019 (subgroup; BPSN, low where clean",
        "sentences on the term look abusive; BNSP, low where abuse of it goes unseen).",
        "",
        "| axis | term | score gap | subgroup | BPSN | BNSP |",
        "|---|---|---|---|---|---|",
        *(
            f"| {t.axis} | {t.term} | {t.gap:+.3f} | {t.subgroup:.3f} | {t.bpsn:.3f} "
            f"| {t.bnsp:.3f} |"
            for t in by_term(judged)
        ),
        "",
    ]
    return "\n".join(lines)
