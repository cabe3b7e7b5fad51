"""The cheap half: case, width, look-alikes, combining marks and invisible characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from fruitful.moderation.normalise.characters import MARK, folded, look_alikes
from fruitful.moderation.normalise.view import Normalised

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-z\u00aa\u00b5\u00ba-\u036f\u1e00-\u1eff]")
_FLAG_RUN = re.compile("[\U0001f1e6-\U0001f1ff]+")
_FIRST_FLAG_LETTER = 0x1F1E6
_SHORTEST_DISGUISE = 3  # Shorter mixtures are units and symbols: "µm", "kΩ".
# ISO 3166-1 alpha-2 codes and those exceptional ones that have a flag: first letter, second ones.
_FLAG_CODES = """
    a-cdefgilmoqrstuwxz b-abdefghijlmnoqrstvwyz c-acdfghiklmnoruvwxyz d-ejkmoz e-ceghrstu
    f-ijkmor g-abdefghilmnpqrstuwy h-kmnrtu i-delmnoqrst j-emop k-eghimnprwyz
    l-abcikrstuvy m-acdefghklmnopqrstuvwxyz n-acefgilopruz o-m p-aefghklmnrstwy q-a
    r-eosuw s-abcdeghijklmnorstvxyz t-cdfghjklmnortvwz u-agmnsyz v-aceginu w-fs x-k y-et
    z-amw
"""
_FLAGS = frozenset(
    first + second
    for first, _, seconds in (group.partition("-") for group in _FLAG_CODES.split())
    for second in seconds
)


def fold(text: str) -> Normalised:
    """Undo what changes the look of letters and not the words; cheap, and linear in the text.

    Lower case throughout. Accents that belong to letters stay (``é``); marks piled on letters
    go, and so does everything invisible. Look-alikes of other scripts become Latin letters only
    in words that become Latin as a whole, so that Greek or Russian stays what it is.
    """
    if text.isascii() and not _CONTROLS.search(text):
        places = range(len(text) + 1)
        return Normalised(text.lower(), places[:-1], places[1:])
    draft = _Draft()
    flags = _flag_letters(text)
    for place, character in enumerate(text):
        draft.add(flags.get(place) or folded(character), character, place)
    _unmask_look_alikes(draft.characters)
    return Normalised("".join(draft.characters), tuple(draft.starts), tuple(draft.ends))


@dataclass(slots=True)
class _Draft:
    characters: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, piece: str, character: str, place: int) -> None:
        if piece == MARK:
            self._decorate(character, place)
            return
        for plain in piece:
            self.characters.append(plain)
            self.starts.append(place)
            self.ends.append(place + 1)

    def _decorate(self, mark: str, place: int) -> None:
        """Compose the mark with its letter where a letter so decorated exists, else drop it."""
        if not self.characters:
            return
        composed = unicodedata.normalize("NFC", self.characters[-1] + mark)
        if len(composed) == 1:
            self.characters[-1] = composed
        self.ends[-1] = place + 1


def _flag_letters(text: str) -> dict[int, str]:
    """Letters spelled with flag halves, by place; pairs that make a country's flag stay flags."""
    letters: dict[int, str] = {}
    for run in _FLAG_RUN.finditer(text):
        spelled = "".join(chr(ord("a") + ord(c) - _FIRST_FLAG_LETTER) for c in run.group())
        pairs = [spelled[i : i + 2] for i in range(0, len(spelled), 2)]
        if not all(pair in _FLAGS for pair in pairs):
            letters.update(zip(range(run.start(), run.end()), spelled, strict=True))
    return letters


def _unmask_look_alikes(characters: list[str]) -> None:
    """Turn words spelled with look-alikes into Latin ones, in place and letter for letter."""
    table = look_alikes()
    if not any(c in table.loose for c in set(characters)):
        return
    words = list(_WORD.finditer("".join(characters)))
    is_latin_text = any(_LATIN.match(word.group()) for word in words)
    holds_foreign_text = any(_is_genuine(word.group()) for word in words)
    for word in words:
        text = word.group()
        latin = len(_LATIN.findall(text))
        if latin == len(text) or len(text) < _SHORTEST_DISGUISE:
            continue
        if not all(c in table.loose for c in set(_LATIN.sub("", text))):
            continue
        if holds_foreign_text:
            is_disguised = latin * 2 >= len(text)
        elif latin:
            is_disguised = True
        else:
            is_disguised = is_latin_text and all(c in table.close for c in set(text))
        if is_disguised:
            characters[word.start() : word.end()] = [table.loose.get(c, c) for c in text]


def _is_genuine(word: str) -> bool:
    """Whether the word is of another script, with letters that pass for nothing else."""
    loose = look_alikes().loose
    return not _LATIN.search(word) and any(c not in loose for c in set(word))
