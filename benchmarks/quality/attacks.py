"""Ways to write a word so that a person still reads it and a filter may not.

Each attack is a pure function of text and target words: the same disguise on every run. An attack
gives the text back unchanged where there is nothing for it to change. ``ATTACKS`` were in view
when the normaliser was written; ``HELD_OUT`` were set down before that and tried afterwards only.
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

_SYMBOLS = str.maketrans({"a": "@", "i": "!", "s": "$", "e": "€", "o": "0", "l": "|"})
_ARMENIAN = str.maketrans({"o": "օ", "u": "ս", "h": "հ", "n": "ո", "g": "ց"})
_ACCENTS = str.maketrans({"a": "ä", "e": "è", "i": "í", "o": "ø", "u": "û", "c": "ç", "n": "ñ"})
_BESIDE = str.maketrans("qwertyuiopasdfghjklzxcvbnm", "wertyuiopisdfghjklkxcvbnmn")
_SOFT_HYPHEN = "\u00ad"
_STRIKE = "\u0336"


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


def _torn(word: str, gap: str) -> str:
    return _inside(word, lambda w, i: w[: i + 1] + gap + w[i + 1 :])


def _emoji(word: str) -> str:
    lowered = word.lower()
    for spelled, picture in _EMOJI_FOR.items():
        if lowered.startswith(spelled):
            return picture + word[len(spelled) :]
    return word


def _reversed(word: str) -> str:
    return word[::-1] if len(word) >= 4 else word


def _full_width(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word.upper())


def _vowels_masked(word: str) -> str:
    return word if len(word) < 4 else word[0] + re.sub("[aeiouAEIOU]", "*", word[1:])


def _vowel_dropped(word: str) -> str:
    return word if len(word) < 5 else word[0] + re.sub("[aeiouAEIOU]", "", word[1:], count=1)


def _bold(word: str) -> str:
    first = 0x1D41A
    return "".join(chr(first + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in word.lower())


def _beside(word: str) -> str:
    return _inside(word, lambda w, i: w[:i] + w[i].lower().translate(_BESIDE) + w[i + 1 :])


def _all_doubled(word: str) -> str:
    return "".join(c * 2 for c in word) if len(word) >= 4 else word


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
    "every letter doubled": _each_word(_all_doubled),
    "emoji for words": _each_word(_emoji),
    "reversed": _each_word(_reversed),
    "split over lines": _each_word("\n".join),
    "masked with asterisks": _each_word(_masked),
    "full width and capitals": _each_word(_full_width),
}
"""What the normaliser was written against."""

HELD_OUT: Mapping[str, Attack] = {
    "symbols for letters": _each_word(lambda word: word.lower().translate(_SYMBOLS)),
    "Armenian letters": _each_word(lambda word: word.lower().translate(_ARMENIAN)),
    "accents": _each_word(lambda word: word.lower().translate(_ACCENTS)),
    "mathematical letters": _each_word(_bold),
    "soft hyphens": _each_word(_SOFT_HYPHEN.join),
    "struck through": _each_word(lambda word: "".join(c + _STRIKE for c in word)),
    "vowels masked": _each_word(_vowels_masked),
    "first vowel dropped": _each_word(_vowel_dropped),
    "key beside": _each_word(_beside),
    "torn by a space": _each_word(lambda word: _torn(word, " ")),
    "torn by a hyphen": _each_word(lambda word: _torn(word, "-")),
    "torn by a line break": _each_word(lambda word: _torn(word, "\n")),
    "underscores between": _each_word("_".join),
}
"""What it was tried on afterwards."""
