"""Score sentences set down before the doxing detector was written.

Reads ``doxing_heldout.jsonl``: sentences with the outcome that a person expects. Prints how often
each expectation met each outcome, and every sentence on which the two disagree. The first score,
of a detector that had never seen them: 64 of 66 caught, 69 of 70 let through, 3 of 4 masked. What
it missed was mended afterwards, so later figures tell of regressions only. A second list,
``doxing_more.toml``, was set down later and read likewise: first 32 of 45 caught, 43 of 45 let
through, 4 of 4 masked; what its part "later" holds was written after the mending. Run with
``python benchmarks/quality/doxing.py``.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

_HELD_OUT = Path(__file__).with_name("doxing_heldout.jsonl")
_MORE = Path(__file__).with_name("doxing_more.toml")
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
    for expected, texts in tomllib.loads(_MORE.read_text("utf-8")).items():
        wrong = [t for t in texts if not _is_met(expected.split("_")[0], _judged(detector, t))]
        print(*(f"not {expected}: {text}" for text in wrong), sep="\n")
        print(f"{len(texts) - len(wrong):4d} of {len(texts)} {expected}")


def _judged(detector: DoxingDetector, text: str) -> str:
    house_rules = load_default()
    return _outcome(detector.detect(Document(Submission(text=text), house_rules)).signals)


def _is_met(expected: str, outcome: str) -> bool:
    met = {"caught": ("hold", "return"), "passes": ("publish", "mask"), "masked": ("mask",)}
    return outcome in met[expected]


def _outcome(signals: Sequence[Signal]) -> str:
    score = max((signal.score for signal in signals), default=0.0)
    if score >= _RETURN_AT:
        return "return"
    if score >= _HOLD_AT:
        return "hold"
    return "mask" if any(signal.redact for signal in signals) else "publish"


if __name__ == "__main__":
    main()
