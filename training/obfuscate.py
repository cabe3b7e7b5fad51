"""Spoil the spelling of a text the way people do to slip past a filter."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_WORD = re.compile(r"[A-Za-z]{4,}")
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "l": "1"}


def _leet(word: str, dice: random.Random) -> str:
    return "".join(
        dice.choice(_LEET[c]) if c in _LEET and dice.random() < 0.6 else c for c in word.lower()
    )


def _spaced(word: str, dice: random.Random) -> str:
    return dice.choice(" .-*_").join(word)


def _stretched(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    return word[:at] + word[at] * dice.randint(2, 5) + word[at:]


def _swapped(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _masked(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    return word[:at] + dice.choice("*#-") + word[at + 1 :]


def _split(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    return word[:at] + dice.choice([".", " ", "-", "'"]) + word[at:]


_WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    _leet,
    _spaced,
    _stretched,
    _swapped,
    _dropped,
    _masked,
    _split,
)


def obfuscate(text: str, dice: random.Random) -> str:
    """Spoil about a third of the longer words, or shout the whole text, all in one manner."""
    if dice.random() < 0.2:
        return text.upper()
    way = dice.choice(_WAYS)
    return _WORD.sub(lambda m: way(m[0], dice) if dice.random() < 0.35 else m[0], text)
