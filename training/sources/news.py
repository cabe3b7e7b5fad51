"""Comments on news sites: typed spans by several raters (Civil Comments), and hate in threads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from training.examples import Example, Mark, bucket
from training.heads import SPAN_TYPES
from training.sources.crude import is_crude
from training.sources.tables import number, rows

SPANS_LICENCE = "CC0"
FOX_LICENCE = "MIT"
_ANY = len(SPAN_TYPES)


def read_spans(folder: Path) -> Iterator[Example]:
    """One example per comment: fractions of raters as labels, fractions per word as marks."""
    base = folder / "toxic_spans"
    marks = _marks(base)
    for row in rows(base / "comment_fractions_derived.csv"):
        text = row["comment_text"]
        raters = max(1.0, number(row["n_raters"]))
        yield Example(
            source="toxic_spans",
            part="dev" if bucket(row["comment_id"]) < 0.2 else "train",
            text=text,
            labels=_labels(row, text),
            marks=tuple(
                Mark(start=start, end=end, channel=channel, fraction=min(1.0, count / raters))
                for (start, end, channel), count in marks[row["comment_id"]].items()
            ),
        )


def _labels(row: dict[str, str], text: str) -> dict[str, float]:
    obscene = number(row["frac_profane_obscene"])
    labels = {
        "toxicity": 1.0 - number(row["frac_not_toxic"]),
        "insult": number(row["frac_insult"]),
        "identity_attack": number(row["frac_identity_attack"]),
        "threat": number(row["frac_threat"]),
        "obscene": obscene,
        "violence": number(row["frac_threat"]),
        "racism": number(row["frac_identity_attack"]),
        "discourtesy": number(row["frac_insult"]),
    }
    if obscene == 0 or is_crude(text):
        labels["vulgarity"] = labels["sexually_explicit"] = obscene
    return labels


def _marks(base: Path) -> dict[str, dict[tuple[int, int, int], int]]:
    comment_of = {r["annotation"]: r["comment_id"] for r in rows(base / "annotations.csv")}
    marks: dict[str, dict[tuple[int, int, int], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows(base / "spans.csv"):
        comment = comment_of.get(row["annotation"])
        if comment is None or row["type"] not in SPAN_TYPES:
            continue
        for channel in (SPAN_TYPES[row["type"]], _ANY):
            marks[comment][int(row["start"]), int(row["end"]), channel] += 1
    return marks


def read_fox(folder: Path) -> Iterator[Example]:
    """Hateful or not, read without names, title or thread."""
    path = folder / "fox_news_hate" / "fox-news-comments.jsonl"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            hateful = float(row["label"])
            yield Example(
                source="fox",
                part="dev" if bucket(row["title"]) < 0.2 else "train",
                text=row["text"],
                labels={"racism": hateful * 0.9, "identity_attack": hateful * 0.85},
            )
