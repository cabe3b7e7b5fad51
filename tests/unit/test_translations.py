"""Every language says all that readers are told, with the same places to fill."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from translations.__main__ import catalogue_of, compiled, read
from translations.messages import template

from fruitful.domain.language import AVAILABLE, language_for

TRANSLATED = AVAILABLE[1:]
_PLACE = re.compile(r"%\(\w+\)s|%s|∨|\*\*?|<[^>]+>")


def forms(message: Message) -> list[str]:
    """What the translation says, once for each plural form."""
    said = message.string
    return [said] if isinstance(said, str) else list(said or ())


def originals(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_that_readers_are_told_is_missing_or_left_over(code: str) -> None:
    told = {message.id for message in template() if message.id}
    known = {message.id for message in read(code) if message.id}

    assert known == told, "run python -m translations and translate what is new"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_in_every_plural_form(code: str) -> None:
    catalog = read(code)

    unsaid = [m.id for m in catalog if m.id and not all(form.strip() for form in forms(m))]
    uncertain = [m.id for m in catalog if m.id and m.fuzzy]
    short = [
        m.id for m in catalog if isinstance(m.id, tuple) and len(forms(m)) != catalog.num_plurals
    ]
    assert (unsaid, uncertain, short) == ([], [], [])


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_the_places_that_are_filled_in(code: str) -> None:
    changed = []
    for message in read(code):
        wanted = set(_PLACE.findall(originals(message)[-1])) if message.id else set()
        for form in forms(message) if message.id else []:
            # A form for one or two things may say the number in words.
            lost = wanted - set(_PLACE.findall(form))
            if set(_PLACE.findall(form)) - wanted or (
                lost
                and not (
                    isinstance(message.id, tuple) and lost <= {"%(count)s", "%(n)s", "%(num)s"}
                )
            ):
                changed.append((message.id, form))
    assert changed == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_server_reads_what_the_catalogue_says(code: str) -> None:
    assert catalogue_of(code).with_suffix(".mo").read_bytes() == compiled(read(code))


def test_arabic_runs_from_right_to_left() -> None:
    assert {code: language_for(code).direction for code in AVAILABLE} == {
        "en": "ltr",
        "es": "ltr",
        "fr": "ltr",
        "de": "ltr",
        "pt": "ltr",
        "ar": "rtl",
    }


def test_a_regional_tag_gets_its_language_and_an_unknown_one_english() -> None:
    assert [language_for(tag).code for tag in ("pt-BR", "es_MX", "AR", "tlh", None)] == [
        "pt",
        "es",
        "ar",
        "en",
        "en",
    ]
