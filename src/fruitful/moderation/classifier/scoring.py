"""Score texts with the trained encoder. Knows no house rules and no thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the text that was read at once. Arrays have one row per token."""

    offsets: Sequence[tuple[int, int]]
    contributions: Floats
    marks: Floats

    def tokens(self) -> list[Token]:
        """The tokens in order; made on demand, since most texts are clean and nobody looks."""
        return [
            Token(start=start, end=end, contributions=contributions, marks=marks)
            for (start, end), contributions, marks in zip(
                self.offsets, self.contributions, self.marks, strict=True
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the encoder says of one text.

    ``scores`` maps each head to a calibrated probability: the worst window's. ``windows`` maps
    each head to that window.
    """

    scores: Mapping[str, float]
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class _Stretch:
    text: int
    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Output:
    logits: Floats
    marks: Floats
    contributions: Floats


class Classifier:
    """The encoder in memory. Safe to use from several threads.

    ``threads`` is how many windows are read side by side, each on one thread. Windows are never
    put together in one run: the int8 graph scales a run by its largest activation, so that a
    comment's score would depend on its neighbours, and a run of many was measured to be no faster.
    """

    def __init__(self, artefact: Artefact, *, threads: int = 1) -> None:
        self.manifest: Manifest = artefact.manifest
        self._workers = ThreadPoolExecutor(threads, "classifier") if threads > 1 else None
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
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
        return self.score_prepared([prepare(text) for text in texts])

    def score_prepared(self, views: Sequence[Normalised]) -> list[Reading]:
        """As :meth:`score`, for texts that :func:`prepare` has been given already."""
        windows = [w for i, view in enumerate(views) for w in self._windows(i, view)]
        outputs = self._run_all(windows)
        places: list[list[int]] = [[] for _ in views]
        for place, window in enumerate(windows):
            places[window.text].append(place)
        return [
            self._reading([windows[p] for p in mine], [outputs[p] for p in mine]) for mine in places
        ]

    @property
    def unknown_piece(self) -> int:
        """The word piece that stands for what the tokenizer cannot cut."""
        return _special(self._tokenizer, "[UNK]")

    def pieces(self, view: Normalised) -> list[int]:
        """The word pieces of a prepared text, without the encoder's special ones."""
        ids: list[int] = self._tokenizer.encode(view.text, add_special_tokens=False).ids
        return ids

    def _windows(self, text: int, view: Normalised) -> Iterator[_Stretch]:
        encoding = self._tokenizer.encode(view.text, add_special_tokens=False)
        ids: list[int] = encoding.ids
        offsets: list[tuple[int, int]] = [
            (view.starts[start], view.ends[end - 1]) for start, end in encoding.offsets
        ]
        room = WINDOW_TOKENS - 2
        at = 0
        while True:
            yield _Stretch(
                text,
                [self._cls, *ids[at : at + room], self._sep],
                offsets[at : at + room],
            )
            if at + room >= len(ids):
                return
            at += room - OVERLAP_TOKENS

    def _run_all(self, windows: Sequence[_Stretch]) -> list[_Output]:
        if self._workers is None or len(windows) == 1:
            return [self._run(window) for window in windows]
        return list(self._workers.map(self._run, windows))

    def _run(self, window: _Stretch) -> _Output:
        ids: Ints = np.array([window.ids], dtype=np.int64)
        logits, marks, contributions = self._session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        )
        # The first and the last token are the encoder's own.
        return _Output(logits[0], marks[0, 1:-1], contributions[0, 1:-1])

    def _reading(self, stretches: Sequence[_Stretch], outputs: Sequence[_Output]) -> Reading:
        logits = np.stack([output.logits for output in outputs])
        worst = logits.argmax(axis=0)
        scores: dict[str, float] = {}
        windows: dict[str, Window] = {}
        for column, head in enumerate(self.manifest.heads):
            place = int(worst[column])
            logit = float(logits[place, column])
            scores[head] = self.manifest.calibration[head].probability(logit)
            output = outputs[place]
            windows[head] = Window(stretches[place].offsets, output.contributions, output.marks)
        return Reading(scores=scores, windows=windows)


def _special(tokenizer: Tokenizer, piece: str) -> int:
    found = tokenizer.token_to_id(piece)
    if found is None:
        raise ArtefactUnusable(f"the tokenizer has no {piece}")
    return found
