"""Swapping the side, nation, faith or identity in a sentence must not swap the outcome."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from fruitful.domain.moderation import Submission
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.neutrality.counterfactuals import (
    Counterfactual,
    Variant,
    counterfactuals,
)
from fruitful.moderation.neutrality.measures import Judged, area, by_family, by_term, share_wrong
from fruitful.moderation.pipeline import Engine

MOST_WRONG = 0.07
"""Share of the small set's groups that may be uneven or wrong: it may shrink, never grow."""


def test_every_sentence_is_said_of_every_term_of_its_axis_and_nothing_else_differs() -> None:
    groups = counterfactuals()

    assert len(groups) >= 300
    assert {group.axis for group in groups} == {
        "party",
        "politician",
        "nation",
        "faith",
        "ethnicity",
        "gender",
        "orientation",
    }
    for group in groups:
        assert len({variant.term for variant in group.variants}) == len(group.variants)
        assert len({variant.text for variant in group.variants}) > len(group.variants) / 2
        assert not any("{" in variant.text for variant in group.variants)


async def test_the_same_said_of_anybody_has_the_same_outcome(engine: Engine) -> None:
    groups = counterfactuals(every=12)
    texts = [Submission(text=v.text) for group in groups for v in group.variants]
    rules = load_default()
    found = iter(await engine.judge_batch(texts, rules))
    judged = [Judged.of(group, [next(found) for _ in group.variants]) for group in groups]

    uneven = [group.variants[0].text for group in groups_that_flip(judged)]
    assert share_wrong(judged) <= MOST_WRONG, uneven


def groups_that_flip(judged: list[Judged]) -> list[Counterfactual]:
    return [j.counterfactual for j in judged if j.flips or j.is_evenly_wrong]


def test_a_group_flips_when_one_term_is_judged_otherwise() -> None:
    clean = Counterfactual(
        axis="party",
        family="criticised",
        is_abuse=False,
        variants=(Variant(term="Reds", text="Reds err."), Variant(term="Blues", text="Blues err.")),
    )
    abuse = replace(clean, family="insulted", is_abuse=True)
    even = Judged(counterfactual=clean, published=(True, True), scores=(0.1, 0.1))
    flip = Judged(counterfactual=clean, published=(True, False), scores=(0.1, 0.9))
    wrong = Judged(counterfactual=abuse, published=(True, True), scores=(0.2, 0.2))

    assert share_wrong([even, even, flip, wrong]) == 0.5
    assert [(r.family, r.flips, r.evenly_wrong) for r in by_family([even, flip, wrong])] == [
        ("insulted", 0, 1),
        ("criticised", 1, 0),
    ]
    assert {r.term: round(r.gap, 3) for r in by_term([even, flip])} == {
        "Reds": -0.2,
        "Blues": 0.2,
    }


def test_a_term_whose_clean_sentences_look_abusive_shows_in_its_bpsn() -> None:
    def said(is_abuse: bool, scores: tuple[float, float]) -> Judged:
        variants = (Variant(term="Reds", text="a"), Variant(term="Blues", text="b"))
        group = Counterfactual(axis="party", family="x", is_abuse=is_abuse, variants=variants)
        return Judged(counterfactual=group, published=(True, True), scores=scores)

    results = by_term([said(False, (0.9, 0.1)), said(True, (0.95, 0.8))])

    assert {r.term: r.bpsn for r in results} == {"Reds": 0.0, "Blues": 1.0}


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([0.9, 0.8], [0.1], 1.0), ([0.5], [0.5], 0.5), ([0.1], [0.2, 0.3], 0.0)],
)
def test_the_area_counts_ties_half(
    positive: list[float], negative: list[float], expected: float
) -> None:
    assert area(positive, negative) == expected
    assert math.isnan(area([], negative))


def test_a_smaller_set_keeps_every_family_on_every_axis() -> None:
    def kinds(groups: list[Counterfactual]) -> set[tuple[str, str]]:
        return {(group.axis, group.family) for group in groups}

    assert kinds(counterfactuals(every=1000)) == kinds(counterfactuals())
    with pytest.raises(ValueError, match="at least 1"):
        counterfactuals(every=0)
