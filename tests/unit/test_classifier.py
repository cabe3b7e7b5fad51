"""What the trained classifier does for the people who write, read and run a comment section."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import ATTRIBUTES, Submission
from fruitful.domain.policy import Category, HouseRules
from fruitful.moderation.classifier.artefact import (
    SHIPPED,
    ArtefactUnusable,
    Platt,
    load_artefact,
)
from fruitful.moderation.classifier.preprocess import prepare
from fruitful.moderation.classifier.scoring import Classifier
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.classifier import MARKED_FROM, ClassifierDetector
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.house_rules import load_default

CASES = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "classifier.toml").read_text(encoding="utf-8")
)
HOUSE_RULES = HouseRules(version="test", rules={}, canaries={})


@pytest.fixture(scope="module")
def detector() -> ClassifierDetector:
    return ClassifierDetector()


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_artefact())


def document(text: str) -> Document:
    return Document(Submission(text=text), HOUSE_RULES)


def held_for(detection: Detection) -> set[Category]:
    """The categories that the default house rules would hold or return."""
    rules = load_default().rules
    return {s.category for s in detection.signals if outcome_of(s, rules[s.category]) != "publish"}


@pytest.mark.parametrize(("category", "text"), CASES["must_be_held"])
def test_abuse_without_a_listed_word_is_held(
    detector: ClassifierDetector, category: str, text: str
) -> None:
    assert Category(category) in held_for(detector.detect(document(text)))


@pytest.mark.parametrize("text", CASES["must_pass"])
def test_hot_but_polite_words_and_mentions_of_people_pass(
    detector: ClassifierDetector, text: str
) -> None:
    assert held_for(detector.detect(document(text))) == set()


@pytest.mark.parametrize(("template", "fillers"), CASES["swaps"])
def test_swapping_the_nation_party_or_faith_does_not_swap_the_outcome(
    detector: ClassifierDetector, template: str, fillers: list[str]
) -> None:
    detections = detector.detect_batch([document(template.format(f)) for f in fillers])
    assert len({bool(held_for(detection)) for detection in detections}) == 1


def test_every_category_and_attribute_is_scored_between_nought_and_one(
    detector: ClassifierDetector,
) -> None:
    detection = detector.detect(document("The library opens at nine."))
    assert {s.category for s in detection.signals} == detector.categories
    assert all(s.learned and 0 <= s.score <= 1 for s in detection.signals)
    assert set(detection.attributes) == set(ATTRIBUTES)
    assert all(0 <= score <= 1 for score in detection.attributes.values())


def test_one_threat_in_a_very_long_comment_decides(detector: ClassifierDetector) -> None:
    calm, threat = CASES["calm_paragraph"], CASES["threat"]
    text = calm * 8 + threat + " " + calm * 8
    detection = detector.detect(document(text))
    assert Category.VIOLENCE in held_for(detection)
    assert held_for(detector.detect(document(calm * 16))) == set()
    spans = [s.span for s in detection.signals if s.category is Category.VIOLENCE and s.span]
    where = range(text.index(threat), text.index(threat) + len(threat))
    assert spans
    assert all(span.start in where and span.end - 1 in where for span in spans)


def test_marked_words_point_into_the_text_as_it_was_typed(detector: ClassifierDetector) -> None:
    text, word = CASES["disguised"], CASES["disguised_word"]
    signals = detector.detect(document("🙂🙂 " + text)).signals
    spans = [s.span for s in signals if s.category is Category.DISCOURTESY]
    marked = [("🙂🙂 " + text)[span.start : span.end] for span in spans if span]
    assert any(word in words for words in marked)


def test_only_scores_worth_explaining_mark_words(detector: ClassifierDetector) -> None:
    for text in (CASES["threat"], CASES["disguised"], CASES["calm_paragraph"]):
        for signal in detector.detect(document(text)).signals:
            assert (signal.span is not None) == (signal.score >= MARKED_FROM)


def test_a_comment_gets_the_same_score_alone_and_in_any_company(
    detector: ClassifierDetector,
) -> None:
    texts = [text for _, text in CASES["must_be_held"]] + ["Ok.", CASES["calm_paragraph"] * 5]
    together = detector.detect_batch([document(text) for text in texts])
    assert together == [detector.detect(document(text)) for text in texts]


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b\u200b", "a" + "\u0301" * 10_000, "\ud800", "\x00"]
)
def test_text_without_words_is_no_reason_to_fail(detector: ClassifierDetector, text: str) -> None:
    assert held_for(detector.detect(document(text))) == set()


def test_without_a_model_the_detector_starts_and_says_that_it_cannot_measure(
    tmp_path: Path,
) -> None:
    detector = ClassifierDetector(tmp_path)
    assert detector.model == "absent"
    assert detector.problem
    with pytest.raises(DetectorUnavailable) as refusal:
        detector.detect(document("Good morning."))
    assert refusal.value.cause == "model_absent"


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_file_is_noticed_before_it_scores_anything(tmp_path: Path, damaged: str) -> None:
    folder = tmp_path / "artefact"
    shutil.copytree(SHIPPED, folder)
    content = (folder / damaged).read_bytes()
    (folder / damaged).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtefactUnusable, match=damaged.replace(".", r"\.")):
        load_artefact(folder)


def test_the_artefact_is_small_enough_to_ship_with_the_code() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) <= 30_000_000


def test_calibration_keeps_the_order_and_never_overflows() -> None:
    platt = Platt(slope=1.3, offset=-0.4)
    logits = [-1e6, -5.0, 0.0, 5.0, 1e6]
    scores = [platt.probability(logit) for logit in logits]
    assert scores == sorted(scores)
    assert scores[0] == 0.0
    assert scores[-1] == 1.0


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a 🐀 here", "a  rat  here"),
        ("see https://example.org/a?b=c now", "see  link  now"),
        ("@someone hello", " user  hello"),
        ("soooooo good", "sooo good"),
        ("ｆｕｌｌ width", "full width"),
        ("“quoted”", '"quoted"'),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_the_encoder_reads_signs_as_words(typed: str, read: str) -> None:
    assert prepare(typed).text == read


def test_prepared_text_remembers_where_every_character_came_from() -> None:
    view = prepare("well 🐀 yesssss")
    start = view.text.index("rat")
    assert view.span(start, start + 3).start == 5
    assert view.span(view.text.index("yes"), len(view.text)).end == len("well 🐀 yesssss")


def test_reading_side_by_side_changes_no_score(classifier: Classifier) -> None:
    texts = ["Good morning.", CASES["threat"], CASES["calm_paragraph"] * 9]
    side_by_side = Classifier(load_artefact(), threads=2).score(texts)
    one_by_one = classifier.score(texts)
    assert [r.scores for r in side_by_side] == [r.scores for r in one_by_one]
