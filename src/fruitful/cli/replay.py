"""A replay of house rules for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fruitful.domain.policy import Category, Outcome
from fruitful.services.replay_rules import Change, Replay


def print_replay(replay: Replay, console: Console) -> None:
    """Tables of what changes and what stays, then the comments that change, newest first."""
    console.print(
        f"{replay.replayed} decisions replayed, {replay.changed} would come out otherwise",
        highlight=False,
    )
    for why, count in replay.not_replayable.items():
        console.print(f"{count} cannot be replayed: {why}", highlight=False)
    console.print(_outcomes(replay))
    if any(old is not new for (_, old, new) in replay.verdicts):
        console.print(_verdicts(replay))
    for change in replay.changes:
        console.print(_line(change), soft_wrap=True)
    if (more := replay.changed - len(replay.changes)) > 0:
        console.print(f"… and {more} more", highlight=False)


def replay_to_record(replay: Replay) -> dict[str, Any]:
    """The replay as one JSON object."""
    return {
        "replayed": replay.replayed,
        "changed": replay.changed,
        "not_replayable": dict(replay.not_replayable),
        "outcomes": [
            {"old": old, "new": new, "count": count}
            for (old, new), count in sorted(replay.outcomes.items())
        ],
        "verdicts": [
            {"category": category, "old": old, "new": new, "count": count}
            for (category, old, new), count in sorted(replay.verdicts.items())
            if old is not new
        ],
        "changes": [_change(change) for change in replay.changes],
    }


def _outcomes(replay: Replay) -> Table:
    table = Table("before", *(f"now {outcome}" for outcome in Outcome), box=None)
    for old in Outcome:
        counts = [replay.outcomes.get((old, new), 0) for new in Outcome]
        if any(counts):
            table.add_row(old, *(str(count) if count else "–" for count in counts))
    return table


def _verdicts(replay: Replay) -> Table:
    table = Table("rule", "before", "now", "comments", box=None)
    for category in Category:
        for old in Outcome:
            for new in Outcome:
                count = replay.verdicts.get((category, old, new), 0)
                if count and old is not new:
                    table.add_row(category, old, new, str(count))
    return table


def _line(change: Change) -> Text:
    score = "" if change.score is None else f" {change.score:.2f}"
    rule = f"{change.category}{score}" if change.category else "a missing measurement"
    line = Text(f"{change.comment_id}  {change.old} → {change.new}  {rule}  {change.article}")
    if change.rule:
        line.append(f"  ({change.rule})")
    if change.text is not None:
        line.append("\n    " + " ".join(change.text.split()))
    return line


def _change(change: Change) -> dict[str, Any]:
    record: dict[str, Any] = {
        "comment_id": str(change.comment_id),
        "decision_id": str(change.decision_id),
        "article": change.article,
        "old": change.old,
        "new": change.new,
        "category": change.category,
        "rule": change.rule,
        "score": change.score,
    }
    return record if change.text is None else {**record, "text": change.text}
