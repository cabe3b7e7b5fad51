"""What lays a person open to strangers, beside sentences about the same places that do not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from fruitful.domain.moderation import Submission
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "benchmarks/quality/doxing_more.toml").read_text("utf-8")
)
HOLD = 0.5


def is_caught(text: str) -> bool:
    document = Document(Submission(text=text), load_default())
    return any(signal.score >= HOLD for signal in DoxingDetector().detect(document).signals)


@pytest.mark.parametrize("part", list(CASES))
def test_nineteen_of_twenty_sentences_come_out_as_they_must(part: str) -> None:
    caught = part.startswith("caught")
    wrong = [text for text in CASES[part] if is_caught(text) is not caught]
    assert len(wrong) * 20 <= len(CASES[part]), wrong


@pytest.mark.parametrize(
    "text",
    ["d0es 4ny0n3 kn0w wh3r3 she l1v3s", "Does anyone knwo where she lvies?"],
)
def test_a_disguise_hides_no_call_to_find_somebody(text: str) -> None:
    assert is_caught(text)


def test_quoting_private_details_gives_them_away_again() -> None:
    shared = "Her mobile is 07700 900456, ring her at night."
    document = Document(Submission(text=f"> {shared}\nSee?", parent_text=shared), load_default())
    assert any(signal.score >= HOLD for signal in DoxingDetector().detect(document).signals)


def test_no_text_keeps_the_search_busy() -> None:
    assert not is_caught("she works at the " * 1_000)
