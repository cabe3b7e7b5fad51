"""Texts to tensors: token ids, known labels, and marks per token, in batches of like length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.normalise import Normalised
from training.examples import Example, Mark
from training.heads import HEADS, SPAN_CHANNELS

_CLS, _SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as numbers. Unknown labels are NaN; ``marks`` is tokens × channels or None."""

    ids: list[int]
    labels: np.ndarray
    weight: float
    marks: np.ndarray | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step. ``marked`` selects the rows that have marks."""

    ids: Tensor
    mask: Tensor
    labels: Tensor
    weights: Tensor
    marks: Tensor
    marked: Tensor


def encode(examples: Sequence[Example], tokenizer: Tokenizer, tokens: int) -> list[Encoded]:
    """Encode, cutting each text after ``tokens`` tokens, the two special ones included."""
    prepared = [prepare(example.text) for example in examples]
    encodings = tokenizer.encode_batch([p.text for p in prepared], add_special_tokens=False)
    encoded = []
    for example, view, encoding in zip(examples, prepared, encodings, strict=True):
        keep = tokens - 2
        labels = np.array([example.labels.get(h, np.nan) for h in HEADS], dtype=np.float32)
        marks = None
        if example.marks is not None:
            marks = _token_marks(example.marks, view, encoding.offsets[:keep], len(example.text))
        ids = [_CLS, *encoding.ids[:keep], _SEP]
        encoded.append(Encoded(ids, labels, example.weight, marks))
    return encoded


def _token_marks(
    marks: Sequence[Mark], view: Normalised, offsets: Sequence[tuple[int, int]], length: int
) -> np.ndarray:
    characters = np.zeros((length + 1, SPAN_CHANNELS), dtype=np.float32)
    for mark in marks:
        characters[mark.start : mark.end, mark.channel] += mark.fraction
    characters = characters.clip(0.0, 1.0)
    rows = np.zeros((len(offsets) + 2, SPAN_CHANNELS), dtype=np.float32)
    for index, (start, end) in enumerate(offsets, start=1):
        if end > start:
            rows[index] = characters[view.starts[start] : view.ends[end - 1]].mean(axis=0)
    return rows


def batches(encoded: Sequence[Encoded], batch_tokens: int, seed: int) -> list[list[Encoded]]:
    """Groups of similar length, each at most ``batch_tokens`` with padding, in random order."""
    dice = random.Random(seed)
    order = sorted(encoded, key=lambda e: len(e.ids) + dice.random() * 4)
    groups: list[list[Encoded]] = [[]]
    for item in order:
        if groups[-1] and len(item.ids) * (len(groups[-1]) + 1) > batch_tokens:
            groups.append([])
        groups[-1].append(item)
        if len(groups[-1]) >= 96:
            groups.append([])
    groups = [group for group in groups if group]
    dice.shuffle(groups)
    return groups


def collate(group: Sequence[Encoded]) -> Batch:
    """Pad a group to its longest text."""
    longest = max(len(e.ids) for e in group)
    ids = torch.zeros(len(group), longest, dtype=torch.long)
    mask = torch.zeros(len(group), longest, dtype=torch.long)
    marks = torch.zeros(len(group), longest, SPAN_CHANNELS)
    for row, item in enumerate(group):
        ids[row, : len(item.ids)] = torch.tensor(item.ids)
        mask[row, : len(item.ids)] = 1
        if item.marks is not None:
            marks[row, : len(item.marks)] = torch.from_numpy(item.marks)
    return Batch(
        ids=ids,
        mask=mask,
        labels=torch.from_numpy(np.stack([e.labels for e in group])),
        weights=torch.tensor([e.weight for e in group]),
        marks=marks,
        marked=torch.tensor([e.marks is not None for e in group]),
    )
