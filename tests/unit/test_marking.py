"""Which words of a comment a moderator sees marked, and that nothing of it can hide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.domain.moderation import Reason, Span
from fruitful.domain.policy import Category, Outcome
from fruitful.web.newsroom.marking import Piece, pieces, revealed


def reason(rule: str, start: int, end: int) -> Reason:
    return Reason(
        category=Category.SPAM,
        rule=rule,
        outcome=Outcome.HOLD,
        detector="test",
        span=Span(start, end),
    )


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], [Piece("abcdef")]),
        ([reason("A", 1, 3)], [Piece("a"), Piece("bc", ("A",)), Piece("def")]),
        ([reason("A", 0, 6)], [Piece("abcdef", ("A",))]),
        (
            [reason("A", 0, 4), reason("B", 2, 6)],
            [Piece("ab", ("A",)), Piece("cd", ("A", "B")), Piece("ef", ("B",))],
        ),
        ([reason("A", 0, 2), reason("A", 2, 4)], [Piece("abcd", ("A",)), Piece("ef")]),
        ([reason("A", 1, 3), reason("A", 1, 3)], [Piece("a"), Piece("bc", ("A",)), Piece("def")]),
        ([reason("A", 4, 99)], [Piece("abcd"), Piece("ef", ("A",))]),
        ([reason("A", 7, 9)], [Piece("abcdef")]),
        ([reason("A", 3, 3)], [Piece("abcdef")]),
    ],
)
def test_the_words_that_met_a_rule_are_marked(reasons: list[Reason], expected: list[Piece]) -> None:
    assert list(pieces("abcdef", reasons)) == expected


def test_what_readers_see_as_dots_is_told_apart() -> None:
    assert pieces("call 555 now", [reason("A", 0, 8)], [Span(5, 8)]) == (
        Piece("call ", ("A",)),
        Piece("555", ("A",), is_masked=True),
        Piece(" now"),
    )


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@given(st.text(max_size=25), st.lists(spans, max_size=6), st.lists(spans, max_size=3))
def test_no_letter_is_lost_or_doubled(
    text: str, marked: list[list[int]], masked: list[list[int]]
) -> None:
    reasons = [reason(f"rule {n % 2}", *span) for n, span in enumerate(marked)]
    cut = pieces(text, reasons, [Span(*span) for span in masked])
    assert "".join(piece.text for piece in cut) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <b> & c", "a &lt;b&gt; &amp; c"),
        ("a\u202eb", 'a<span class="hidden-character">right-to-left override</span>b'),
        ("\u200b", '<span class="hidden-character">zero width space</span>'),
        ("👩\u200d🌾", "👩\u200d🌾"),
    ],
)
def test_characters_that_only_hide_others_show_their_names(text: str, shown: str) -> None:
    assert revealed(text) == shown
