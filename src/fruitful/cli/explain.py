"""Show one decision to a person at a terminal: the outcome, why, and where in the text."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from fruitful.domain.moderation import Decision, Reason
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.pipeline import Engine
from fruitful.moderation.scoring import parse_score_record

_COLOURS = {
    Outcome.PUBLISH: "green",
    Outcome.HOLD: "yellow",
    Outcome.RETURN: "red",
    Outcome.REJECT: "bold red",
}


def explain_text(engine: Engine, house_rules: HouseRules, text: str) -> None:
    """Judge ``text`` and print the decision; colours only where the terminal has them.

    Raises a :class:`DomainError` where the text cannot be scored at all.
    """
    _, submission = parse_score_record({"text": text})
    decision = asyncio.run(engine.judge(submission, house_rules))
    console = Console()
    colour = _COLOURS[decision.outcome]
    console.print(f"[{colour}]{decision.outcome.value}[/]")
    console.print(_marked(text, decision))
    for reason in decision.reasons:
        console.print(_sentence(reason, text))
    console.print(_scores(decision))
    console.print(f"{decision.findings.model}, {decision.house_rules}", style="dim", markup=False)


def _marked(text: str, decision: Decision) -> Text:
    marked = Text(text)
    for reason in decision.reasons:
        if reason.span:
            marked.stylize(f"underline {_COLOURS[reason.outcome]}", *_bounds(reason))
    for span in decision.redactions:
        marked.stylize("reverse", span.start, span.end)
    return marked


def _bounds(reason: Reason) -> tuple[int, int | None]:
    return (reason.span.start, reason.span.end) if reason.span else (0, None)


def _sentence(reason: Reason, text: str) -> str:
    colour = _COLOURS[reason.outcome]
    category = reason.category.value if reason.category else "everything"
    score = "" if reason.score is None else f" {reason.score:.2f}"
    words = f" “{text[slice(*_bounds(reason))]}”" if reason.span else ""
    detail = f"{category}{score}{words}: {reason.detector} {reason.evidence}"
    return f"  [{colour}]{reason.outcome.value}[/] {escape(detail)}"


def _scores(decision: Decision) -> Table:
    table = Table("category", "score", "alone", box=None)
    for category in Category:
        measured = decision.findings.scores[category]
        verdict = decision.verdicts[category]
        table.add_row(
            category.value,
            "missing" if measured is None else f"{measured:.2f}",
            f"[{_COLOURS[verdict]}]{verdict.value}[/]",
        )
    return table
