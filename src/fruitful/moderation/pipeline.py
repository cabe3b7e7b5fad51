"""Run every detector under one deadline; none short-circuits, and a failure is a missing signal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import ATTRIBUTES, Decision, Findings, Missing, Signal, Submission
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.decide import decide
from fruitful.moderation.document import BatchDetector, Detection, Detector, Document

log = structlog.get_logger(__name__)


class Engine:
    """Judges submissions. One engine serves a process; it is safe to use from many tasks.

    ``model`` names the artefacts in force and is copied into every record. A detector that has
    not answered ``deadline_seconds`` after the submission came is missing, and so is one whose
    earlier calls still occupy all of its threads.
    """

    def __init__(
        self,
        detectors: Sequence[Detector],
        *,
        model: str,
        deadline_seconds: float = 2.0,
        threads_per_detector: int = 2,
    ) -> None:
        self.detectors = tuple(detectors)
        self.model = model
        self.deadline_seconds = deadline_seconds
        # Threads of its own for each detector: one that hangs starves itself, not the others.
        self._pools: Mapping[str, ThreadPoolExecutor] = {
            d.name: ThreadPoolExecutor(threads_per_detector, thread_name_prefix=d.name)
            for d in self.detectors
        }

    async def judge(self, submission: Submission, house_rules: HouseRules) -> Decision:
        """Measure the submission with every detector and decide under the house rules."""
        return (await self.judge_batch([submission], house_rules))[0]

    async def judge_batch(
        self, submissions: Sequence[Submission], house_rules: HouseRules
    ) -> list[Decision]:
        """Judge many submissions at once, under one deadline for each submission's share."""
        started = time.perf_counter()
        documents = [Document(submission, house_rules) for submission in submissions]
        deadline = self.deadline_seconds * max(1, len(documents) / 8)
        columns = await asyncio.gather(
            *(self._guarded(detector, documents, deadline) for detector in self.detectors)
        )
        milliseconds = (time.perf_counter() - started) * 1000 / max(1, len(documents))
        return [
            decide(_findings(row, model=self.model, milliseconds=milliseconds), house_rules)
            for row in zip(*columns, strict=True)
        ]

    def close(self) -> None:
        """Stop the worker threads without waiting for detectors that hang."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    async def _guarded(
        self, detector: Detector, documents: Sequence[Document], deadline: float
    ) -> Sequence[Detection]:
        loop = asyncio.get_running_loop()
        try:
            running = loop.run_in_executor(
                self._pools[detector.name], _detect_all, detector, documents
            )
            return _checked(detector, documents, await asyncio.wait_for(running, deadline))
        except TimeoutError:
            cause = "timed_out"
        except Exception as error:  # The detector guard: any failure at all is a missing signal.
            cause = "failed"
            log.error("detector.failed", detector=detector.name, error=type(error).__name__)
        return [_missing(detector, cause)] * len(documents)


def _detect_all(detector: Detector, documents: Sequence[Document]) -> Sequence[Detection]:
    if isinstance(detector, BatchDetector):
        try:
            return detector.detect_batch(documents)
        except DetectorUnavailable as unavailable:
            return [_missing(detector, unavailable.cause)] * len(documents)
    return [_detect_one(detector, document) for document in documents]


def _detect_one(detector: Detector, document: Document) -> Detection:
    try:
        return detector.detect(document)
    except DetectorUnavailable as unavailable:
        return _missing(detector, unavailable.cause)
    except Exception as error:  # One bad document must not cost the rest of the batch.
        log.error("detector.failed", detector=detector.name, error=type(error).__name__)
        return _missing(detector, "failed")


def _checked(
    detector: Detector, documents: Sequence[Document], detections: Sequence[Detection]
) -> Sequence[Detection]:
    """The detections, where those that cannot be true are missing: a NaN reaches no threshold."""
    if len(detections) != len(documents):
        raise ValueError("one detection for each document is due")
    return [
        detection if _is_sound(detection, document) else _missing(detector, "failed")
        for document, detection in zip(documents, detections, strict=True)
    ]


def _is_sound(detection: Detection, document: Document) -> bool:
    measured = [*(s.score for s in detection.signals), *detection.attributes.values()]
    spans = [s.span for s in detection.signals if s.span]
    are_within = all(0 <= s.start < s.end <= len(document.text) for s in spans)
    return are_within and all(0 <= value <= 1 for value in measured)


def _missing(detector: Detector, cause: str) -> Detection:
    gap = Missing(detector=detector.name, categories=detector.categories, cause=cause)
    return Detection(missing=(gap,))


def _findings(row: Sequence[Detection], *, model: str, milliseconds: float) -> Findings:
    signals = tuple(signal for detection in row for signal in detection.signals)
    missing = tuple(gap for detection in row for gap in detection.missing)
    measured: dict[str, float] = {}
    for detection in row:
        measured.update(detection.attributes)
    return Findings(
        signals=signals,
        missing=missing,
        attributes={name: measured.get(name) for name in ATTRIBUTES},
        scores=_scores(signals, missing),
        model=model,
        milliseconds=milliseconds,
    )


def _scores(
    signals: Sequence[Signal], missing: Sequence[Missing]
) -> Mapping[Category, float | None]:
    unmeasured = {category for gap in missing for category in gap.categories}
    return {
        category: None
        if category in unmeasured
        else max((s.score for s in signals if s.category is category), default=0.0)
        for category in Category
    }
