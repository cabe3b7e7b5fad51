"""Thresholds said in words: which score they come to, and when they are not in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.errors import HouseRulesInvalid
from fruitful.domain.moderation import Signal
from fruitful.domain.operating_points import FEWEST_POSITIVES, Measure, OperatingPoint
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.classifier import ClassifierDetector
from fruitful.moderation.house_rules import parse_house_rules
from fruitful.moderation.operating_points import (
    CERTAIN_HOLD,
    LEARNED_CATEGORIES,
    Curve,
    Curves,
    hold_point,
    parse_operating_point,
    read_curves,
    resolve,
    return_point,
    shipped_curves,
    wilson,
)

GRID = tuple(round(0.1 * step, 1) for step in range(1, 10))


def curve(positives_at: str, negatives_at: str, clean_at: str = "", **more: object) -> Curve:
    """A curve at 0.1, 0.2 … 0.9; out of as many as reach the first, unless said otherwise."""
    right, wrong = _counts(positives_at), _counts(negatives_at)
    fields: dict[str, object] = {
        "mixture": "a thousand letters",
        "prevalence": right[0] / (right[0] + wrong[0]),
        "positives": right[0],
        "negatives": wrong[0],
        "clean": 1000,
        "thresholds": GRID,
        "positives_at": right,
        "negatives_at": wrong,
        "clean_at": _counts(clean_at) or wrong,
        "recommended_hold": 0.4,
        **more,
    }
    return Curve(**fields)  # type: ignore[arg-type]


def _counts(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split())


GOOD = curve("400 390 380 360 340 300 250 200 150", "600 400 250 150 90 40 20 10 3")
RARE = curve("40 39 38 36 34 30 25 20 15", "900 400 250 150 90 40 20 5 0")
ALL_GOOD = Curves("tried", dict.fromkeys(LEARNED_CATEGORIES, GOOD))


def rules(lines: str, category: Category, curves: Curves = ALL_GOOD) -> HouseRules:
    """House rules of plain numbers, save for these lines of one category."""
    own = {line.partition(" ")[0]: line for line in lines.splitlines()}
    parts = ['version = "7"']
    for each in Category:
        parts += [f"[rules.{each}]", f'title = "No {each}"', 'explanation = "Be kind."']
        numbers = {"hold": "hold = 0.5", "return": "return = 0.9"}
        parts += (numbers | own if each is category else numbers).values()
    return parse_house_rules("\n".join(parts), source="rules.toml", curves=curves)


@pytest.mark.parametrize(
    ("text", "measure", "bound"),
    [
        ("precision >= 0.6", Measure.PRECISION, 0.6),
        ("Precision ≥ 95 %", Measure.PRECISION, 0.95),
        ("recall>=.8", Measure.RECALL, 0.8),
        ("at most 3 % of clean comments", Measure.CLEAN_SHARE, 0.03),
        ("at most 0.5% of clean comments", Measure.CLEAN_SHARE, 0.005),
    ],
)
def test_an_operating_point_is_written_as_one_says_it(
    text: str, measure: Measure, bound: float
) -> None:
    point = parse_operating_point(text)
    assert point is not None
    assert point.measure is measure
    assert point.bound == pytest.approx(bound)
    assert parse_operating_point(str(point)) == point


@pytest.mark.parametrize(
    ("point", "threshold"),
    [
        (OperatingPoint(Measure.PRECISION, 0.6), 0.3),
        (OperatingPoint(Measure.PRECISION, 0.95), 0.8),
        (OperatingPoint(Measure.RECALL, 0.9), 0.4),
        (OperatingPoint(Measure.CLEAN_SHARE, 0.04), 0.6),
    ],
)
def test_an_operating_point_comes_to_the_score_that_was_measured_to_give_it(
    point: OperatingPoint, threshold: float
) -> None:
    found = resolve(point, GOOD)
    assert found.threshold == threshold
    is_of_clean = point.measure is Measure.CLEAN_SHARE
    assert found.mixture == (
        "1000 clean comments as people write them" if is_of_clean else "a thousand letters"
    )
    assert found.estimate is not None
    assert found.estimate.low < found.estimate.share < found.estimate.high


def test_precision_is_told_at_the_stated_prevalence_whatever_the_sample_holds() -> None:
    sample = curve("100 90 80 70 60 50 40 30 20", "100 90 80 70 60 10 5 2 1", prevalence=0.1)
    found = resolve(OperatingPoint(Measure.PRECISION, 0.5), sample)
    assert found.threshold == 0.8  # 0.1 * 0.3 of 0.1 * 0.3 + 0.9 * 0.02
    assert found.estimate is not None
    assert found.estimate.share == pytest.approx(0.03 / 0.048)


def test_returning_on_too_few_comments_is_refused_and_holding_is_not() -> None:
    precise = OperatingPoint(Measure.PRECISION, 0.75)
    returned, held = return_point(precise, RARE), hold_point(precise, RARE)
    assert returned.threshold is None
    assert "what scores 0.8 or more is held instead of returned" in returned.caution
    assert "rests on 40 comments that break the rule" in returned.caution
    assert held.threshold == 0.8
    assert held.caution == "rests on 40 comments that break the rule"


def test_returning_on_a_wide_interval_is_refused() -> None:
    steep = curve("400 300 200 100 50 20 10 5 4", "900 400 250 150 90 40 20 5 0")
    returned = return_point(OperatingPoint(Measure.PRECISION, 0.95), steep)
    assert returned.estimate is not None
    assert (returned.estimate.share, returned.estimate.caught) == (1, 4)
    assert returned.threshold is None
    assert "the interval is too wide to return by" in returned.caution


def test_what_no_score_gives_is_held_where_the_model_recommends_and_never_returned() -> None:
    vain = OperatingPoint(Measure.PRECISION, 0.999)
    assert hold_point(vain, GOOD).threshold == GOOD.recommended_hold
    assert return_point(vain, GOOD).threshold is None


def test_a_refused_return_is_held_even_where_the_rule_holds_nothing() -> None:
    few = Curves("tried", dict.fromkeys(LEARNED_CATEGORIES, RARE))
    text = rules('return = "precision >= 0.75"\nhold = "never"', Category.RACISM, few)
    rule = text.rules[Category.RACISM]
    assert (rule.hold_at, rule.return_at) == (0.8, None)


def test_an_operating_point_moves_the_model_alone_and_not_the_word_lists() -> None:
    rule = rules('hold = "precision >= 0.85"', Category.RACISM).rules[Category.RACISM]
    assert rule.hold_at == 0.6
    sure = Signal(category=Category.RACISM, score=CERTAIN_HOLD, detector="profanity")
    guessed = Signal(category=Category.RACISM, score=0.55, detector="classifier", learned=True)
    assert outcome_of(sure, rule) is Outcome.HOLD
    assert outcome_of(guessed, rule) is Outcome.PUBLISH


def test_a_threshold_for_returning_never_falls_below_the_one_for_holding() -> None:
    found = rules('return = "precision >= 0.6"', Category.RACISM).rules[Category.RACISM]
    assert (found.hold_at, found.return_at) == (0.5, 0.5)
    assert found.return_point is not None
    assert "raised to 0.5" in found.return_point.caution


@pytest.mark.parametrize(
    ("line", "category", "complaint"),
    [
        (
            'hold = "precision >= 0.6"',
            Category.PROFANITY,
            "rules.toml:15:1: no trained model judges profanity, so 'hold' must be a number",
        ),
        (
            'reject = "precision >= 0.99"',
            Category.RACISM,
            "rules.toml:12:1: 'reject' must be a number: a model alone never rejects",
        ),
        (
            'hold = "precision > 0.6"',
            Category.RACISM,
            "rules.toml:10:1: 'hold': 'precision > 0.6' is no operating point: write 'precision",
        ),
        (
            'hold = "at most 3 of clean comments"',
            Category.RACISM,
            "rules.toml:10:1: 'hold': 'at most 3 of clean comments' needs a per cent sign",
        ),
        (
            'hold = "recall >= 120 %"',
            Category.RACISM,
            "rules.toml:10:1: 'hold': 'recall >= 120 %' asks for none or for all",
        ),
    ],
)
def test_a_mistake_in_an_operating_point_is_told_with_its_line(
    line: str, category: Category, complaint: str
) -> None:
    with pytest.raises(HouseRulesInvalid) as caught:
        rules(line, category)
    assert str(caught.value).startswith(complaint)


def test_a_model_that_brings_no_curves_is_named_where_the_point_stands(tmp_path: Path) -> None:
    described = {"version": "minilm-of-old", "categories": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(described))
    with pytest.raises(HouseRulesInvalid) as caught:
        rules('hold = "recall >= 0.8"', Category.RACISM, read_curves(tmp_path))
    assert str(caught.value) == (
        "rules.toml:10:1: 'hold' is an operating point, but the manifest of model minilm-of-old"
        " has no operating curves: write a number instead"
    )


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1, "operating_curves": {"racism": 3}}'])
def test_a_damaged_manifest_is_a_complaint_and_no_crash(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(HouseRulesInvalid, match="'hold' is an operating point, but"):
        rules('hold = "recall >= 0.8"', Category.RACISM, read_curves(tmp_path))


def test_the_version_changes_with_the_scores_that_the_points_come_to() -> None:
    other = Curves("tried", dict.fromkeys(LEARNED_CATEGORIES, RARE))
    line = 'hold = "precision >= 0.6"'
    assert rules(line, Category.RACISM).version == rules(line, Category.RACISM).version
    assert rules(line, Category.RACISM).version != rules(line, Category.RACISM, other).version
    assert rules("hold = 0.5", Category.RACISM).version == (
        rules("hold = 0.5", Category.RACISM, other).version
    )


def test_numbers_need_no_curves_at_all() -> None:
    none = Curves("unknown", {}, "there is no manifest")
    assert rules("hold = 0.4", Category.RACISM, none).rules[Category.RACISM].hold_at == 0.4


def test_the_shipped_model_gives_every_learned_category_a_curve_or_says_why_not() -> None:
    shipped = shipped_curves()
    assert set(shipped.by_category) == LEARNED_CATEGORIES or shipped.problem


def test_operating_points_are_for_what_the_classifier_judges() -> None:
    assert ClassifierDetector.categories == LEARNED_CATEGORIES


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Any counts that fall along the thresholds."""
    drawn = [
        sorted(draw(st.lists(st.integers(0, 400), min_size=9, max_size=9)), reverse=True)
        for _ in range(3)
    ]
    right, wrong, clean = (tuple(counts) for counts in drawn)
    return Curve(
        mixture="drawn",
        prevalence=draw(st.floats(0.01, 0.5)),
        positives=right[0] + 1,
        negatives=wrong[0] + 1,
        clean=clean[0] + 1,
        thresholds=GRID,
        positives_at=right,
        negatives_at=wrong,
        clean_at=clean,
        recommended_hold=0.4,
    )


@given(curves(), st.sampled_from(Measure), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_asking_for_more_precision_or_fewer_clean_ones_never_lowers_the_score(
    drawn: Curve, measure: Measure, one: float, other: float
) -> None:
    mild, strict = sorted((one, other), reverse=measure is Measure.CLEAN_SHARE)
    milder = resolve(OperatingPoint(measure, mild), drawn).threshold
    stricter = resolve(OperatingPoint(measure, strict), drawn).threshold
    if milder is None:
        assert stricter is None
    elif stricter is not None and measure is Measure.RECALL:
        assert stricter <= milder
    elif stricter is not None:
        assert stricter >= milder


@given(curves(), st.sampled_from(Measure), st.floats(0.01, 0.99))
def test_what_is_in_force_was_measured_to_keep_the_bound_and_to_rest_on_enough(
    drawn: Curve, measure: Measure, bound: float
) -> None:
    point = OperatingPoint(measure, bound)
    found = return_point(point, drawn)
    if found.threshold is None:
        assert found.caution
        return
    assert found.estimate is not None
    assert found.estimate.rests_on >= FEWEST_POSITIVES
    assert found.estimate.caught <= found.estimate.rests_on
    assert found.estimate.low <= found.estimate.share <= found.estimate.high
    share = found.estimate.share
    assert share <= bound if measure is Measure.CLEAN_SHARE else share >= bound


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_narrows_with_what_is_known(hits: int, more: int) -> None:
    trials = hits + more
    low, high = wilson(hits, trials)
    wider = wilson(hits * 10, trials * 10)
    assert 0 <= low <= high <= 1
    if trials:
        assert low - 1e-9 <= hits / trials <= high + 1e-9
        assert wider[1] - wider[0] <= high - low
