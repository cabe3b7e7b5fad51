"""Advertising and honest talk as they stand under articles, in six languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from fruitful.domain.moderation import Submission
from fruitful.moderation.detectors.repetition import RepetitionDetector
from fruitful.moderation.detectors.spam import SpamDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "benchmarks/quality/spam_cases.toml").read_text("utf-8")
)
HOLD = 0.5


def is_caught(text: str) -> bool:
    document = Document(Submission(text=text), load_default())
    detectors = (SpamDetector(), RepetitionDetector())
    return any(s.score >= HOLD for detector in detectors for s in detector.detect(document).signals)


@pytest.mark.parametrize(
    ("part", "kind", "caught"),
    [
        ("seen", "spam", True),
        ("seen", "clean", False),
        ("held_out", "spam", True),
        ("held_out", "clean", False),
    ],
)
def test_nineteen_of_twenty_cases_come_out_as_they_must(part: str, kind: str, caught: bool) -> None:
    texts = CASES[part][kind]
    wrong = [text for text in texts if is_caught(text) is not caught]
    assert len(wrong) * 20 <= len(texts), wrong


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("win now " * 4 + "win now", True),
        ("spam " * 12, True),
        ("No, no, no, no. Not again.", False),
        ("Goal! Goal! Goal! Goal!", False),
        ("Row, row, row your boat, gently down the stream.", False),
    ],
)
def test_a_refrain_without_end_says_nothing(text: str, caught: bool) -> None:
    assert is_caught(text) is caught
