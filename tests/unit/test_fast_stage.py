"""What the fast stage of the classifier settles, and what it leaves to the encoder."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.classifier.artefact import SHIPPED, load_artefact
from fruitful.moderation.classifier.fast import FILE
from fruitful.moderation.classifier.scoring import Classifier
from fruitful.moderation.detectors.classifier import ClassifierDetector
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.pipeline import Engine

CASES = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "classifier.toml").read_text(encoding="utf-8")
)
PLAIN: list[str] = CASES["plainly_clean"]


@pytest.fixture(scope="module")
def detector() -> ClassifierDetector:
    return ClassifierDetector()


def document(text: str, house_rules: HouseRules | None = None) -> Document:
    return Document(Submission(text=text), house_rules or load_default())


def stages(detection: Detection) -> set[str]:
    """Which stages spoke, by the evidence of the signals."""
    return {signal.evidence.partition(":")[0] for signal in detection.signals}


def altered_artefact(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    shutil.copytree(SHIPPED, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("text", PLAIN)
async def test_a_plainly_clean_comment_is_published_without_the_encoder(
    monkeypatch: pytest.MonkeyPatch, detector: ClassifierDetector, text: str
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the encoder was asked")

    monkeypatch.setattr(Classifier, "_run", fail)
    engine = Engine([detector], model="test")
    try:
        decision = await engine.judge(Submission(text=text), load_default())
    finally:
        engine.close()
    assert decision.outcome is Outcome.PUBLISH
    assert not decision.findings.missing


@pytest.mark.parametrize(
    "text", [*CASES["never_settled"], *(text for _, text in CASES["must_be_held"])]
)
def test_abuse_disguise_haste_and_other_languages_are_never_settled(
    detector: ClassifierDetector, text: str
) -> None:
    assert stages(detector.detect(document(text))) == {"model"}


def test_a_threat_between_plain_sentences_is_not_settled(detector: ClassifierDetector) -> None:
    text = " ".join([*PLAIN, CASES["threat"], *PLAIN])
    assert stages(detector.detect(document(text))) == {"model"}


def test_a_settled_comment_scores_far_below_where_it_would_be_held(
    detector: ClassifierDetector,
) -> None:
    rules = load_default().rules
    for text in PLAIN:
        detection = detector.detect(document(text))
        assert stages(detection) == {"fast"}
        for signal in detection.signals:
            hold_at = rules[signal.category].hold_at
            assert hold_at is not None
            assert signal.learned
            assert 0 < signal.score < hold_at / 3


def test_a_comment_gets_the_same_scores_each_time_and_in_any_company(
    detector: ClassifierDetector,
) -> None:
    texts = [*PLAIN, *CASES["never_settled"]]
    together = detector.detect_batch([document(text) for text in texts])
    assert together == [detector.detect(document(text)) for text in texts]
    assert together == ClassifierDetector().detect_batch([document(text) for text in texts])


def test_where_the_rules_are_stricter_than_those_it_was_measured_for_the_encoder_reads_all(
    detector: ClassifierDetector,
) -> None:
    rules = load_default()
    strict = replace(rules.rules[Category.DISCOURTESY], hold_at=0.05)
    stricter = replace(rules, rules={**rules.rules, Category.DISCOURTESY: strict})
    assert stages(detector.detect(document(PLAIN[0], stricter))) == {"model"}


def test_without_a_fast_stage_the_encoder_reads_all(tmp_path: Path) -> None:
    folder = altered_artefact(tmp_path / "artefact", lambda manifest: manifest.pop("fast"))
    (folder / FILE).unlink()
    detector = ClassifierDetector(folder)
    assert detector.problem is None
    for detection in detector.detect_batch([document(text) for text in PLAIN]):
        assert stages(detection) == {"model"}


def made_for_another_encoder(manifest: dict[str, Any]) -> None:
    manifest["fast"]["for_model"] = "0" * 64


def without_its_margin(manifest: dict[str, Any]) -> None:
    del manifest["fast"]["margin"]


def with_another_digest(manifest: dict[str, Any]) -> None:
    manifest["fast"]["sha256"] = "0" * 64


@pytest.mark.parametrize(
    "change", [made_for_another_encoder, without_its_margin, with_another_digest]
)
def test_a_fast_stage_that_does_not_fit_is_left_out_and_the_record_says_so(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    detector = ClassifierDetector(altered_artefact(tmp_path / "artefact", change))
    assert detector.problem
    assert detector.model != ClassifierDetector().model
    assert stages(detector.detect(document(PLAIN[0]))) == {"model"}


def test_the_promise_of_the_manifest_is_kept() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    measured = manifest["fast"]["measured"]
    assert measured["missed"]["all"]["share"] <= 0.005
    assert measured["missed"]["all"]["held"] >= 1_000
    assert all(row["after"] - row["before"] >= -0.002 for row in measured["auc"])
    assert load_artefact().fast is not None
