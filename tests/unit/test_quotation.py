"""What counts as quoted from the comment answered, and that it is not held against the quoter."""

from __future__ import annotations

import pytest

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.detectors.profanity import ProfanityDetector
from fruitful.moderation.document import Document
from fruitful.moderation.quotation import quoted_passages, without

PARENT = "The mayor is a complete idiot, and his bridge is a joke."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("> The mayor is a complete idiot\nThat is no way to talk.", "That is no way to talk."),
        ("> the mayor is a complete\n> idiot, and his bridge\nWhy?", "Why?"),
        ('You wrote "the mayor is a complete idiot". Why?', "You wrote . Why?"),
        ("You wrote “The mayor … is a joke”. Why?", "You wrote . Why?"),
        ("You wrote 'complete idiot, and his bridge'. Why?", "You wrote . Why?"),
        ("Vous dites « The mayor is a complete idiot » ?", "Vous dites ?"),
    ],
)
def test_a_passage_of_the_comment_answered_is_no_words_of_the_writer(text: str, own: str) -> None:
    passages = quoted_passages(text, [PARENT])
    assert " ".join(without(text, passages).split()).replace(" .", " .") == own


@pytest.mark.parametrize(
    "text",
    [
        "> The mayor is a filthy idiot\nThat is what you wrote.",  # A word was put in.
        'You wrote "complete idiot". Why?',  # Too short to be told from a chance.
        "The mayor is a complete idiot, and his bridge is a joke.",  # No marks.
    ],
)
def test_what_the_parent_does_not_say_stays_the_writers_own(text: str) -> None:
    assert quoted_passages(text, [PARENT]) == ()


def test_the_title_of_the_article_may_be_quoted_too() -> None:
    text = 'Whoever wrote "Fools rush in where angels fear" never read Pope.'
    assert quoted_passages(text, [None, "Fools rush in where angels fear"]) != ()


def test_without_a_parent_nothing_is_quoted() -> None:
    assert quoted_passages("> you complete and utter idiot", [None, None]) == ()


@pytest.mark.parametrize("text", ['"' * 20_000, "> a\n" * 5_000, "'a b c' " * 2_500, "“" * 9_000])
def test_quotation_marks_without_end_are_read_in_a_moment(text: str) -> None:
    passages = quoted_passages(text, [PARENT])
    assert all(0 <= span.start < span.end <= len(text) for span in passages)


def test_blanking_moves_no_other_character() -> None:
    text = '"The mayor is a complete idiot"\n\nis rude.'
    blanked = without(text, quoted_passages(text, [PARENT]))
    assert len(blanked) == len(text)
    assert blanked.index("is rude") == text.index("is rude")


@pytest.mark.parametrize(
    ("text", "parent", "is_caught"),
    [
        ('"The mayor is a complete idiot" is no argument.', PARENT, False),
        ('"The mayor is a complete idiot" is no argument.', None, True),
        ('"The mayor is a complete idiot" is right, you moron.', PARENT, True),
    ],
)
def test_an_insult_counts_against_its_own_writer_only(
    text: str, parent: str | None, is_caught: bool
) -> None:
    rules = HouseRules(version="test", rules={}, canaries={})
    document = Document(Submission(text=text, parent_text=parent), rules)
    signals = ProfanityDetector().detect(document).signals
    assert any(signal.score >= 0.5 for signal in signals) is is_caught
