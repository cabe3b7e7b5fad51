"""Which disguises are undone, what stays as typed, and where the letters came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from fruitful.moderation.normalise import fold, undisguise

DATA = Path(__file__).parents[1] / "data" / "normalise"


def lines(name: str) -> list[str]:
    rows = (DATA / name).read_text("utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def unescaped(text: str) -> str:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def disguises() -> list[tuple[str, str]]:
    rows = (row.split(" | ") for row in lines("disguises.txt"))
    return [(unescaped(typed), plain) for _, typed, plain in rows]


@pytest.mark.parametrize(("typed", "plain"), disguises())
def test_a_disguise_is_undone(typed: str, plain: str) -> None:
    assert undisguise(fold(typed)).text == plain


@pytest.mark.parametrize("text", lines("clean.txt"))
def test_ordinary_text_passes_through_undisguising_unchanged(text: str) -> None:
    folded = fold(text)
    assert undisguise(folded) is folded


@pytest.mark.parametrize(("typed", "plain"), disguises())
def test_undisguising_twice_changes_nothing_more(typed: str, plain: str) -> None:
    once = undisguise(fold(typed))
    assert undisguise(once).text == once.text


@pytest.mark.parametrize(
    ("typed", "word", "marked"),
    [
        ("you st\u200bu\u200bp\u200bi\u200bd man", "stupid", "st\u200bu\u200bp\u200bi\u200bd"),
        ("you s.t.u.p.i.d man", "stupid", "s.t.u.p.i.d"),
        ("you s t u p i d man", "stupid", "s t u p i d"),
        ("you stuuuuupid man", "stupid", "stuuuuupid"),
        ("you 5tup1d man", "stupid", "5tup1d"),
        ("you st*pid man", "stupid", "st*pid"),
        (
            "you \U0001d4fc\U0001d4fd\U0001d4fe\U0001d4f9\U0001d4f2\U0001d4ed man",
            "stupid",
            "\U0001d4fc\U0001d4fd\U0001d4fe\U0001d4f9\U0001d4f2\U0001d4ed",
        ),
        (
            "you s\u0301\u0302t\u0301u\u0301pi\u0301d\u0301\u0301 man",
            "stupid",
            "s\u0301\u0302t\u0301u\u0301pi\u0301d\u0301\u0301",
        ),
        ("you \u0455tu\u0440\u0456d man", "stupid", "\u0455tu\u0440\u0456d"),
        ("you s\nt\nu\np\ni\nd man", "stupid", "s\nt\nu\np\ni\nd"),
    ],
)
def test_spans_on_text_with_evasion_cover_exactly_what_was_typed(
    typed: str, word: str, marked: str
) -> None:
    view = undisguise(fold(typed))
    start = view.text.index(word)
    span = view.span(start, start + len(word))
    assert typed[span.start : span.end] == marked
