"""Score texts with the trained encoder. Knows no house rules and no thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from fruitful.moderation.classifier.artefact import Artefact, ArtefactUnusable, Manifest
from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.normalise import Normalised

WINDOW_TOKENS = 128
"""Longest stretch the encoder reads at once, its two special tokens included."""
OVERLAP_TOKENS = 32
BATCH_TEXTS = 16

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word piece: its range in the text that was scored, and how much it speaks for each head.

    ``contributions`` are parts of the logit per head, in the manifest's order; ``marks`` the
    probability per span channel that a reader would mark it.
    """

    start: int
    end: int
    contributions: Floats
    marks: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the encoder says of one text.

    ``scores`` maps each head to a calibrated probability: the worst window's. ``windows`` maps
    each head to the tokens of that window.
    """

    scores: Mapping[str, float]
    windows: Mapping[str, Sequence[Token]]


@dataclass(frozen=True, slots=True)
class _Window:
    text: int
    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Output:
    logits: Floats
    marks: Floats
    contributions: Floats


class Classifier:
    """The encoder in memory. Safe to use from several threads; ``threads`` is per call."""

    def __init__(self, artefact: Artefact, *, threads: int = 1) -> None:
        self.manifest: Manifest = artefact.manifest
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads would burn a core between comments.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(
                artefact.model, options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Tokenizer = Tokenizer.from_str(artefact.tokenizer)
        except Exception as error:  # Both libraries raise classes of their own making.
            raise ArtefactUnusable("the model or its tokenizer cannot be loaded") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cls = _special(self._tokenizer, "[CLS]")
        self._sep = _special(self._tokenizer, "[SEP]")

    @property
    def version(self) -> str:
        """Names the artefact in every record; changes with its content."""
        return self.manifest.version

    def score(self, texts: Sequence[str]) -> list[Reading]:
        """One reading per text, in order. Texts of any length are read to their end."""
        views = [prepare(text) for text in texts]
        windows = [w for i, view in enumerate(views) for w in self._windows(i, view)]
        outputs = self._run(windows)
        places: list[list[int]] = [[] for _ in texts]
        for place, window in enumerate(windows):
            places[window.text].append(place)
        return [
            self._reading([windows[p] for p in mine], [outputs[p] for p in mine]) for mine in places
        ]

    def _windows(self, text: int, view: Normalised) -> Iterator[_Window]:
        encoding = self._tokenizer.encode(view.text, add_special_tokens=False)
        ids: list[int] = encoding.ids
        offsets: list[tuple[int, int]] = [
            (view.starts[start], view.ends[end - 1]) for start, end in encoding.offsets
        ]
        room = WINDOW_TOKENS - 2
        at = 0
        while True:
            yield _Window(
                text,
                [self._cls, *ids[at : at + room], self._sep],
                offsets[at : at + room],
            )
            if at + room >= len(ids):
                return
            at += room - OVERLAP_TOKENS

    def _run(self, windows: Sequence[_Window]) -> list[_Output]:
        outputs: list[_Output | None] = [None] * len(windows)
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        for first in range(0, len(order), BATCH_TEXTS):
            places = order[first : first + BATCH_TEXTS]
            ids, mask = _padded([windows[p].ids for p in places])
            logits, marks, contributions = self._session.run(
                None, {"input_ids": ids, "attention_mask": mask}
            )
            for row, place in enumerate(places):
                length = len(windows[place].ids)
                outputs[place] = _Output(
                    logits[row], marks[row, 1 : length - 1], contributions[row, 1 : length - 1]
                )
        return [output for output in outputs if output is not None]

    def _reading(self, windows: Sequence[_Window], outputs: Sequence[_Output]) -> Reading:
        logits = np.stack([output.logits for output in outputs])
        worst = logits.argmax(axis=0)
        scores: dict[str, float] = {}
        tokens: dict[str, Sequence[Token]] = {}
        for column, head in enumerate(self.manifest.heads):
            place = int(worst[column])
            logit = float(logits[place, column])
            scores[head] = self.manifest.calibration[head].probability(logit)
            tokens[head] = _Tokens(windows[place].offsets, outputs[place])
        return Reading(scores=scores, windows=tokens)


class _Tokens(Sequence[Token]):
    """Makes tokens only when somebody looks at them; most texts are clean and nobody does."""

    def __init__(self, offsets: Sequence[tuple[int, int]], output: _Output) -> None:
        self._offsets = offsets
        self._output = output

    def __len__(self) -> int:
        return len(self._offsets)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        start, end = self._offsets[index]
        return Token(
            start=start,
            end=end,
            contributions=self._output.contributions[index],
            marks=self._output.marks[index],
        )


def _special(tokenizer: Tokenizer, piece: str) -> int:
    found = tokenizer.token_to_id(piece)
    if found is None:
        raise ArtefactUnusable(f"the tokenizer has no {piece}")
    return found


def _padded(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, values in enumerate(rows):
        ids[row, : len(values)] = values
        mask[row, : len(values)] = 1
    return ids, mask
