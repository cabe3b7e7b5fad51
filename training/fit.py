"""Train the network stage by stage; an interrupted run goes on from its last checkpoint."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn

from training.batches import Batch, Encoded, batches, collate, encode
from training.examples import Example
from training.heads import HEADS
from training.mixture import draw
from training.network import Network, base_tokenizer
from training.obfuscate import obfuscate
from training.settings import Recipe, Stage

SAVE_EVERY_SECONDS = 240.0
FINAL = "final.pt"
_HEAD_WEIGHTS = {"violence": 2.0, "racism": 1.5, "vulgarity": 1.5, "discourtesy": 1.5}
_MARKS_WEIGHT = 0.5
_OBFUSCATED_SHARE = 0.07


def fit(examples: Sequence[Example], recipe: Recipe, folder: Path) -> Path:
    """Run every stage that is not done yet; returns the file with the final weights."""
    torch.manual_seed(recipe.seed)
    network = Network()
    for number, stage in enumerate(recipe.stages):
        done = folder / f"stage-{number}-{stage.name}.pt"
        if done.exists():
            network.load_state_dict(torch.load(done, weights_only=True))
            continue
        record = _StageRun(network, stage, recipe.seed + number, folder).run(examples)
        torch.save(network.state_dict(), done)
        _remember(folder / "history.json", stage.name, record)
        (folder / "checkpoint.pt").unlink(missing_ok=True)
    return _average(folder, recipe)


def _average(folder: Path, recipe: Recipe) -> Path:
    """Write the mean of the weights after some stages: it keeps what each learnt.

    After M. Wortsman et al., "Model soups", 2022.
    """
    names = [stage.name for stage in recipe.stages]
    weights = [
        torch.load(folder / f"stage-{names.index(name)}-{name}.pt", weights_only=True)
        for name, times in recipe.averaged.items()
        for _ in range(times)
    ]
    mean = {
        name: sum(w[name] for w in weights) / len(weights) if value.is_floating_point() else value
        for name, value in weights[-1].items()
    }
    torch.save(mean, folder / FINAL)
    return folder / FINAL


class _StageRun:
    """One stage: its data, its optimiser and its place in them."""

    def __init__(self, network: Network, stage: Stage, seed: int, folder: Path) -> None:
        self.network = network
        self.stage = stage
        self.seed = seed
        self.checkpoint = folder / "checkpoint.pt"
        network.requires_grad_(True)
        if stage.frozen_layers:
            network.encoder.embeddings.requires_grad_(False)
            network.encoder.encoder.layer[: stage.frozen_layers].requires_grad_(False)
        heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
        body = [p for p in network.encoder.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": body, "lr": stage.learning_rate},
                {"params": heads, "lr": stage.learning_rate * 5},
            ],
            weight_decay=0.01,
        )

    def run(self, examples: Sequence[Example]) -> dict[str, float]:
        """Train to the end of the stage; returns what to record of it."""
        encoded = self._encode(examples)
        plan: list[list[Encoded]] = []
        for epoch in range(self.stage.epochs):
            plan += batches(encoded, self.stage.batch_tokens, self.seed * 31 + epoch)
        schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, _warm_then_cosine(len(plan)))
        start = self._resume(schedule)
        self.network.train()
        saved, running = time.monotonic(), 0.0
        with _bar() as bar:
            task = bar.add_task(self.stage.name, total=len(plan), completed=start, loss=0.0)
            for step in range(start, len(plan)):
                loss = self._step(collate(plan[step]))
                schedule.step()
                running = loss if step == start else 0.98 * running + 0.02 * loss
                bar.update(task, advance=1, loss=running)
                if time.monotonic() - saved > SAVE_EVERY_SECONDS:
                    self._save(schedule, step + 1)
                    saved = time.monotonic()
                    bar.console.print(f"{self.stage.name} {step + 1}/{len(plan)} {running:.4f}")
        return {"texts": len(encoded), "steps": len(plan), "loss": round(running, 4)}

    def _encode(self, examples: Sequence[Example]) -> list[Encoded]:
        dice = random.Random(self.seed)
        drawn = [
            replace(e, text=obfuscate(e.text, dice), marks=None)
            if dice.random() < _OBFUSCATED_SHARE
            else e
            for e in draw(examples, self.stage.caps, self.seed)
        ]
        return encode(drawn, base_tokenizer(), self.stage.tokens)

    def _step(self, batch: Batch) -> float:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, spans = self.network(batch.ids, batch.mask)
        loss = _loss(logits.float(), spans.float(), batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        return float(loss.detach())

    def _resume(self, schedule: torch.optim.lr_scheduler.LambdaLR) -> int:
        if not self.checkpoint.exists():
            return 0
        state = torch.load(self.checkpoint, weights_only=True)
        if state["stage"] != self.stage.name:
            return 0
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        return int(state["step"])

    def _save(self, schedule: torch.optim.lr_scheduler.LambdaLR, step: int) -> None:
        state = {
            "stage": self.stage.name,
            "step": step,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": schedule.state_dict(),
        }
        unfinished = self.checkpoint.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)


def _remember(path: Path, stage: str, record: dict[str, float]) -> None:
    history = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(history | {stage: record}), encoding="utf-8")


def _warm_then_cosine(steps: int) -> Callable[[int], float]:
    warm = max(1, int(steps * 0.05))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))

    return factor


def _loss(logits: Tensor, spans: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy over the known labels, with soft targets, plus that over marked tokens."""
    head_weights = torch.tensor([_HEAD_WEIGHTS.get(head, 1.0) for head in HEADS])
    known = ~torch.isnan(batch.labels)
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, batch.labels.nan_to_num(0.0), reduction="none"
    )
    weights = known * head_weights * batch.weights.unsqueeze(1)
    loss = (each * weights).sum() / weights.sum().clamp(min=1.0)
    if batch.marked.any():
        tokens = batch.mask[batch.marked].unsqueeze(-1).expand_as(spans[batch.marked])
        per_token = nn.functional.binary_cross_entropy_with_logits(
            spans[batch.marked], batch.marks[batch.marked], reduction="none"
        )
        share = batch.marked.float().mean()
        loss = loss + _MARKS_WEIGHT * share * (per_token * tokens).sum() / tokens.sum()
    return loss


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.4f}"),
        TimeRemainingColumn(),
    )
