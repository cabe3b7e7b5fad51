"""What happens to comments that hold, seek or resemble private details."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.document import Document
from fruitful.moderation.doxing.addresses import SUPPORTED_COUNTRIES

DATA = Path(__file__).parent.parent / "data" / "doxing"
CASES: Mapping[str, list[str]] = tomllib.loads((DATA / "cases.toml").read_text("utf-8"))
ADDRESSES: Mapping[str, list[str]] = tomllib.loads((DATA / "addresses.toml").read_text("utf-8"))
CLEAN = (DATA / "clean.txt").read_text("utf-8").splitlines()

HOLD_AT = 0.5
RETURN_AT = 0.9

DETECTOR = DoxingDetector()


def signals_of(
    text: str, *, author_email: str | None = None, allowed: frozenset[str] = frozenset()
) -> tuple[Signal, ...]:
    house_rules = HouseRules(version="test", rules={}, canaries={}, allowed_contacts=allowed)
    submission = Submission(text=text, author_email=author_email)
    return DETECTOR.detect(Document(submission, house_rules)).signals


def outcome_of(signals: tuple[Signal, ...]) -> Outcome:
    score = max((signal.score for signal in signals), default=0.0)
    if score >= RETURN_AT:
        return Outcome.RETURN
    return Outcome.HOLD if score >= HOLD_AT else Outcome.PUBLISH


def marked(text: str, signal: Signal) -> str:
    assert signal.span
    return text[signal.span.start : signal.span.end]


def test_every_supported_country_has_addresses_to_try() -> None:
    assert set(ADDRESSES) == set(SUPPORTED_COUNTRIES)


@pytest.mark.parametrize(
    ("country", "text"), [(country, text) for country in ADDRESSES for text in ADDRESSES[country]]
)
def test_a_postal_address_of_every_supported_country_is_seen(country: str, text: str) -> None:
    signals = signals_of(text)
    assert outcome_of(signals) is not Outcome.PUBLISH
    assert f"postal_address:{country}" in {signal.evidence for signal in signals}


@pytest.mark.parametrize("text", CLEAN)
def test_news_talk_with_numbers_and_places_is_let_through(text: str) -> None:
    assert outcome_of(signals_of(text)) is Outcome.PUBLISH


def test_there_are_clean_texts_enough_to_mean_something() -> None:
    assert len(set(CLEAN)) >= 120


@pytest.mark.parametrize("text", CASES["returned"])
def test_another_persons_details_are_returned(text: str) -> None:
    assert outcome_of(signals_of(text)) is Outcome.RETURN


@pytest.mark.parametrize("text", CASES["held"])
def test_details_of_nobody_in_particular_are_held(text: str) -> None:
    assert outcome_of(signals_of(text)) is Outcome.HOLD


@pytest.mark.parametrize("text", CASES["disguised"])
def test_disguised_details_do_not_slip_through(text: str) -> None:
    assert outcome_of(signals_of(text)) is not Outcome.PUBLISH


@pytest.mark.parametrize("text", CASES["caught"])
def test_details_and_calls_are_caught_as_people_write_them(text: str) -> None:
    assert outcome_of(signals_of(text)) is not Outcome.PUBLISH


@pytest.mark.parametrize("text", CASES["find_requests"])
def test_a_call_to_find_a_person_is_returned(text: str) -> None:
    signals = signals_of(text)
    assert outcome_of(signals) is Outcome.RETURN
    assert {signal.evidence for signal in signals} == {"find_request"}


@pytest.mark.parametrize("text", CASES["whereabouts"])
def test_whereabouts_of_a_private_person_are_held(text: str) -> None:
    signals = signals_of(text)
    assert outcome_of(signals) is Outcome.HOLD
    assert {signal.evidence for signal in signals} == {"whereabouts"}


@pytest.mark.parametrize("text", CASES["whereabouts_with_intent"])
def test_whereabouts_with_a_call_to_act_are_returned(text: str) -> None:
    assert outcome_of(signals_of(text)) is Outcome.RETURN


@pytest.mark.parametrize("text", CASES["own"])
def test_the_writers_own_contact_is_published_masked(text: str) -> None:
    signals = signals_of(text)
    assert outcome_of(signals) is Outcome.PUBLISH
    assert [signal.redact for signal in signals] == [True]
    assert signals[0].evidence.endswith(":own")


def test_the_authors_address_is_masked_even_where_nobody_says_whose_it_is() -> None:
    text = "Interested? Jane.Doe@oakmail.example"
    (signal,) = signals_of(text, author_email="jane.doe@oakmail.example")
    assert (signal.redact, signal.score) == (True, 0.1)
    assert marked(text, signal) == "Jane.Doe@oakmail.example"


@pytest.mark.parametrize("text", CASES["published"])
def test_contacts_that_bodies_publish_are_let_through(text: str) -> None:
    assert outcome_of(signals_of(text)) is Outcome.PUBLISH


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Her desk is +44 20 7946 0958", "+44 20 7946 0958"),
        ("Her desk is 020 7946 0958", "+44 20 7946 0958"),
        ("her email is jane.doe@oakmail.example", "jane.doe@oakmail.example"),
        ("her email is jane.doe@oakmail.example", "oakmail.example"),
    ],
)
def test_contacts_that_the_house_rules_allow_are_let_through(text: str, contact: str) -> None:
    assert outcome_of(signals_of(text)) is not Outcome.PUBLISH
    assert signals_of(text, allowed=frozenset({contact})) == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Her number is 212-555-0134, call her.", "212-555-0134"),
        ("ＣＡＬＬ him: ４１５-５５５-０１３４!", "４１５-５５５-０１３４"),
        ("her mail: jane [at] mail dot com ok", "jane [at] mail dot com"),
        ("She lives at seven Harbour Street, flat two.", "seven Harbour Street, flat two"),
        ("Er wohnt Hauptstraße 15, 80331 München", "Hauptstraße 15, 80331 München"),
        ("he: 212\u200b-555\u200b-0134 call him", "212\u200b-555\u200b-0134"),
    ],
)
def test_the_words_marked_are_those_typed(text: str, part: str) -> None:
    assert part in [marked(text, signal) for signal in signals_of(text)]


def test_signals_are_of_this_category_and_not_learned() -> None:
    (signal,) = signals_of("Her number is 212-555-0134")
    assert (signal.category, signal.detector, signal.learned) == (Category.DOXING, "doxing", False)


@pytest.mark.parametrize(
    "template",
    [
        "{0} number is 212-555-0134",
        "anyone know where {1} lives?",
        "{0} address is 12 Oak Street, Springfield, IL 62704",
        "{0} kids go to St Mary's primary",
    ],
)
def test_he_and_she_are_treated_alike(template: str) -> None:
    hers = signals_of(template.format("her", "she"))
    his = signals_of(template.format("his", "he"))
    assert [(s.score, s.evidence) for s in hers] == [(s.score, s.evidence) for s in his]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from([*CASES["returned"], *CASES["disguised"], *ADDRESSES["de"]]),
            st.text(alphabet="0123456789 .-()+@oO at dot,/#°\n", max_size=60),
        ),
        max_size=4,
    )
)
def test_nothing_makes_it_fail_and_every_mark_lies_in_the_text(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for signal in signals_of(text):
        assert signal.span
        assert 0 <= signal.span.start < signal.span.end <= len(text)
        assert 0 <= signal.score <= 1


@pytest.mark.parametrize(
    "unit",
    ["a", "1", "1 ", "a.", "a@", "12 oak ", "one ", "his ", "/", "1-", "0 1 ", "calle ", "- ",
     "(1", "st ", "who knows where ", "12 rue de ", "a1 ", "every day at ", "\n", "+1 ", "x at y ",
     "7946 0958 020 ", "she is ", "1.1111, ", "de "],
)  # fmt: skip
def test_a_hostile_text_costs_little(unit: str) -> None:
    text = unit * (5_000 // len(unit))
    signals_of(text)
    fastest = min(_seconds(text) for _ in range(3))
    # The budget is 50 ms on an idle machine; quadratic behaviour would cost seconds.
    assert fastest < 0.25


def _seconds(text: str) -> float:
    started = time.thread_time()
    signals_of(text)
    return time.thread_time() - started
