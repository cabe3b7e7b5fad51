"""What the address grammars of all countries have in common."""

from __future__ import annotations

import re

from fruitful.moderation.doxing.reading import Reading

COMPLETE = 0.8
"""Score of a street address with a town, postcode or unit, whoever's it may be: it holds."""
STREET_ONLY = 0.6
"""Score of a house number and street alone."""

RESIDENCE = re.compile(
    r"\b(?:lives?|living|lived|resides?|residing|sleeps?|stays|staying|moved|hides?|hiding|stay"
    r"|house|home|address|adress|addy|flat|apartment|residence|found|located|here.s where|visit"
    r"|vive[ns]?|vivo|reside|direccion|domicilio|casa|habite[nsz]?|demeure|adresse|domicile|loge"
    r"|wohn[a-z]{1,3}|wohnhaft|zuhause|anschrift|abita|abito|indirizzo|mora|moro|reside|morada"
    r"|endereco)\b[^.!?]{0,45}$"
)
_WORD = re.compile(r"[\w'-]+")
_HOME = re.compile(
    r"\b(?:lives?|living|resides?|address|house\sis|home\sis|neighbou?r|landlord|landlady|tenant)\b"
    r"[^.!?]{0,25}$"
)
_RESIDENCE_AFTER = re.compile(
    r"^[^.!?]{0,50}?\b(?:where\s(?:he|she|they)\s(?:lives?|sleeps?|stays?)|(?:lives?|living)\s(?:there|here)"
    r"|(?:is|that's|it's)\s(?:his|her|their|where)\s(?:home|house|address|flat|place))\b"
)
_LEAD = re.compile(r"(?:\b(?:at|to|from|outside|number|no|near|by)\b|[:@,]) ?$")


def before(reading: Reading, index: int, size: int = 70) -> str:
    """Up to ``size`` characters that precede ``index``."""
    return reading.text[max(0, index - size) : index]


def is_led_in(reading: Reading, index: int) -> bool:
    """Whether the words before say that somebody lives or can be found here."""
    return bool(RESIDENCE.search(before(reading, index)))


def is_said_to_be_a_home(reading: Reading, index: int) -> bool:
    """Whether the words before leave no doubt that somebody lives here."""
    return bool(_HOME.search(before(reading, index)))


def is_led_out(reading: Reading, index: int) -> bool:
    """Whether the words after say that somebody lives here."""
    return bool(_RESIDENCE_AFTER.search(reading.text[index : index + 80]))


def follows_a_preposition(reading: Reading, index: int) -> bool:
    """Whether the place is introduced as one, with "at", "in" or a colon."""
    return bool(_LEAD.search(before(reading, index, 12)))


def without_lower_case_end(reading: Reading, start: int, end: int) -> int:
    """Where the last capitalised word or number ends: what follows is no part of the address.

    In an address without any capital letter, that is ``end`` itself.
    """
    written = reading.text
    words = [(start + m.start(), start + m.end()) for m in _WORD.finditer(written[start:end])]
    capitals = [last for first, last in words if written[first].isalpha() and reading.titled(first)]
    numbers = [last for first, last in words if written[first].isdigit()]
    return max(capitals + numbers) if capitals else end


def is_named(reading: Reading, start: int, end: int) -> bool:
    """Whether every longer word between is capitalised, as the name of a street is."""
    words = [m for m in re.finditer(r"[a-z][\w'-]*", reading.text[start:end])]
    longer = [word for word in words if len(word[0]) > 3] or words
    return bool(longer) and all(reading.titled(start + word.start()) for word in longer)
