"""Train the spam model, measure it on videos it has not seen, and write the artefact."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fruitful.moderation.normalise import fold
from fruitful.moderation.spam.model import BUCKETS, features
from training.settings import ROOT, data_folder
from training.spam.corpora import (
    Example,
    expand_grammar,
    read_discussion,
    read_messages,
    read_video_comments,
)
from training.spam.counting import count_letters
from training.spam.fitting import Fitted, Floats, auc, calibrate, fit

_TARGET = ROOT / "src" / "fruitful" / "moderation" / "data" / "spam"
_SEED = 20261124
# One comment in ten is taken to be spam, about what an unprotected comment section receives.
_PREVALENCE = 0.1
_WEIGHTS = {"video": 3.0, "own": 2.5, "messages": 0.4, "wiki": 1.0, "news": 1.0, "forum": 1.5}

Row = NDArray[np.int64]


def main() -> None:
    """Measure by leaving one video out, calibrate on what was left out, then fit on everything."""
    examples = _gather()
    rows = [features(fold(example.text).text) for example in examples]
    labels = np.array([float(example.is_spam) for example in examples])
    groups = np.array([example.group for example in examples])
    train = np.array([not group.endswith(":dev") for group in groups])

    copied = _copied(rows, groups)
    held = {
        group: _fit(rows, labels, groups, train & (groups != group) & ~copied[group])
        for group in copied
    }
    raw, known = _held_out(held, rows, groups)
    slope, offset = calibrate(raw[known], labels[known], _balanced(labels, groups)[known])
    probability = 1 / (1 + np.exp(-(slope * raw + offset)))

    final = _fit(rows, labels, groups, train)
    manifest = {
        "version": datetime.now(UTC).strftime("%Y-%m-%d"),
        "kind": f"logistic regression over {BUCKETS} hashed words, word pairs and 3- to 5-grams",
        "bias": final.bias,
        "calibration": {
            "method": "Platt scaling on held-out scores",
            "slope": slope,
            "offset": offset,
            "prevalence": _PREVALENCE,
        },
        "data": _SOURCES,
        "trained_on": {"spam": int(labels[train].sum()), "honest": int((1 - labels)[train].sum())},
        "measured_on": (
            "each video by a model trained without it and without near copies of its comments; "
            "the other groups by the mean of those models; shares at or above a probability"
        ),
        "measured": _measured(probability, labels, groups, known),
    }
    np.savez_compressed(_TARGET / "model.npz", weights=final.weights.astype(np.float16))
    np.savez_compressed(_TARGET / "letters.npz", letters=count_letters(_honest(examples, train)))
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (_TARGET / "model.json").write_text(text, encoding="utf-8")
    print(text)


def _honest(examples: list[Example], chosen: NDArray[np.bool_]) -> list[str]:
    """The honest comments of discussions: what writing looks like."""
    return [
        example.text
        for example, is_chosen in zip(examples, chosen, strict=True)
        if is_chosen and example.group.startswith(("wiki:", "news:", "forum:"))
    ]


_SOURCES = [
    {
        "name": "YouTube Spam Collection (Alberto, Lochter, Almeida 2015), four videos",
        "licence": "CC BY 4.0 (as stated by the authors)",
    },
    {
        "name": "SMS Spam Collection (Almeida, Hidalgo, Yamakami 2011)",
        "licence": "CC BY 4.0 (as stated by the authors)",
    },
    {
        "name": "Jigsaw toxic comment classification, train, head (honest texts only)",
        "licence": "data CC0, text CC BY-SA (as stated)",
    },
    {"name": "Civil Comments in context, toxic spans (honest texts only)", "licence": "CC0"},
    {"name": "Reddit incivility (honest texts only)", "licence": "BSD-3-Clause"},
    {"name": "Fox News user comments (honest texts only, names removed)", "licence": "MIT"},
    {"name": "own templates, training/spam/grammar.toml", "licence": "Apache-2.0"},
]


def _gather() -> list[Example]:
    data, dice = data_folder(), random.Random(_SEED)
    return [
        *read_video_comments(data),
        *read_messages(data),
        *read_discussion(data, dice),
        *expand_grammar(dice),
    ]


def _videos(groups: NDArray[np.str_]) -> list[str]:
    return sorted({str(group) for group in groups if group.startswith("video:")})


def _copied(rows: list[Row], groups: NDArray[np.str_]) -> dict[str, NDArray[np.bool_]]:
    """For each video, the comments elsewhere that nearly copy one under it.

    Advertisers post the same under many videos; a model that has seen the copy proves nothing.
    """
    sets = {i: set(rows[i].tolist()) for i in np.flatnonzero(np.char.startswith(groups, "video:"))}
    copied = {group: np.zeros(len(rows), dtype=bool) for group in _videos(groups)}
    for i, j in combinations(sets, 2):
        if groups[i] != groups[j]:
            common = len(sets[i] & sets[j])
            if common >= 0.5 * (len(sets[i]) + len(sets[j]) - common):
                copied[str(groups[i])][j] = copied[str(groups[j])][i] = True
    return copied


def _fit(
    rows: list[Row], labels: Floats, groups: NDArray[np.str_], chosen: NDArray[np.bool_]
) -> Fitted:
    picked = np.flatnonzero(chosen)
    weights = np.array([_WEIGHTS[group.split(":")[0]] for group in groups[picked]])
    return fit([rows[i] for i in picked], labels[picked], weights, seed=_SEED)


def _held_out(
    held: dict[str, Fitted], rows: list[Row], groups: NDArray[np.str_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores by models that have not seen the text: of its video's model, or the mean of all."""
    raw = np.zeros(len(rows))
    for group, fitted in held.items():
        picked = np.flatnonzero(groups == group)
        raw[picked] = fitted.raw([rows[i] for i in picked])
    dev = np.flatnonzero([group.endswith(":dev") for group in groups])
    raw[dev] = np.mean([f.raw([rows[i] for i in dev]) for f in held.values()], axis=0)
    return raw, np.isin(groups, list(held)) | np.char.endswith(groups, ":dev")


def _balanced(labels: Floats, groups: NDArray[np.str_]) -> Floats:
    """Weights by which every source of a class counts alike, and spam as much as it occurs."""
    weights = np.zeros(labels.size)
    for label, share in ((1.0, _PREVALENCE), (0.0, 1 - _PREVALENCE)):
        kinds = {
            prefix: (labels == label) & np.char.startswith(groups, prefix)
            for prefix in ("video:", "own:dev", "wiki:dev", "news:dev", "forum:dev")
        }
        present = [mask for mask in kinds.values() if mask.any()]
        for mask in present:
            weights[mask] = share / len(present) / mask.sum()
    return weights * labels.size


def _measured(
    probability: Floats, labels: Floats, groups: NDArray[np.str_], known: NDArray[np.bool_]
) -> dict[str, Any]:
    def caught(mask: NDArray[np.bool_], threshold: float) -> float:
        return round(float((probability[mask] >= threshold).mean()), 4)

    result: dict[str, Any] = {}
    for group in sorted(set(groups[known])):
        mask = groups == group
        entry: dict[str, float] = {}
        if 0 < labels[mask].mean() < 1:
            entry["auc"] = round(auc(probability[mask], labels[mask]), 4)
        for label, name in ((1, "spam"), (0, "honest")):
            part = mask & (labels == label)
            if part.any():
                entry |= {f"{name}_at_{t}": caught(part, t) for t in (0.5, 0.9)}
        result[str(group)] = entry
    return result


if __name__ == "__main__":
    main()
