"""Score sentences set down before the doxing detector was written.

Reads ``doxing_heldout.jsonl``: sentences with the outcome that a person expects. Prints how often
each expectation met each outcome, and every sentence on which the two disagree. The first score,
of a detector that had never seen them: 64 of 66 caught, 69 of 70 let through, 3 of 4 masked. What
it missed was mended afterwards, so later figures tell of regressions only. Run with
``python benchmarks/quality/doxing.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.document import Document

_HELD_OUT = Path(__file__).with_name("doxing_heldout.jsonl")
_HOLD_AT, _RETURN_AT = 0.5, 0.9  # The default house rules.


def main() -> None:
    """Print the table and the disagreements."""
    detector = DoxingDetector()
    house_rules = HouseRules(version="benchmark", rules={}, canaries={})
    table: Counter[tuple[str, str]] = Counter()
    for line in _HELD_OUT.read_text("utf-8").splitlines():
        case = json.loads(line)
        document = Document(Submission(text=case["text"]), house_rules)
        outcome = _outcome(detector.detect(document).signals)
        table[case["expect"], outcome] += 1
        if outcome != case["expect"]:
            print(f"{case['expect']} -> {outcome}: {case['text']}")
    for (expected, outcome), count in sorted(table.items()):
        print(f"{count:4d}  expected {expected:8s} got {outcome}")


def _outcome(signals: Sequence[Signal]) -> str:
    score = max((signal.score for signal in signals), default=0.0)
    if score >= _RETURN_AT:
        return "return"
    if score >= _HOLD_AT:
        return "hold"
    return "mask" if any(signal.redact for signal in signals) else "publish"


if __name__ == "__main__":
    main()
