"""Distil the encoder into the fast first stage: its scores are the targets, natural text leads."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from rich.progress import track
from torch import Tensor, nn

from fruitful.moderation.classifier.artefact import load_artefact
from fruitful.moderation.classifier.fast import Weights
from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.classifier.scoring import Classifier
from training.examples import Example
from training.heads import HEADS

CAPS = {
    "jigsaw": 18_000,
    "toxic_spans": 6_000,
    "reddit_incivility": 3_900,
    "cad": 3_500,
    "gab": 2_000,
    "edos": 2_000,
    "implicit_hate": 2_000,
    "paradetox": 2_500,
    "hatemoji": 1_500,
    "trac": 1_500,
    "fox": 1_000,
    "grammar": 10_000,
}
"""Texts of each source. Drawn without regard to labels: the stage must know what is usual."""

_LONGEST_TEXT = 700
_LONGEST_PIECES = 200
_CHUNK = 512
_TABLE_WIDTH, _CHANNELS = 48, 128
_EPOCHS, _RATE, _BATCH_PIECES, _BATCH_TEXTS = 5, 2e-3, 4096, 128
_WORDS = "network.encoder.embeddings.word_embeddings.weight_"


def drawn(examples: Iterable[Example], seed: int = 11) -> list[Example]:
    """The training texts to learn from, at most ``CAPS`` of each source, in random order."""
    dice = random.Random(seed)
    pools: dict[str, list[Example]] = {source: [] for source in CAPS}
    for example in examples:
        fits = example.part == "train" and len(example.text) <= _LONGEST_TEXT
        if fits and example.source in pools:
            pools[example.source].append(example)
    chosen = [
        example
        for source, pool in pools.items()
        for example in dice.sample(pool, min(len(pool), CAPS[source]))
    ]
    dice.shuffle(chosen)
    return chosen


def teach(texts: Sequence[str], artefact: Path, kept: Path) -> np.ndarray:
    """The encoder's calibrated scores, (texts, heads). What is scored is kept in a file, so that
    an interrupted run goes on where it stopped and a second one need not score at all."""
    key = _key(texts, artefact)
    scores = np.full((len(texts), len(HEADS)), np.nan, dtype=np.float32)
    if kept.exists() and (found := np.load(kept))["key"] == key:
        scores = found["scores"]
    classifier = Classifier(load_artefact(artefact), threads=2)
    for at in track(range(0, len(texts), _CHUNK), description="asking the encoder"):
        if not np.isnan(scores[at : at + _CHUNK]).any():
            continue
        readings = classifier.score(texts[at : at + _CHUNK])
        scores[at : at + _CHUNK] = [[r.scores[head] for head in HEADS] for r in readings]
        if at // _CHUNK % 16 == 15:
            np.savez(kept, key=key, scores=scores)
    np.savez(kept, key=key, scores=scores)
    return scores


def _key(texts: Sequence[str], artefact: Path) -> str:
    digest = hashlib.sha256((artefact / "model.onnx").read_bytes())
    manifest = json.loads((artefact / "manifest.json").read_text(encoding="utf-8"))
    digest.update(json.dumps(manifest["calibration"], sort_keys=True).encode())
    for text in texts:
        digest.update(text.encode(errors="replace"))
    return digest.hexdigest()


class Student(nn.Module):
    """What :class:`Weights` computes, in a form that can be trained. The last row of the table
    stands for padding and stays zero."""

    def __init__(self, table: np.ndarray) -> None:
        super().__init__()
        self.padding = len(table)
        self.pieces = nn.Embedding(len(table) + 1, _TABLE_WIDTH, padding_idx=self.padding)
        with torch.no_grad():
            self.pieces.weight[:-1] = torch.from_numpy(table)
        self.first = nn.Conv1d(_TABLE_WIDTH, _CHANNELS, 3, padding=1)
        self.second = nn.Conv1d(_CHANNELS, _CHANNELS, 3, padding=1)
        self.heads = nn.Linear(2 * _CHANNELS, len(HEADS))
        self.dropout = nn.Dropout(0.2)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits (texts, heads) of padded ids (texts, pieces)."""
        mask = (ids != self.padding).unsqueeze(1).float()
        rows = self.dropout(self.pieces(ids)).transpose(1, 2)
        rows = torch.relu(self.first(rows)) * mask
        rows = torch.relu(self.second(rows) + rows) * mask
        mean = rows.sum(2) / mask.sum(2).clamp(min=1.0)
        logits: Tensor = self.heads(self.dropout(torch.cat([mean, rows.amax(2)], dim=1)))
        return logits


def fit_student(examples: Sequence[Example], targets: np.ndarray, artefact: Path) -> Weights:
    """Train on the encoder's scores as soft targets; some two minutes on one core."""
    torch.manual_seed(3)
    classifier = Classifier(load_artefact(artefact))
    ids = [classifier.pieces(prepare(example.text))[:_LONGEST_PIECES] for example in examples]
    rows = [place for place, pieces in enumerate(ids) if pieces]
    student = Student(compressed_table(artefact / "model.onnx"))
    optimiser = torch.optim.AdamW(student.parameters(), lr=_RATE, weight_decay=1e-3)
    plan = [group for epoch in range(_EPOCHS) for group in _groups(ids, rows, epoch)]
    student.train()
    for step, group in enumerate(track(plan, description="distilling")):
        rate = _RATE * min(1.0, (step + 1) / 100) * max(0.02, 1 - step / len(plan))
        optimiser.param_groups[0]["lr"] = rate
        loss = nn.functional.binary_cross_entropy_with_logits(
            student(_padded([ids[i] for i in group], student.padding)),
            torch.from_numpy(targets[group]),
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return quantised(student.eval())


def _groups(ids: Sequence[Sequence[int]], rows: Sequence[int], epoch: int) -> list[list[int]]:
    """Places of texts of similar length, in random order."""
    dice = random.Random(f"groups {epoch}")
    groups: list[list[int]] = [[]]
    for place in sorted(rows, key=lambda i: len(ids[i]) + 6 * dice.random()):
        group = groups[-1]
        if len(group) >= _BATCH_TEXTS or len(ids[place]) * (len(group) + 1) > _BATCH_PIECES:
            groups.append(group := [])
        group.append(place)
    dice.shuffle(groups)
    return [group for group in groups if group]


def _padded(group: Sequence[Sequence[int]], padding: int) -> Tensor:
    ids = torch.full((len(group), max(map(len, group))), padding)
    for row, pieces in enumerate(group):
        ids[row, : len(pieces)] = torch.tensor(pieces)
    return ids


def compressed_table(model: Path) -> np.ndarray:
    """The encoder's int8 table of word pieces along its strongest directions (PCA)."""
    found = {i.name: numpy_helper.to_array(i) for i in onnx.load(model).graph.initializer}
    table = found[_WORDS + "quantized"].astype(np.float32) - float(found[_WORDS + "zero_point"])
    table -= table.mean(axis=0)
    _, directions = np.linalg.eigh(table.T @ table)
    rows = table @ directions[:, ::-1][:, :_TABLE_WIDTH]
    return np.ascontiguousarray(0.5 * rows / rows.std(), dtype=np.float32)


def quantised(student: Student) -> Weights:
    """The table in int8 with one scale, which goes into the first weights; the rest as floats."""
    table = student.pieces.weight.detach().numpy()[:-1]
    # The few largest entries are cut, so that the many small ones keep their differences.
    scale = float(np.quantile(np.abs(table), 0.9999)) / 127
    pieces = np.clip(np.round(table / scale), -127, 127).astype(np.int8)

    def beside(layer: nn.Conv1d) -> np.ndarray:
        """(out, in, 3) to (3 × in, out): the piece before, the piece, the piece after."""
        weight = layer.weight.detach().numpy()
        return np.ascontiguousarray(weight.transpose(2, 1, 0).reshape(-1, weight.shape[0]))

    def bias(layer: nn.Module) -> np.ndarray:
        return np.asarray(layer.bias.detach().numpy(), dtype=np.float32)

    return Weights(
        pieces=pieces,
        first=beside(student.first) * np.float32(scale),
        first_bias=bias(student.first),
        second=beside(student.second),
        second_bias=bias(student.second),
        heads=student.heads.weight.detach().numpy().T.copy(),
        heads_bias=bias(student.heads),
    )


def save_weights(weights: Weights, path: Path) -> Weights:
    """Write the weights, floats in half precision; returns them as they will be read."""
    names = ("first", "first_bias", "second", "second_bias", "heads", "heads_bias")
    halves = {name: getattr(weights, name).astype(np.float16) for name in names}
    np.savez_compressed(path, pieces=weights.pieces, **halves)
    return replace(weights, **{name: half.astype(np.float32) for name, half in halves.items()})
