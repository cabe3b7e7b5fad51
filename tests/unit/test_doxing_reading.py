"""How numbers in disguise are read, and where the reading stands in the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fruitful.moderation.doxing.reading import Reading, read
from fruitful.moderation.normalise import fold


def reading_of(text: str) -> Reading:
    return read(fold(text), text)


@pytest.mark.parametrize(
    ("typed", "as_read"),
    [
        ("five five five, oh one two", "5 5 5, 0 1 2"),
        ("double seven triple oh nine", "7 7 0 0 0 9"),
        ("fivefivefive one", "5 5 5 1"),
        ("twenty-seven Oak Street", "27 oak street"),
        ("twelve Oak Street", "12 oak street"),
        ("2I2-555-O134", "212-555-0134"),
        ("S46-96-72B5", "546-96-7285"),
        ("４１５ ５５５", "415 555"),
        ("seis uno dos, tres", "6 1 2, 3"),
        ("eins zwei fünf", "1 2 5"),
        ("Hauptstraße 7, Köln", "hauptstrasse 7, koln"),
        ("2\u200b1\u200b2", "212"),
        ("Oh no, not two of them", "oh no, not two of them"),
        ("2B or not 2B", "2b or not 2b"),
    ],
)
def test_disguised_digits_are_read_as_digits_and_words_as_words(typed: str, as_read: str) -> None:
    assert reading_of(typed).text == as_read


@pytest.mark.parametrize(
    ("typed", "part", "original"),
    [
        ("call double five now, one", "5 5", "double five"),
        ("in der Hauptstraße 7", "hauptstrasse", "Hauptstraße"),
        ("at twenty-seven Oak Street", "27 oak", "twenty-seven Oak"),
        ("on 2\u200b1\u200b2 now", "212", "2\u200b1\u200b2"),
    ],
)
def test_a_place_in_the_reading_maps_to_what_was_typed(
    typed: str, part: str, original: str
) -> None:
    reading = reading_of(typed)
    start = reading.text.index(part)
    span = reading.span(start, start + len(part))
    assert typed[span.start : span.end] == original


def test_capitals_are_remembered_though_the_reading_has_none() -> None:
    reading = reading_of("Oak street")
    assert reading.titled(0)
    assert not reading.titled(4)


@given(st.text(max_size=80))
def test_every_character_read_comes_from_the_original(text: str) -> None:
    reading = reading_of(text)
    for place in range(len(reading.text)):
        span = reading.span(place, place + 1)
        assert 0 <= span.start < span.end <= len(text)
