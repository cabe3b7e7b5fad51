"""How much of what is caught is still caught when its words are disguised, attack by attack.

``python -m benchmarks.quality.evasion [--write FILE]``. The words disguised are those that the
engine marked; in clean texts it is the longest word, and nothing new may be caught.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.attacks import ATTACKS, HELD_OUT, Attack
from benchmarks.quality.cases import cases
from benchmarks.quality.house_rules_check import judge_all
from fruitful.domain.moderation import Decision
from fruitful.domain.policy import Outcome

_CASES_PER_BEHAVIOUR = 6
_HELD_OUT_TEXTS = Path(__file__).with_name("evasion_heldout.toml")
_MARK = re.compile(r"\{(\w+)\}")
_HEAD = (
    "# Evasion",
    "",
    "What `make bench-quality` found when words were disguised. Left: texts that are caught",
    "as they stand. Right: clean texts with their longest word disguised. What was held out was",
    "set down before the normaliser was written, and was never what it was mended for.",
)


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
            found.append(Target(text, (_longest(text),), is_caught=False))
            continue
        marked = [text[r.span.start : r.span.end] for r in decision.reasons if r.span]
        words = tuple({word for mark in marked for word in mark.split() if word.isalpha()})
        if words:
            found.append(Target(text, words, is_caught=True))
    return found


async def held_out() -> list[Target]:
    """The sentences of ``evasion_heldout.toml``, as far as they come out rightly as they stand."""
    lists = tomllib.loads(_HELD_OUT_TEXTS.read_text("utf-8"))
    marked = [(_MARK.sub(r"\1", text), tuple(_MARK.findall(text))) for text in lists["bad"]]
    plain = [(text, (_longest(text),)) for text in lists["clean"]]
    decisions = await judge_all([text for text, _ in (*marked, *plain)])
    return [
        Target(text, words, is_caught=bad)
        for (text, words), decision, bad in zip(
            (*marked, *plain), decisions, [True] * len(marked) + [False] * len(plain), strict=True
        )
        if (decision.outcome is not Outcome.PUBLISH) is bad
    ]


def _longest(text: str) -> str:
    return max(text.replace("'", " ").split(), key=len).strip('.,!?:;"()')


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


async def _table(wanted: Sequence[Target], attacks: Mapping[str, Attack]) -> list[str]:
    lines = [
        "",
        "| attack | caught texts changed | still caught | clean texts changed | newly caught |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, attack in attacks.items():
        bad, still, clean, new = await measure(wanted, attack)
        kept = f"{still / bad:.0%}" if bad else "–"
        lines.append(f"| {name} | {bad} | {kept} | {clean} | {new} |")
    return lines


async def _page() -> str:
    tried = [case.text for case in cases(_CASES_PER_BEHAVIOUR)]
    seen = targets(tried, await judge_all(tried))
    unseen = await held_out()
    lines = [*_HEAD, "", "## Texts and attacks in view when the normaliser was written"]
    lines += await _table(seen, ATTACKS)
    lines += ["", "## The same texts, attacks held out", *await _table(seen, HELD_OUT)]
    lines += ["", "## Texts held out, attacks in view", *await _table(unseen, ATTACKS)]
    lines += ["", "## Texts and attacks held out", *await _table(unseen, HELD_OUT)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every attack and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="write the page for the docs")
    arguments = parser.parse_args()
    page = asyncio.run(_page())
    print(page)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
