"""An operator tries an installation with the canary texts of the house rules."""

from __future__ import annotations

import pytest

from fruitful.domain.moderation import Findings, Submission
from fruitful.domain.policy import Outcome
from fruitful.moderation.decide import decide
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

RULES = load_default()


def outcome(text: str) -> Outcome:
    detection = CanaryDetector().detect(Document(Submission(text=text), RULES))
    findings = Findings(
        signals=detection.signals,
        missing=(),
        attributes={},
        scores={},
        model="test",
        milliseconds=0.0,
    )
    return decide(findings, RULES).outcome


@pytest.mark.parametrize("wanted", Outcome)
def test_a_comment_with_a_canary_gets_exactly_the_outcome_it_is_for(wanted: Outcome) -> None:
    assert outcome(f"Trying this out: {RULES.canaries[wanted]}.") is wanted


def test_of_two_canaries_the_graver_wins() -> None:
    both = RULES.canaries[Outcome.HOLD] + " " + RULES.canaries[Outcome.REJECT]
    assert outcome(both) is Outcome.REJECT


def test_a_canary_counts_only_as_written() -> None:
    assert outcome(RULES.canaries[Outcome.REJECT].lower()) is Outcome.PUBLISH


def test_every_place_of_a_canary_is_marked() -> None:
    canary = RULES.canaries[Outcome.HOLD]
    text = f"{canary} and {canary}"
    signals = CanaryDetector().detect(Document(Submission(text=text), RULES)).signals
    assert [text[s.span.start : s.span.end] for s in signals if s.span] == [canary, canary]
    assert {s.evidence for s in signals} == {"canary:hold"}
