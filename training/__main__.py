"""``python -m training``: mixture, train, export, evaluate, fast, card; all in that order."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fruitful.moderation.classifier.artefact import load_artefact
from fruitful.moderation.classifier.fast import FILE
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
def fast(most_natural: int = 8_000, most: int = 1_500) -> None:
    """Distil the fast first stage from the encoder, say how much it may settle, publish it.

    Takes the same development texts as ``evaluate``, whose scores it finds in their file.
    """
    from training import distil, plots, settling
    from training.development import development_examples, recalibrated, score
    from training.manifest import add_fast_stage
    from training.mixture import load

    examples = list(load(MIXTURE))
    texts = distil.drawn(examples)
    targets = distil.teach([e.text for e in texts], BUILT, kept=WORK / "fast-targets.npz")
    weights = distil.save_weights(distil.fit_student(texts, targets, BUILT), BUILT / FILE)
    artefact = load_artefact(BUILT)
    fits = {head: (fit.slope, fit.offset) for head, fit in artefact.manifest.calibration.items()}
    development = development_examples(examples, data_folder(), most_natural, most)
    scored = recalibrated(score(development, BUILT, kept=WORK / "scores.npz"), fits)
    stage = settling.stage_of(weights, artefact, margin=0.0)
    estimated = settling.estimate(scored, stage, artefact)
    margin = settling.choose_margin(estimated)
    measured = settling.measure(estimated, margin)
    add_fast_stage(BUILT, settling.entry(stage, estimated, margin, measured))
    speed = settling.processor_milliseconds(estimated, BUILT)
    version = add_fast_stage(
        BUILT, settling.entry(stage, estimated, margin, measured | {"ms": speed})
    )
    shutil.copytree(BUILT, ARTEFACT, dirs_exist_ok=True)
    plots.draw_settling(measured["curve"], margin, PLOTS)
    out.print(f"{version}: {json.dumps({k: measured[k]['all'] for k in ('settled', 'missed')})}")


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
    fast()
    card()


if __name__ == "__main__":
    app()
