"""Links in a comment: which count, which deceive, and which are free."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import Category, Outcome, most_severe
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.links import LinksDetector, is_within, links_in
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

RULES = dataclasses.replace(load_default(), allowed_links=frozenset({"example.org", "gov.uk"}))


def found(text: str) -> tuple[Signal, ...]:
    return LinksDetector().detect(Document(Submission(text=text), RULES)).signals


def kinds(text: str) -> list[str]:
    return [signal.evidence.removeprefix("links:") for signal in found(text)]


def outcome(text: str) -> Outcome:
    return most_severe(*(outcome_of(s, RULES.rules[Category.SPAM]) for s in found(text)))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a?b=c#d, please", ["https://example.com/a?b=c#d"]),
        ("(see https://example.com/a).", ["https://example.com/a"]),
        ("HTTP://EXAMPLE.COM", ["HTTP://EXAMPLE.COM"]),
        ("visit www.example.com!", ["www.example.com"]),
        ("visit example.com/shop, now", ["example.com/shop"]),
        ("visit example.com:8080/x", ["example.com:8080/x"]),
        ("[a shop](https://example.com/shop) here", ["https://example.com/shop"]),
        ("https://m\u00fcnchen.example/\u00fcber", ["https://m\u00fcnchen.example/\u00fcber"]),
        ("mail someone@example.com about it", []),
        ("It is late.So I went to bed.", []),
        ("e.g. this, i.e. that, 3.50 or 12.30", []),
        ("Version 2.0.1 of the file report.pdf", []),
    ],
)
def test_a_link_is_what_a_reader_could_follow(text: str, links: list[str]) -> None:
    assert [text[link.span.start : link.span.end] for link in links_in(text)] == links


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, Outcome.PUBLISH),
        (1, Outcome.PUBLISH),
        (3, Outcome.PUBLISH),
        (4, Outcome.HOLD),
        (9, Outcome.HOLD),
        (10, Outcome.RETURN),
    ],
)
def test_few_links_are_published_many_are_held_and_a_farm_is_returned(
    count: int, expected: Outcome
) -> None:
    assert outcome(" and ".join(f"https://site{n}.example/page" for n in range(count))) is expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("look http://bit.ly/abc", "shortened"),
        ("look http://192.168.0.1/x", "address"),
        ("look http://[2001:db8::1]/x", "address"),
        ("look http://3232235521/x", "address"),
        ("look http://\u0430\u0440\u0440\u04cf\u0435.com", "look_alike"),
        ("look http://xn--pypal-4ve.com", "look_alike"),
        ("look https://bank.com@evil.example/", "deceptive"),
        ("look https://me:secret@evil.example/", "deceptive"),
        ("[www.bank.com](http://evil.example/login)", "deceptive"),
        ("[https://bank.com/in](https://bank.com.evil.example/in)", "deceptive"),
        ("best-pills dot com", "spelled"),
        ("best-pills [dot] com", "spelled"),
        ("www dot best-pills dot com", "spelled"),
    ],
)
def test_a_link_that_hides_where_it_leads_is_held(text: str, kind: str) -> None:
    assert kind in kinds(text)
    assert outcome(text) is Outcome.HOLD


@pytest.mark.parametrize(
    "text",
    [
        "[www.bank.com](https://login.bank.com/in)",
        "[the bank](https://bank.com)",
        "[bank.com](bank.com)",
        "https://xn--mnchen-3ya.de and https://m\u00fcnchen.de",
        "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/",
        "the dot com bubble of 2000, and dot com companies",
        "as I said . net of tax it is less",
    ],
)
def test_an_honest_link_is_published(text: str) -> None:
    assert outcome(text) is Outcome.PUBLISH


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a " * 12,
        "https://www.example.org/a https://data.example.org:8443/b",
        "see council.gov.uk/plan",
        "example dot org",
    ],
)
def test_links_that_the_house_rules_allow_count_for_nothing(text: str) -> None:
    assert found(text) == ()


def test_a_domain_that_only_ends_like_an_allowed_one_is_not_allowed() -> None:
    assert is_within("data.example.org", RULES.allowed_links)
    assert not is_within("notexample.org", RULES.allowed_links)
    assert not is_within("example.org.evil.example", RULES.allowed_links)


@given(st.text(st.sampled_from("htp:/.@www[]() dotcom-_a1\u0430\ud800\n")))
@settings(max_examples=300, deadline=None)
def test_any_text_is_measured_and_every_span_lies_within_it(text: str) -> None:
    for signal in found(text + " bit.ly/x"):
        assert signal.span is not None
        assert 0 <= signal.span.start < signal.span.end <= len(text) + 9


@pytest.mark.parametrize(
    "piece", ["a.", "http://", "[a](", "[", "www dot ", "a-", "http://a@", "xn--", "a" * 99 + "."]
)
def test_hostile_texts_of_ten_thousand_characters_take_linear_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    half, whole = (fastest(text[: len(text) // share]) for share in (2, 1))
    # Twice the text may take twice the time; a quadratic step would take four times as long.
    assert whole < 3 * half + 0.02


def fastest(text: str) -> float:
    def once() -> float:
        started = time.process_time()
        found(text)
        return time.process_time() - started

    return min(once() for _ in range(3))
