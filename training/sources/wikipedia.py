"""Wikipedia talk pages (Jigsaw 2018), the only source at natural prevalence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.examples import Example, bucket
from training.sources.crude import is_crude
from training.sources.tables import number, rows

LICENCE = "data CC0, text CC BY-SA (as stated)"
NATURAL_ROWS = 20_000
DEVELOPMENT_FROM = 12_000
"""Rows 12,000 to 19,999 of the contiguous head are never trained on: even ones calibrate,
odd ones report."""


def read(folder: Path) -> Iterator[Example]:
    """Every row, the head split by position and the enriched remainder all for training."""
    for row in rows(folder / "jigsaw_toxic" / "train.csv"):
        text = row["comment_text"]
        index = int(number(row["row_index"])) if row["row_index"] else NATURAL_ROWS
        part = "train"
        if DEVELOPMENT_FROM <= index < NATURAL_ROWS:
            part = "calibration" if bucket(text) < 0.5 else "dev"
        natural = "jigsaw" if part == "train" else "jigsaw_natural"
        yield Example(source=natural, part=part, text=text, labels=_labels(row, text))


def _labels(row: dict[str, str], text: str) -> dict[str, float]:
    toxic, obscene = number(row["toxic"]), number(row["obscene"])
    insult, threat, hate = (number(row[k]) for k in ("insult", "threat", "identity_hate"))
    labels = {
        "toxicity": toxic,
        "severe_toxicity": number(row["severe_toxic"]),
        "insult": insult,
        "identity_attack": hate,
        "threat": threat,
        "obscene": obscene,
        "violence": threat,
        "racism": hate,
    }
    if not toxic or insult:
        labels["discourtesy"] = insult
    elif not (obscene or threat):
        # Judged toxic for no other named reason: nearly always plain rudeness.
        labels["discourtesy"] = 0.7
    if obscene and is_crude(text):
        labels |= {"vulgarity": 0.9, "sexually_explicit": 0.8}
    elif not obscene:
        labels |= {"vulgarity": 0.0, "sexually_explicit": 0.0}
    return labels
