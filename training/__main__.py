"""``python -m training``: mixture, train, calibrate, export, evaluate, card; all in that order."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.settings import ARTEFACT, BUILT, CARD, PLOTS, RECIPE, WORK, data_folder

app = typer.Typer(add_completion=False, help="Make the classifier from its data.")
out = Console()

MIXTURE = WORK / "mixture.jsonl.gz"
Weights = Annotated[
    Path | None, typer.Option(help="Weights to export; the finished run's if unset")
]


@app.command()
def mixture() -> None:
    """Gather all sources into one de-duplicated file."""
    from training.mixture import gather, save

    counts = save(gather(data_folder()), MIXTURE)
    for (source, part), rows in sorted(counts.items()):
        if not source.startswith("grammar_dev"):
            out.print(f"{source:20} {part:12} {rows:7,}")
    out.print(f"wrote {counts.total():,} examples")


@app.command()
def train() -> None:
    """Run the stages that are not done; an interrupted run goes on where it stopped."""
    import torch

    from training.fit import fit
    from training.mixture import load

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    out.print(f"weights in {fit(list(load(MIXTURE)), RECIPE, WORK)}")


@app.command()
def export(weights: Weights = None) -> None:
    """Write the int8 graph with an uncalibrated manifest."""
    from training.export import agreement
    from training.export import export as write
    from training.fit import FINAL
    from training.manifest import write_manifest
    from training.mixture import load

    source = weights or WORK / FINAL
    model = write(source, BUILT)
    write_manifest(BUILT)
    sample = [e for e in load(MIXTURE) if e.part == "dev"][:200]
    out.print(f"{model.stat().st_size / 1e6:.1f} MB; agreement {agreement(source, model, sample)}")


@app.command()
def evaluate(most_natural: int = 8_000, most: int = 1_500) -> None:
    """Score the development parts, calibrate, choose thresholds, measure, publish the artefact."""
    from training import evaluate as measure
    from training import plots
    from training.calibrate import fit_all, thresholds
    from training.development import development_examples, recalibrated, score
    from training.manifest import write_manifest
    from training.mixture import load
    from training.operating import operating_curves

    write_manifest(BUILT)
    examples = development_examples(load(MIXTURE), data_folder(), most_natural, most)
    raw = score(examples, BUILT, kept=WORK / "scores.npz")
    fits = fit_all(raw)
    scored = recalibrated(raw, {head: (fit.slope, fit.offset) for head, fit in fits.items()})
    chosen = thresholds(scored)
    curves = measure.curves(scored)
    news = [e for e in examples if e.source == "toxic_spans"]
    history = WORK / "history.json"
    measured = {
        "training": json.loads(history.read_text(encoding="utf-8")) if history.exists() else {},
        "metrics": measure.areas(scored),
        "outcomes": measure.outcomes(scored, chosen),
        "families": measure.families(scored, chosen),
        "curves": curves,
        "operating_curves": operating_curves(scored),
        "spans": measure.span_f1(news, BUILT),
        "latency": measure.latency(BUILT),
    }
    version = write_manifest(BUILT, fits=fits, thresholds=chosen, measured=measured)
    # Published only when whole: a server that starts meanwhile must find a model that fits.
    shutil.copytree(BUILT, ARTEFACT, dirs_exist_ok=True)
    plots.draw_all(scored, curves, PLOTS)
    out.print(f"{version}: {json.dumps(chosen)}")


@app.command()
def card() -> None:
    """Write the model card from the manifest."""
    from training.card import write_card

    write_card(ARTEFACT / "manifest.json", CARD)
    out.print(f"wrote {CARD}")


@app.command(name="all")
def everything() -> None:
    """Every step, from the data to the model card."""
    if not MIXTURE.exists():
        mixture()
    train()
    export()
    evaluate()
    card()


if __name__ == "__main__":
    app()
