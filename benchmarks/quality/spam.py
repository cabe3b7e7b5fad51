"""Score comments set down before the spam patterns were widened, seen and held-out ones apart.

``python -m benchmarks.quality.spam [--misses]``. Judged by the detectors of spam alone under the
default house rules; "caught" is anything but published.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.links import LinksDetector
from fruitful.moderation.detectors.repetition import RepetitionDetector
from fruitful.moderation.detectors.spam import SpamDetector
from fruitful.moderation.document import Detector, Document
from fruitful.moderation.house_rules import load_default

CASES = Path(__file__).with_name("spam_cases.toml")


def main() -> None:
    """Print how many of each list came out as they must, and which did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", choices=("seen", "held_out"), help="show them")
    arguments = parser.parse_args()
    lists = tomllib.loads(CASES.read_text("utf-8"))
    detectors: tuple[Detector, ...] = (SpamDetector(), LinksDetector(), RepetitionDetector())
    rules = load_default()
    for part, kinds in lists.items():
        for kind, texts in kinds.items():
            wrong = [t for t in texts if is_caught(detectors, t, rules) is not (kind == "spam")]
            right, total = len(texts) - len(wrong), len(texts)
            print(f"{part:9s} {kind:6s} {right:3d} of {total} right ({right / total:.0%})")
            if part == arguments.misses:
                print(*(f"    {text}" for text in wrong), sep="\n")


def is_caught(detectors: tuple[Detector, ...], text: str, rules: HouseRules) -> bool:
    """Whether the rule on spam keeps the text from being published at once."""
    document = Document(Submission(text=text), rules)
    rule = rules.rules[Category.SPAM]
    return any(
        outcome_of(signal, rule) is not Outcome.PUBLISH
        for detector in detectors
        for signal in detector.detect(document).signals
    )


if __name__ == "__main__":
    main()
