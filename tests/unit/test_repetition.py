from __future__ import annotations

import pytest

from fruitful.domain.moderation import History, Signal, Submission
from fruitful.domain.policy import Outcome
from fruitful.moderation.detectors.repetition import RepetitionDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

ADVERTISEMENT = "My neighbour showed me how to pay off a mortgage in six months, write to me."


def signals(text: str, **history: int) -> tuple[Signal, ...]:
    submission = Submission(text=text, history=History(**history))
    return RepetitionDetector().detect(Document(submission, load_default())).signals


@pytest.mark.parametrize(
    ("copies", "outcome"),
    [(1, Outcome.HOLD), (2, Outcome.HOLD), (3, Outcome.RETURN), (6, Outcome.REJECT)],
)
def test_the_first_copies_wait_and_a_flood_of_them_is_turned_away(
    copies: int, outcome: Outcome
) -> None:
    assert [s.demands for s in signals(ADVERTISEMENT, near_duplicates=copies)] == [outcome]


@pytest.mark.parametrize("text", ["Thank you!", "I agree", "ok thanks", "Well said.", "👍"])
def test_short_common_replies_are_never_duplicates(text: str) -> None:
    assert signals(text, near_duplicates=50) == ()


@pytest.mark.parametrize(
    ("recent", "outcomes"),
    [
        (9, []),
        (10, [Outcome.HOLD]),
        (20, [Outcome.RETURN]),
        (40, [Outcome.REJECT]),
    ],
)
def test_a_writer_faster_than_hands_is_slowed_down(recent: int, outcomes: list[Outcome]) -> None:
    assert [s.demands for s in signals("A thought.", same_author_recent=recent)] == outcomes


def test_a_phrase_said_over_and_over_goes_back_to_its_writer() -> None:
    (signal,) = signals("Nobody asked the villages! " * 12)
    assert signal.score >= 0.9
    assert signal.evidence == "repeated_phrase"


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no, no, no!",
        "Go Rovers! Go Rovers! Go Rovers!",
        "We shall fight for the school, we shall fight for the bridge, we shall fight for the "
        "library, and we shall go on talking until the council hears what the villages say.",
    ],
)
def test_emphasis_and_rhetoric_are_not_repetition(text: str) -> None:
    assert signals(text) == ()
