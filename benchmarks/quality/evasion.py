"""How much of what is caught is still caught when its words are disguised, attack by attack.

``python -m benchmarks.quality.evasion [--write FILE]``. The words disguised are those that the
engine marked; in clean texts it is the longest word, and nothing new may be caught.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.attacks import ATTACKS, Attack
from benchmarks.quality.cases import cases
from benchmarks.quality.house_rules_check import judge_all
from fruitful.domain.moderation import Decision
from fruitful.domain.policy import Outcome

_CASES_PER_BEHAVIOUR = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A text, the words in it to disguise, and whether it was caught before."""

    text: str
    words: tuple[str, ...]
    is_caught: bool


def targets(tried: Sequence[str], decisions: Sequence[Decision]) -> list[Target]:
    """What there is to disguise: marked words of what was caught, a long word of what was not."""
    found = []
    for text, decision in zip(tried, decisions, strict=True):
        if decision.outcome is Outcome.PUBLISH:
            words = (max(text.replace("'", " ").split(), key=len).strip('.,!?:;"()'),)
            found.append(Target(text, words, is_caught=False))
            continue
        marked = [text[r.span.start : r.span.end] for r in decision.reasons if r.span]
        words = tuple({word for mark in marked for word in mark.split() if word.isalpha()})
        if words:
            found.append(Target(text, words, is_caught=True))
    return found


async def measure(wanted: Sequence[Target], attack: Attack) -> tuple[int, int, int, int]:
    """Caught texts that the attack changes and those still caught; clean ones, and newly caught."""
    changed = [(t, attack(t.text, t.words)) for t in wanted]
    changed = [(target, text) for target, text in changed if text != target.text]
    decisions = await judge_all([text for _, text in changed])
    caught = [
        (target.is_caught, decision.outcome is not Outcome.PUBLISH)
        for (target, _), decision in zip(changed, decisions, strict=True)
    ]
    bad = [now for before, now in caught if before]
    clean = [now for before, now in caught if not before]
    return len(bad), sum(bad), len(clean), sum(clean)


async def _table() -> str:
    tried = [case.text for case in cases(_CASES_PER_BEHAVIOUR)]
    wanted = targets(tried, await judge_all(tried))
    lines = [
        "# Evasion",
        "",
        "What `make bench-quality` found when words were disguised. Left: texts that are caught",
        "as they stand. Right: clean texts with their longest word disguised.",
        "",
        "| attack | caught texts changed | still caught | clean texts changed | newly caught |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, attack in ATTACKS.items():
        bad, still, clean, new = await measure(wanted, attack)
        kept = f"{still / bad:.0%}" if bad else "–"
        lines.append(f"| {name} | {bad} | {kept} | {clean} | {new} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every attack and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="write the page for the docs")
    arguments = parser.parse_args()
    table = asyncio.run(_table())
    print(table)
    if arguments.write:
        arguments.write.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
