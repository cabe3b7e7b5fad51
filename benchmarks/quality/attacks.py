"""Fourteen ways to write a word so that a person still reads it and a filter may not.

Each attack is a pure function of text and target words: the same disguise on every run. An attack
gives the text back unchanged where there is nothing for it to change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

Attack = Callable[[str, tuple[str, ...]], str]

_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_LOOKALIKES = str.maketrans(
    {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "s": "ѕ", "y": "у"}
)
_GREEK = str.maketrans({"o": "ο", "v": "ν", "a": "α", "i": "ι", "u": "υ", "k": "κ", "t": "τ"})
_EMOJI_FOR = {"shit": "💩", "gun": "🔫", "kill": "🔪", "dead": "💀", "monkey": "🐒", "pig": "🐷"}
_ZERO_WIDTH = "\u200b"


def _inside(word: str, change: Callable[[str, int], str]) -> str:
    """Apply a change at a place within the word that only depends on the word."""
    if len(word) < 4:
        return word
    digest = hashlib.sha256(word.encode()).digest()[0]
    return change(word, 1 + digest % (len(word) - 2))


def _each_word(disguise: Callable[[str], str]) -> Attack:
    def attack(text: str, words: tuple[str, ...]) -> str:
        for word in words:
            pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
            text = pattern.sub(lambda match: disguise(match[0]), text)
        return text

    return attack


def _swap(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + w[i + 1] + w[i] + w[i + 2 :])


def _drop(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + w[i + 1 :])


def _double(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + w[i] + w[i:])


def _masked(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + "*" + w[i + 1 :])


def _stretched(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + w[i] * 4 + w[i:])


def _emoji(word: str) -> str:
    lowered = word.lower()
    for spelled, picture in _EMOJI_FOR.items():
        if lowered.startswith(spelled):
            return picture + word[len(spelled) :]
    return word


ATTACKS: Mapping[str, Attack] = {
    "swap": _each_word(_swap),
    "drop": _each_word(_drop),
    "double": _each_word(_double),
    "leet": _each_word(lambda word: word.lower().translate(_LEET)),
    "look-alikes": _each_word(lambda word: word.lower().translate(_LOOKALIKES)),
    "mixed scripts": _each_word(lambda word: word.lower().translate(_GREEK)),
    "zero-width": _each_word(_ZERO_WIDTH.join),
    "spacing": _each_word(" ".join),
    "punctuation inside": _each_word(".".join),
    "stretched": _each_word(_stretched),
    "emoji for words": _each_word(_emoji),
    "split over lines": _each_word("\n".join),
    "masked with asterisks": _each_word(_masked),
    "full width and capitals": _each_word(
        lambda word: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word.upper())
    ),
}
