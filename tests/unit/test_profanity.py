"""What the word lists find, where they find it, and what they leave alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.profanity import MOST_SIGNALS, SCORES, ProfanityDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default
from fruitful.moderation.lexicon import LANGUAGES, Tier, lexicon, parse_lexicon

DATA = Path(__file__).parents[1] / "data"
RULES = load_default()
WORDS = tomllib.loads((DATA / "lexicon" / "words.toml").read_text("utf-8"))


def rows(name: str) -> list[str]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def abusive() -> list[tuple[str, float, str, str]]:
    split = (row.split(" | ") for row in rows("lexicon/abusive.txt"))
    return [(category, float(score), words, text) for category, score, words, text in split]


def unescaped(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def found(text: str) -> tuple[Signal, ...]:
    return ProfanityDetector().detect(Document(Submission(text=text), RULES)).signals


def marked(signal: Signal, text: str) -> str:
    assert signal.span is not None
    return text[signal.span.start : signal.span.end]


@pytest.mark.parametrize(("category", "score", "words", "text"), abusive())
def test_abusive_words_are_found_graded_and_marked(
    category: str, score: float, words: str, text: str
) -> None:
    signals = found(text)
    # A curse at somebody is discourteous and profane; the category in the table comes first.
    assert signals[0].category == category
    assert {(s.score, marked(s, text)) for s in signals} == {(score, words)}
    assert not signals[0].learned


@pytest.mark.parametrize("text", rows("lexicon/clean.txt"))
def test_ordinary_words_and_names_that_hold_bad_ones_stay_clean(text: str) -> None:
    assert found(text) == ()


@pytest.mark.parametrize("row", rows("lexicon/other_languages.txt"))
def test_grave_words_of_other_languages_are_not_published(row: str) -> None:
    _, category, words, text = row.split(" | ")
    [signal] = found(text)
    assert (signal.category, marked(signal, text)) == (category, words)
    assert outcome_of(signal, RULES.rules[signal.category]) is not Outcome.PUBLISH


@pytest.mark.parametrize(
    "text",
    [
        *rows("lexicon/clean_other_languages.txt"),
        *rows("lexicon/everyday_other_languages.txt"),
    ],
)
def test_words_that_are_bad_only_in_another_language_stay_clean(text: str) -> None:
    assert [signal for signal in found(text) if signal.score >= 0.5] == []


@pytest.mark.parametrize("text", rows("lexicon/mentions.txt"))
def test_a_slur_quoted_or_talked_about_is_held_and_never_returned(text: str) -> None:
    [signal] = found(text)
    assert signal.evidence == "lexicon:severe:mention"
    assert outcome_of(signal, RULES.rules[signal.category]) is Outcome.HOLD


@pytest.mark.parametrize("text", ["Terry Coons voted for it.", "Mr Coon wrote to the paper."])
def test_a_surname_that_is_also_a_slur_is_held_and_never_returned(text: str) -> None:
    [signal] = found(text)
    assert signal.evidence == "lexicon:severe:name"
    assert outcome_of(signal, RULES.rules[signal.category]) is Outcome.HOLD


@pytest.mark.parametrize(
    ("tier", "outcome"),
    [(Tier.MILD, Outcome.PUBLISH), (Tier.STRONG, Outcome.HOLD), (Tier.SEVERE, Outcome.RETURN)],
)
def test_each_tier_has_its_outcome_under_the_default_house_rules(
    tier: Tier, outcome: Outcome
) -> None:
    listed = {term.category for term in lexicon("en").terms if term.tier is tier}
    assert listed
    for category in listed:
        signal = Signal(category=category, score=SCORES[tier], detector="profanity")
        assert outcome_of(signal, RULES.rules[category]) is outcome


@pytest.mark.parametrize("row", rows("lexicon/evasions.txt"))
def test_spans_on_text_with_evasion_mark_exactly_the_words_as_typed(row: str) -> None:
    words, typed = map(unescaped, row.split(" | "))
    [signal] = found(typed)
    assert marked(signal, typed) == words
    assert signal.score == SCORES[Tier.STRONG]


def test_what_only_undisguising_found_says_so() -> None:
    assert [s.evidence for s in found(f"{WORDS['strong_disguised']} and {WORDS['strong']}")] == [
        "lexicon:strong",
        "lexicon:strong:disguised",
    ]


def test_of_words_without_end_the_gravest_are_kept() -> None:
    signals = found(f"{WORDS['strong']} " * 300 + WORDS["severe"])
    assert len(signals) == MOST_SIGNALS
    assert max(signal.score for signal in signals) == SCORES[Tier.SEVERE]


def test_a_soft_hyphen_inside_an_innocent_word_makes_no_bad_word_of_it() -> None:
    assert found("the cock\u00adpit of the plane, and Scun\u00adthorpe") == ()


def test_an_insult_aimed_at_oneself_is_no_insult_but_at_the_author_it_is() -> None:
    assert found("I was an idiot to believe it") == ()
    assert found("the author was an idiot to believe it") != ()


@pytest.mark.parametrize("row", rows("lexicon/mirrors.txt"))
def test_mirror_images_are_treated_alike(row: str) -> None:
    one, other = row.split(" | ")
    assert [(s.score, s.evidence) for s in found(one)] == [
        (s.score, s.evidence) for s in found(other)
    ]


@pytest.mark.parametrize(
    "group",
    [
        "black",
        "white",
        "gay",
        "straight",
        "Jewish",
        "Muslim",
        "Christian",
        "Polish",
        "Mexican",
        "trans",
        "disabled",
        "migrant",
    ],
)
def test_naming_a_group_is_no_signal(group: str) -> None:
    assert found(f"I am {group} and my {group} neighbours are kind; they are {group} too.") == ()


@given(st.text(st.characters(codec=None)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_measured_and_every_span_lies_within_it(text: str) -> None:
    for signal in found(f"{text} {WORDS['strong_disguised']} {text}"):
        assert signal.span is not None
        assert 0 <= signal.span.start < signal.span.end <= 2 * len(text) + 6


def test_a_word_list_reads_terms_endings_and_clean_phrases() -> None:
    words = parse_lexicon(
        "# note\n[profanity mild always]\ndarn/v, pest+y/s\n[clean]\ndarn socks\n", language="en"
    )
    assert {term.form for term in words.terms} == {
        "darn", "darned", "darning", "darnin", "darner", "darners", "darns",
        "pesty", "pesties", "pest y", "pest ies",
    }  # fmt: skip
    assert words.clean == ("darn socks",)


def test_a_word_list_marks_open_stems_and_words_that_other_languages_share() -> None:
    words = parse_lexicon("[profanity mild always]\ndarn/*, drat/**, pest/s~\n", language="en")
    marks = {t.form: (t.is_open_before, t.is_open_after, t.is_shared) for t in words.terms}
    assert marks == {
        "darn": (False, True, False),
        "drat": (True, True, False),
        "pest": (False, False, True),
        "pests": (False, False, True),
    }


def test_a_word_list_with_an_unknown_section_is_refused() -> None:
    with pytest.raises(ValueError, match="not a section"):
        parse_lexicon("[profanity mild]\n", language="en")


def test_no_clean_phrase_is_itself_listed() -> None:
    words = lexicon("en")
    assert not {term.form for term in words.terms} & set(words.clean)


def test_every_listed_term_belongs_to_a_category_that_fails_with_the_detector() -> None:
    listed: set[Category] = {t.category for code in LANGUAGES for t in lexicon(code).terms}
    assert listed <= ProfanityDetector.categories


def test_a_curse_at_somebody_breaks_two_rules() -> None:
    signals = found("Go fuck yourself, Brian")
    assert {s.category for s in signals} == {Category.DISCOURTESY, Category.PROFANITY}
