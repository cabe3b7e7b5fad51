"""Write the model card from the manifest: every number in it was measured, none is typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fruitful.domain.policy import Category
from fruitful.moderation.house_rules import load_default
from training.heads import CATEGORY_HEADS

_TEMPLATE = Path(__file__).parent / "card.md"
_FAST = Path(__file__).parent / "card_fast.md"
_SOURCES = {
    "jigsaw_natural": "Wikipedia talk, natural prevalence",
    "toxic_spans": "news comments (Civil Comments)",
    "fox": "news comments in threads",
    "gab": "Gab",
    "cad": "Reddit (CAD)",
    "edos": "Gab and Reddit (EDOS)",
    "hatemoji": "adversarial, with emoji",
    "implicit_hate": "tweets, implicit hate",
    "reddit_incivility": "Reddit (incivility)",
    "trac": "Facebook (TRAC-1)",
    "paradetox": "ParaDetox",
    "toxigen": "ToxiGen (never trained on)",
    "grammar_dev": "our own, held-out templates",
    "all": "all of these together",
}


def write_card(manifest: Path, path: Path) -> None:
    """Fill ``card.md`` with the manifest's figures."""
    described = json.loads(manifest.read_text(encoding="utf-8"))
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {
        "version": described["version"],
        "date": described["date"],
        "size": f"{sum(f.stat().st_size for f in manifest.parent.iterdir()) / 1e6:.1f}",
        "families_worst": _families(described["families"][:25]),
        "families_right": _share_right(described["families"]),
        "clean": _clean(described["outcomes"]["clean"]),
        "recall": _recall(described["outcomes"]["recall"]),
        "thresholds": _thresholds(described["categories"]),
        "areas": _areas(described["metrics"]),
        "calibration": _calibration(described["calibration"]),
        "fast": fast_section(described.get("fast")),
        "data": _table(
            ("source", "licence"), ([name, text] for name, text in described["data"].items())
        ),
        "stages": _stages(described["training"]),
        "stage_count": len(described["training"]),
        "cut_short": _cut_short(described["training"]),
        "p50": described["latency"]["p50_ms"],
        "cpu": described["latency"]["processor_p50_ms"],
        "p95": described["latency"]["p95_ms"],
        "span_f1": described["spans"]["character_f1"],
        "span_comments": described["spans"]["comments"],
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, value in fields.items():
        text = text.replace("{{" + name + "}}", str(value))
    path.write_text(text, encoding="utf-8")


def fast_section(entry: dict[str, Any] | None) -> str:
    """What the fast stage is, what it settles and what it misses."""
    if entry is None:
        return "None: the encoder reads every text."
    measured = entry["measured"]
    missed, worst = measured["missed"]["all"], measured["worst_source"]
    fields = {
        "margin": f"{entry['margin']:.2f}",
        "fewest": entry["fewest_pieces"],
        "most": entry["most_pieces"],
        "p50": measured["ms"]["p50"],
        "p95": measured["ms"]["p95"],
        "missed": missed["settled"],
        "held": f"{missed['held']:,}",
        "miss_rate": _miss_rate(missed),
        "natural": _miss_rate(measured["missed"]["natural"]),
        "sources": _settled(measured),
        "auc": _auc_change(measured["auc"]),
        "worst": f"{worst['change']:+.4f} ({worst['head']}, {_SOURCES[worst['source']]})",
        "worst_change": f"{min(r['after'] - r['before'] for r in measured['auc']):+.4f}",
    }
    text = _FAST.read_text(encoding="utf-8").strip()
    for name, value in fields.items():
        text = text.replace("{{" + name + "}}", str(value))
    return text


def _miss_rate(row: dict[str, float]) -> str:
    text = f"{row['share']:.2%} (95% interval {row['low']:.2%} to {row['high']:.2%})"
    return text.replace("%", " %")


def _settled(measured: dict[str, Any]) -> str:
    names = {"natural": "comments as people write them"} | _SOURCES
    missed = measured["missed"]
    return _table(
        ("texts of", "texts", "settled", "held by the encoder", "of these settled", "at most"),
        (
            [
                names.get(name, name),
                row["texts"],
                _percent(row["share"]),
                missed.get(name, {"held": 0})["held"],
                missed.get(name, {"settled": 0})["settled"],
                _percent(missed.get(name, {"high": 0.0})["high"]),
            ]
            for name, row in measured["settled"].items()
        ),
    )


def _auc_change(auc: Iterable[dict[str, Any]]) -> str:
    return _table(
        ("head", "AUC over", "encoder alone", "both stages"),
        ([r["head"], r["over"], f"{r['before']:.4f}", f"{r['after']:.4f}"] for r in auc),
    )


def _stages(training: dict[str, dict[str, float]]) -> str:
    mixtures = {
        "public": "public data",
        "own": "mostly our own sentences",
        "both": "rather more of our own than public data",
        "settle": "mostly public data",
        "wider": "nearly all public data, few of our own",
        "practice": "half our own sentences, half public data",
        "balance": "mostly public data",
        "finish": "two fifths our own sentences, the rest public data",
        "everyday": "nearly half our own sentences, calm ones on nothing in particular among them",
    }
    return _table(
        ("stage", "drawn from", "texts", "steps"),
        (
            [name, mixtures.get(name, ""), f"{stage['texts']:,}", f"{stage['steps']:,}"]
            for name, stage in training.items()
        ),
    )


def _cut_short(training: dict[str, dict[str, float]]) -> str:
    return "".join(
        f'The stage "{name}" was cut short, after {stage["steps"]:,} of'
        f" {stage['steps_planned']:,} steps. "
        for name, stage in training.items()
        if stage.get("steps_planned", 0) > stage["steps"]
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _families(families: Iterable[dict[str, Any]]) -> str:
    return _table(
        ("family of sentences", "must be", "sentences", "judged so"),
        ([f["family"], _duty(f["must"]), f["rows"], _percent(f["right"])] for f in families),
    )


def _duty(must: str) -> str:
    return "published" if must == "pass" else f"held for {must}"


def _share_right(families: Sequence[dict[str, Any]]) -> str:
    total = sum(f["rows"] for f in families)
    return _percent(sum(f["rows"] * f["right"] for f in families) / total)


def _clean(clean: dict[str, dict[str, float]]) -> str:
    return _table(
        ("clean comments of", "rows", "held or returned", "of these returned"),
        ([_SOURCES.get(name, name), row["rows"], *_shares(row)] for name, row in clean.items()),
    )


def _shares(row: dict[str, float]) -> list[str]:
    return [_percent(row["held"]), _percent(row["returned"])]


def _recall(recall: dict[str, dict[str, dict[str, float]]]) -> str:
    return _table(
        ("category", "source", "positives", "held or returned", "returned"),
        (
            [head, _SOURCES.get(name, name), row["positives"], *_shares(row)]
            for head, rows in recall.items()
            for name, row in rows.items()
        ),
    )


def _thresholds(categories: dict[str, dict[str, Any]]) -> str:
    """What is recommended, beside what the house rules that ship have."""
    rules = load_default().rules
    shipped = {name: rules[Category(name)].thresholds(learned=True) for name in categories}
    return _table(
        ("category", "hold from", "return from", "the rules that ship hold", "and return"),
        (
            [name, row["hold_at"], row["return_at"], shipped[name].hold_at, shipped[name].return_at]
            for name, row in categories.items()
        ),
    )


def _areas(metrics: Iterable[dict[str, Any]]) -> str:
    ordered = sorted(metrics, key=lambda m: (m["head"] not in CATEGORY_HEADS, m["head"]))
    return _table(
        ("head", "source", "positives", "rows", "AUC", "average precision"),
        (
            [
                m["head"],
                _SOURCES.get(m["source"], m["source"]),
                m["positives"],
                m["rows"],
                f"{m['auc']:.3f}",
                f"{m['average_precision']:.3f}",
            ]
            for m in ordered
        ),
    )


def _calibration(calibration: dict[str, dict[str, Any]]) -> str:
    return _table(
        ("head", "calibrated on", "positives", "slope", "offset"),
        (
            [head, fit["on"], fit["positives"], f"{fit['slope']:.2f}", f"{fit['offset']:.2f}"]
            for head, fit in calibration.items()
        ),
    )
