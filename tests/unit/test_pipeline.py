"""Every detector runs under one deadline, and one that fails holds the comment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import ATTRIBUTES, Decision, Signal, Span, Submission
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.document import Detection, Detector, Document
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.pipeline import Engine

RULES = load_default()
CLEAN = "The new bridge is late again, and the council owes us an explanation."


class Scripted:
    """A detector that answers with what it is given."""

    def __init__(
        self,
        answer: Callable[[Document], Detection],
        *,
        name: str = "scripted",
        categories: frozenset[Category] = frozenset({Category.SPAM}),
    ) -> None:
        self.answer = answer
        self.name = name
        self.categories = categories

    def detect(self, document: Document) -> Detection:
        return self.answer(document)


class ScriptedBatch(Scripted):
    """A scripted detector of many documents at once; ``short`` leaves that many answers out."""

    def __init__(self, answer: Callable[[Document], Detection], *, short: int = 0) -> None:
        super().__init__(answer)
        self.short = short

    def detect_batch(self, documents: Sequence[Document]) -> Sequence[Detection]:
        return [self.answer(d) for d in documents][: len(documents) - self.short]


def scored(score: float, *, span: Span | None = None) -> Callable[[Document], Detection]:
    signal = Signal(category=Category.SPAM, score=score, detector="scripted", span=span)
    return lambda document: Detection(signals=(signal,), attributes={"insult": score})


def nothing(document: Document) -> Detection:
    return Detection()


def unavailable(document: Document) -> Detection:
    raise DetectorUnavailable("model_absent")


def broken(document: Document) -> Detection:
    raise ZeroDivisionError


async def judged(*detectors: Detector, deadline_seconds: float = 5.0) -> Decision:
    engine = Engine(detectors, model="test", deadline_seconds=deadline_seconds)
    try:
        return await engine.judge(Submission(text=CLEAN), RULES)
    finally:
        engine.close()


async def test_a_comment_that_every_detector_clears_is_published() -> None:
    decision = await judged(Scripted(nothing), ScriptedBatch(nothing))
    assert decision.outcome is Outcome.PUBLISH
    assert decision.findings.scores == dict.fromkeys(Category, 0.0)
    assert decision.findings.model == "test"
    assert decision.findings.milliseconds > 0


async def test_no_detector_is_spared_when_another_has_found_enough() -> None:
    decision = await judged(Scripted(scored(0.95)), Scripted(scored(0.6), name="second"))
    assert [reason.score for reason in decision.reasons] == [0.95, 0.6]
    assert decision.findings.scores[Category.SPAM] == 0.95


@pytest.mark.parametrize(("answer", "cause"), [(unavailable, "model_absent"), (broken, "failed")])
@pytest.mark.parametrize("kind", [Scripted, ScriptedBatch])
async def test_a_detector_that_fails_holds_the_comment_and_says_why(
    answer: Callable[[Document], Detection], cause: str, kind: type[Scripted]
) -> None:
    decision = await judged(kind(answer), Scripted(nothing, name="sound"))
    assert decision.outcome is Outcome.HOLD
    assert [reason.evidence for reason in decision.reasons] == [f"missing:{cause}"]
    assert decision.findings.scores[Category.SPAM] is None
    assert decision.findings.scores[Category.RACISM] == 0.0


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.1, 1.1])
async def test_a_score_that_is_no_score_counts_as_missing(score: float) -> None:
    decision = await judged(Scripted(scored(score)))
    assert [reason.evidence for reason in decision.reasons] == ["missing:failed"]
    assert decision.outcome is Outcome.HOLD


async def test_an_attribute_that_is_no_score_counts_as_missing() -> None:
    decision = await judged(Scripted(lambda document: Detection(attributes={"insult": 7.0})))
    assert [reason.evidence for reason in decision.reasons] == ["missing:failed"]
    assert decision.findings.attributes["insult"] is None


@pytest.mark.parametrize("span", [Span(0, 0), Span(5, 4), Span(-1, 4), Span(0, len(CLEAN) + 1)])
async def test_a_span_outside_the_text_counts_as_missing(span: Span) -> None:
    decision = await judged(Scripted(scored(0.6, span=span)))
    assert [reason.evidence for reason in decision.reasons] == ["missing:failed"]


async def test_a_detector_that_answers_too_few_documents_counts_as_missing() -> None:
    decision = await judged(ScriptedBatch(nothing, short=1))
    assert [reason.evidence for reason in decision.reasons] == ["missing:failed"]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """An event for detectors to hang on; set at the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


async def test_a_detector_that_hangs_holds_the_comment_at_the_deadline(
    gate: threading.Event,
) -> None:
    def hang(document: Document) -> Detection:
        gate.wait(30)
        return Detection()

    slow = Scripted(hang, categories=frozenset({Category.DOXING}))
    decision = await judged(slow, Scripted(scored(0.6)), deadline_seconds=0.05)
    assert decision.outcome is Outcome.HOLD
    assert [reason.evidence for reason in decision.reasons] == ["", "missing:timed_out"]
    assert decision.verdicts[Category.DOXING] is Outcome.HOLD


async def test_a_detector_that_hangs_starves_itself_and_not_the_others(
    gate: threading.Event,
) -> None:
    def hang(document: Document) -> Detection:
        gate.wait(30)
        return Detection()

    engine = Engine(
        (Scripted(hang, name="slow"), Scripted(scored(0.6))), model="test", deadline_seconds=0.05
    )
    try:
        decisions = [await engine.judge(Submission(text=CLEAN), RULES) for _ in range(4)]
    finally:
        engine.close()
    for decision in decisions:
        assert {reason.evidence for reason in decision.reasons} == {"", "missing:timed_out"}


async def test_a_batch_is_answered_in_order_and_one_bad_text_costs_no_other() -> None:
    def by_text(document: Document) -> Detection:
        if document.text == "bad":
            raise ZeroDivisionError
        return scored(float(document.text))(document)

    engine = Engine((Scripted(by_text),), model="test")
    try:
        decisions = await engine.judge_batch(
            [Submission(text=text) for text in ("0.1", "bad", "0.6", "0.95")], RULES
        )
    finally:
        engine.close()
    assert [decision.outcome for decision in decisions] == [
        Outcome.PUBLISH,
        Outcome.HOLD,
        Outcome.HOLD,
        Outcome.RETURN,
    ]


async def test_attributes_that_nobody_measured_are_missing_rather_than_zero() -> None:
    decision = await judged(Scripted(scored(0.4)))
    assert decision.findings.attributes == {**dict.fromkeys(ATTRIBUTES), "insult": 0.4}


async def test_submissions_judged_at_once_do_not_mix() -> None:
    def echo(document: Document) -> Detection:
        return scored(float(document.text))(document)

    engine = Engine((Scripted(echo),), model="test")
    scores = [n / 100 for n in range(50)]
    try:
        decisions = await asyncio.gather(
            *(engine.judge(Submission(text=str(score)), RULES) for score in scores)
        )
    finally:
        engine.close()
    assert [decision.findings.scores[Category.SPAM] for decision in decisions] == scores


DETECTORS = [
    "profanity",
    "classifier",
    "doxing",
    "links",
    "spam",
    "repetition",
    "language",
    "crisis",
    "canary",
]


@pytest.mark.parametrize("name", DETECTORS)
async def test_each_detector_of_the_engine_in_turn_holds_the_comment_when_it_fails(
    name: str, engine: Engine
) -> None:
    detectors: list[Detector] = [
        Scripted(broken, name=name, categories=detector.categories)
        if detector.name == name
        else detector
        for detector in engine.detectors
    ]
    decision = await judged(*detectors)
    assert decision.outcome is Outcome.HOLD
    assert {gap.detector for gap in decision.findings.missing} >= {name}


def test_the_engine_has_just_these_detectors(engine: Engine) -> None:
    assert sorted(detector.name for detector in engine.detectors) == sorted(DETECTORS)


@pytest.mark.parametrize("outcome", Outcome)
async def test_no_other_detector_of_the_engine_minds_a_canary(
    outcome: Outcome, engine: Engine
) -> None:
    text = f"Please never mind me, I am only trying this out: {RULES.canaries[outcome]}"
    decision = await engine.judge(Submission(text=text), RULES)
    minded = [r.detector for r in decision.reasons if not r.evidence.startswith("missing:")]
    assert minded == ([] if outcome is Outcome.PUBLISH else ["canary"])
