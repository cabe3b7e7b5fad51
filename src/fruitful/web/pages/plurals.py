"""The plural forms of a sentence that the widget counts in, for its browser to choose from."""

from __future__ import annotations

from functools import cache

from babel import Locale

from fruitful.domain.language import Language

_FAR_ENOUGH = 200
"""No language tells numbers apart by more than their last two digits, but for the very large."""


def plural_words(name: str, one: str, many: str, language: Language) -> list[tuple[str, str]]:
    """Each form under the name that CLDR gives it, ``name-one``, ``name-other``, …, with ``%s``
    where the number goes. ``one`` and ``many`` hold ``%(count)s``."""
    return [
        (f"{name}-{tag}", language.translations.ngettext(one, many, number) % {"count": "%s"})
        for tag, number in _samples(language.code).items()
    ]


@cache
def _samples(code: str) -> dict[str, int]:
    """For each plural category of the language a number that belongs to it."""
    rule = Locale.parse(code).plural_form
    samples: dict[str, int] = {}
    for number in range(_FAR_ENOUGH):
        samples.setdefault(rule(number), number)
    return samples
