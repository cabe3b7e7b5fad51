"""What a text looks like once case, width, look-alikes and invisible characters are undone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitful.domain.moderation import Span
from fruitful.moderation.normalise import Normalised, fold, undisguise

DATA = Path(__file__).parents[1] / "data" / "normalise"
ANY_TEXT = st.text(st.characters(codec=None))
TRICKY_TEXT = st.text(
    st.sampled_from("damnit 1!|@$*#._-'\"\n\t\u0301\u200b\u202e\u00ad\u0456\u03bf\ud800\U0001f1eb")
)

PIECES = (
    "d",
    "a",
    "m",
    "n",
    "1",
    "$",
    "*",
    " ",
    "  ",
    "\n",
    ".",
    "-",
    "d a m n",
    "d*mn",
    "d.a",
    "\u200b",
    "\u0301",
)
DISGUISED_TEXT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def lines(name: str) -> list[str]:
    rows = (DATA / name).read_text("utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


@pytest.mark.parametrize("text", lines("other_scripts.txt"))
def test_text_in_another_script_stays_in_its_script(text: str) -> None:
    assert fold(text).text == text.lower()


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("HELLO", "hello"),
        ("\u0130stanbul", "istanbul"),
        ("caf\u00e9", "caf\u00e9"),
        ("cafe\u0301", "caf\u00e9"),
        ("\ufb01ne", "fine"),
        ("a\u00a0b\u3000c", "a b c"),
        ("one\u2028two", "one\ntwo"),
        ("nul\u0000bell\u0007", "nulbell"),
        ("it\u2019s", "it's"),
        (
            "half \u00bd, 20 m\u00b2, No. \u2116, \u2122 and \u2026",
            "half \u00bd, 20 m\u00b2, no. \u2116, \u2122 and \u2026",
        ),
        ("\U0001f1eb\U0001f1f7 flag", "\U0001f1eb\U0001f1f7 flag"),
    ],
)
def test_folding_undoes_the_look_and_keeps_the_words(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


def test_a_word_of_look_alikes_in_an_english_sentence_becomes_latin() -> None:
    assert fold("this is \u0430\u0440\u0435 business").text == "this is ape business"


def test_a_letter_and_the_marks_on_it_share_one_span() -> None:
    folded = fold("e\u0301\u0301\u0301x")
    assert folded.text == "\u00e9x"
    assert folded.span(0, 1) == Span(0, 4)


def test_a_half_of_a_character_becomes_a_replacement_character() -> None:
    assert fold("a\ud800b").text == "a\ufffdb"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u0301", "\n"])
def test_texts_of_nothing_fold_and_undisguise_to_nothing_visible(text: str) -> None:
    assert undisguise(fold(text)).text.strip() == ""


def assert_sound(view: Normalised, text: str) -> None:
    assert len(view.text) == len(view.starts) == len(view.ends)
    for start, end in zip(view.starts, view.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(view.starts) == sorted(view.starts)
    assert list(view.ends) == sorted(view.ends)


@given(st.one_of(ANY_TEXT, TRICKY_TEXT, DISGUISED_TEXT))
@settings(max_examples=600, deadline=None)
def test_every_character_of_a_view_stands_for_a_part_of_the_text(text: str) -> None:
    folded = fold(text)
    assert_sound(folded, text)
    assert_sound(undisguise(folded), text)


@given(st.one_of(ANY_TEXT, TRICKY_TEXT, DISGUISED_TEXT))
@settings(max_examples=200, deadline=None)
def test_what_is_folded_can_be_stored_and_sent(text: str) -> None:
    undisguise(fold(text)).text.encode("utf-8")


HOSTILE = {
    "combining marks": "f" + "\u0301" * 10_000,
    "one letter": "a" * 10_000,
    "spaced letters": "d a m n " * 1_250,
    "stars": "f*" * 5_000,
    "signs": "1!|6a " * 1_600,
    "gaps": "a.b-c_d" * 1_400,
    "invisible": "f\u200b" * 5_000,
    "flags": "\U0001f1eb" * 10_000,
    "look-alikes": "\u0444\u0443\u0441\u043a " * 2_000,
    "quotes": "\"'" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_of_ten_thousand_characters_take_linear_time(name: str) -> None:
    text = HOSTILE[name]
    undisguise(fold(text[:100]))
    half, whole = (fastest(text[: len(text) // share]) for share in (2, 1))
    # Twice the text may take twice the time; a quadratic step would take four times as long.
    assert whole < 3 * half + 0.02


def fastest(text: str) -> float:
    def once() -> float:
        started = time.process_time()
        undisguise(fold(text))
        return time.process_time() - started

    return min(once() for _ in range(3))
