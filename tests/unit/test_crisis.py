"""Who is told from their words to be in danger, who is not, and what becomes of the comment."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from fruitful.domain.moderation import Findings, Signal, Submission
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.decide import decide
from fruitful.moderation.detectors.crisis import CrisisDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

SENTENCES = tomllib.loads((Path(__file__).parents[1] / "data" / "crisis.toml").read_text("utf-8"))


def found(text: str, parent: str | None = None) -> tuple[Signal, ...]:
    submission = Submission(text=text, parent_text=parent)
    return CrisisDetector().detect(Document(submission, load_default())).signals


def findings(*signals: Signal) -> Findings:
    return Findings(
        signals=signals, missing=(), attributes={}, scores={}, model="test", milliseconds=0.0
    )


def harsh(category: Category) -> Signal:
    return Signal(category=category, score=0.99, detector="test", demands=Outcome.REJECT)


@pytest.mark.parametrize("text", SENTENCES["danger"])
def test_a_writer_who_speaks_of_ending_their_life_is_noticed(text: str) -> None:
    assert [signal.evidence for signal in found(text)] == ["writer_in_danger"]


@pytest.mark.parametrize("text", SENTENCES["safe"])
def test_grief_prevention_news_and_idiom_are_no_danger(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize(
    "text", ["I want to kil myself.", "I w4nt t0 k1ll mys3lf t0n1ght", "i want to k i l l myself"]
)
def test_typing_errors_hide_no_danger(text: str) -> None:
    assert len(found(text)) == 1


def test_whoever_quotes_such_words_to_help_is_not_the_one_in_danger() -> None:
    parent = "I am going to kill myself tonight."
    assert found("> I am going to kill myself tonight.\nPlease call 988, we care.", parent) == ()


def test_a_writer_in_danger_is_held_by_every_rule_and_never_sent_back() -> None:
    signals = found("I am going to kill myself tonight.")
    decision = decide(findings(*signals, harsh(Category.PROFANITY)), load_default())
    assert decision.outcome is Outcome.HOLD
    assert decision.verdicts[Category.PROFANITY] is Outcome.HOLD
    assert decision.is_writer_in_danger


def test_a_flood_of_such_words_is_a_flood() -> None:
    signals = found("I am going to kill myself tonight.")
    decision = decide(findings(*signals, harsh(Category.SPAM)), load_default())
    assert decision.outcome is Outcome.REJECT


@pytest.mark.parametrize("unit", ["i want to ", "i am ", "just ", "' ", "goodbye, "])
def test_no_text_keeps_the_search_busy(unit: str) -> None:
    assert found((unit * 20_000)[:20_000]) == ()
