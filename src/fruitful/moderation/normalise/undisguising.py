"""The searching half: signs for letters, masks, symbols inside words, spaced and stretched letters.

Only spellings that are odd, and that turn out to be a word people disguise, are rewritten; all
else stays, so that ordinary text passes through unchanged: numbers, prices, initials, "C++".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from fruitful.moderation.lexicon import listed_words
from fruitful.moderation.normalise.mending import in_digits, mended, pictured, torn
from fruitful.moderation.normalise.spelling import written_in_signs
from fruitful.moderation.normalise.view import Normalised, Rewrite, rewritten
from fruitful.moderation.normalise.vocabulary import (
    MASKS,
    SIGNS,
    WORDS,
    Match,
    find_word,
    vocabulary,
)

_SYMBOLS = re.escape("".join(c for c in SIGNS if not c.isalnum()))
_UNIT = rf"(?:[^\W_]|[{_SYMBOLS}])"
# What stands between spaced-out letters. Disjoint from a unit, so that matching is linear.
_GAP = r"[\s.\-_*~/\\,:;^'\"•·…=]{1,3}"
_SPACED = re.compile(rf"(?<!\w){_UNIT}(?:{_GAP}{_UNIT}){{2,}}(?!\w)")
_UNITS = re.compile(_UNIT)

_TOKEN = re.compile(r"\S+")
_PLAIN_TOKEN = re.compile(r"[(\"'\[]?[a-z]+[.,;:?)\"'\]]*")
_SPELLING = re.compile(rf"(?:[^\W_]|[{_SYMBOLS}*#])+")
_RULED_MASK = re.compile(r"(?<=[a-z])(?:-{2,}|_{2,})")
_DOUBLED = re.compile(r"([^\W\d_])\1")
# Symbols that never part the letters of one word in a disguise: they join, quote or punctuate.
_PARTING = r"(?:[^\w\s'\"/\\:,;&()\[\]{}<>?!@$€£%=+|]{1,3}|_{1,3})"
_LONE_LETTER = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
# Hyphenated words, and initials.
_COMPOUND = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]{3,})+|[^\W\d_](?:\.[^\W\d_]){1,2}")
_PARTING_RUN = re.compile(_PARTING)
_PARTED = re.compile(rf"(?<![^\W\d_])[^\W\d_]+(?:{_PARTING}[^\W\d_]+)+")
_PUNCTURED = re.compile(r"(?<!\w)([a-z]{1,10})[%&+(?^@$!|=¿]([a-z]{1,10})(?!\w)")
_ADDRESS = re.compile(r"://|www\.|@\w+\.|\w\.\w{2,}/")
_LEADING = "#*!|+§"
_TRAILING = "!|#§"

# Neighbouring pieces; the second is looked ahead at, for it may be the first of the next two.
_PIECE = re.compile(r"(?<![\w'.-])([a-z]{1,8}) (?=([a-z]{1,9})(?![\w'-]))")
_NO_WORDS = frozenset(listed_words(WORDS, "pieces"))
_NO_BEGINNINGS = listed_words(WORDS, "rests")

_SHORTEST_JOINED = 5  # Fewer spaced-out letters may be initials.
_LONGEST_INITIALS = 3
_SHORTEST_INNOCENT = 4
_SHORTEST_ACROSS_STOP = 6
_SHORTEST_ACCENTED = 5
_LONGEST_SPELLING = 64


def undisguise(folded: Normalised) -> Normalised:
    """Read disguised words of a folded text as what they are; the same view where there are none.

    Linear in the text.
    """
    worded = rewritten(folded, pictured(folded.text))
    lettered = rewritten(worded, in_digits(worded.text))
    joined = rewritten(lettered, list(_spaced_out(lettered.text)))
    whole = rewritten(joined, list(_split(joined.text)))
    plain = rewritten(whole, list(_misspelt(whole.text)))
    sewn = rewritten(plain, list(torn(plain.text)))
    return rewritten(sewn, mended(sewn.text))


def _spaced_out(text: str) -> Iterator[Rewrite]:
    """Letters set apart by the same sort of gap: "d a m n", "d.a.m.n", one letter a line."""
    for run in _SPACED.finditer(text):
        groups = _groups(_units(run), text)
        read = [_read_group(group, text) for group in groups]
        if not any(read):
            continue
        for group, found in zip(groups, read, strict=True):
            if found:
                yield found
            elif len(group) > 1:
                yield _joined(group, text)


def _units(run: re.Match[str]) -> list[int]:
    return [unit.start() for unit in _UNITS.finditer(run.string, run.start(), run.end())]


def _groups(units: Sequence[int], text: str) -> list[list[int]]:
    """The units of each word, where wider gaps tell the words apart."""
    narrowest = min(b - a for a, b in itertools.pairwise(units))
    groups = [[units[0]]]
    for before, unit in itertools.pairwise(units):
        if unit - before > narrowest and any(c.isspace() for c in text[before + 1 : unit]):
            groups.append([])
        groups[-1].append(unit)
    return groups


def _read_group(units: Sequence[int], text: str) -> Rewrite | None:
    """The spaced-out word, also where a lone "a" or "I" before it has been drawn in."""
    spelling = "".join(text[unit] for unit in units)
    letters = sum(c.isalpha() for c in spelling)
    if sum(c.isdigit() for c in spelling) * 3 > len(spelling):
        return None
    is_initials = len(units) <= _LONGEST_INITIALS and text.startswith(".", units[0] + 1)
    is_known = len(spelling) <= _LONGEST_SPELLING and not is_initials
    for skipped in (0, 1 if spelling[0] in "ai" else 0) if is_known else ():
        found = find_word(spelling[skipped:])
        if found and _is_worth(found):
            return _rewrite(found, [(unit, unit + 1) for unit in units[skipped:]])
    if letters >= _SHORTEST_JOINED and letters * 5 >= len(spelling) * 4:
        return _joined(units, text)
    return None


def _joined(units: Sequence[int], text: str) -> Rewrite:
    """The letters without their gaps; with spaces where known words meet."""
    letters = "".join(SIGNS.get(text[unit], text[unit])[0] for unit in units)
    written: list[str] = []
    sources: list[tuple[int, int]] = []
    place = 0
    for word in vocabulary().apart(letters):
        if place:
            written.append(" ")
            sources.append((units[place - 1] + 1, units[place]))
        written.append(word)
        sources += ((unit, unit + 1) for unit in units[place : place + len(word)])
        place += len(word)
    return Rewrite(units[0], units[-1] + 1, "".join(written), sources)


def _split(text: str) -> Iterator[Rewrite]:
    """Words with one space inside that leaves a piece which is no word: "idi ot", "mor on"."""
    done = 0
    for piece in _PIECE.finditer(text):
        first, second = piece.group(1), piece.group(2)
        if piece.start() < done or not _is_no_word(first, second):
            continue
        found = find_word(first + second)
        if found and found.word.is_strong and found.word.text == first + second:
            done = piece.end(2)
            letters = [*range(*piece.span(1)), *range(*piece.span(2))]
            yield _rewrite(found, [(i, i + 1) for i in letters])


def _is_no_word(first: str, second: str) -> bool:
    """Whether one of the pieces of a split word gives it away."""
    return first in _NO_WORDS or second in _NO_WORDS or second.startswith(_NO_BEGINNINGS)


def _misspelt(text: str) -> Iterator[Rewrite]:
    for token in _TOKEN.finditer(text):
        word = token.group()
        if _PLAIN_TOKEN.fullmatch(word) and not _DOUBLED.search(word):
            continue
        if _ADDRESS.search(word):
            continue
        for reading in (_spelled, _parted, _punctured):
            if found := list(reading(text, token.start(), token.end())):
                yield from found
                break


def _spelled(text: str, start: int, end: int) -> Iterator[Rewrite]:
    """Words within a token that hold signs, masks, accents or stretched letters."""
    token = _RULED_MASK.sub(lambda rule: "*" * len(rule.group()), text[start:end])
    for spelling in _SPELLING.finditer(token):
        first, last = _trimmed(token, spelling.start(), spelling.end())
        word = token[first:last]
        if not 3 <= len(word) <= _LONGEST_SPELLING or not _is_odd(word):
            continue
        found = find_word(word)
        # Accents make short innocent words foreign rather than disguised: "dié", "más".
        is_accented = word.isalpha() and not word.isascii()
        shortest = _SHORTEST_ACCENTED if is_accented else _SHORTEST_INNOCENT
        is_disguise = found and _is_worth(found, shortest=shortest) and _is_told(found, word)
        places = [(start + i, start + i + 1) for i in range(first, last)]
        if found and is_disguise and found.word.shown != word:
            yield _rewrite(found, places)
        elif not word.isalpha() and (plain := written_in_signs(word)):
            yield Rewrite(places[0][0], places[-1][1], plain, places)


def _trimmed(token: str, first: int, last: int) -> tuple[int, int]:
    """The spelling without the marks of emphasis, hashtags and exclamation around it."""
    begin = first
    while first < last and token[first] in _LEADING:
        first += 1
    trailing = _TRAILING + "*" if first > begin else _TRAILING
    while last > first and token[last - 1] in trailing:
        last -= 1
    return first, last


def _is_odd(word: str) -> bool:
    """Whether the spelling is worth looking up: few ordinary words and no numbers are."""
    if word.isalpha():
        return not word.isascii() or _DOUBLED.search(word) is not None
    if MASKS & set(word):
        # One star at the end is a footnote, "as*".
        return not (word[-1] in MASKS and word[-2] not in MASKS)
    digits = sum(c.isdigit() for c in word)
    return digits == 0 or any(c.isalpha() for c in word)


def _parted(text: str, start: int, end: int) -> Iterator[Rewrite]:
    """Words with a symbol among their letters: "st.upid", "d-amn"."""
    for parted in _PARTED.finditer(text, start, end):
        places = [i for i in range(*parted.span()) if text[i].isalpha()]
        if len(places) > _LONGEST_SPELLING or _COMPOUND.fullmatch(parted.group()):
            continue
        found = find_word("".join(text[i] for i in places))
        # A full stop without a space is an oversight more often than a disguise: "the pen.Is".
        is_likely = "." not in parted.group() or _LONE_LETTER.search(parted.group())
        shortest = _SHORTEST_INNOCENT if is_likely else _SHORTEST_ACROSS_STOP
        if found and _is_worth(found, shortest=shortest):
            yield _rewrite(found, [(i, i + 1) for i in places])
            continue
        # One symbol may also stand for a letter: "f.ck", "sh-t".
        spelling, symbols = _PARTING_RUN.subn("*", parted.group())
        masked = find_word(spelling) if symbols == 1 else None
        if masked and masked.word.is_strong and len(masked.word.text) == len(parted.group()):
            yield _rewrite(masked, [(i, i + 1) for i in range(*parted.span())])


def _punctured(text: str, start: int, end: int) -> Iterator[Rewrite]:
    """Words in which one letter was struck by a symbol unlike it: "d%mn", "idi(t"."""
    for punctured in _PUNCTURED.finditer(text, start, end):
        found = find_word(f"{punctured[1]}*{punctured[2]}")
        if found and found.word.is_strong:
            yield _rewrite(found, [(i, i + 1) for i in range(*punctured.span())])


def _is_worth(found: Match, *, shortest: int = _SHORTEST_INNOCENT) -> bool:
    """Whether the word tells enough: short innocent ones come about by accident."""
    return found.word.is_listed or len(found.word.text) >= shortest


def _is_told(found: Match, word: str) -> bool:
    """Whether more than one letter tells the word, or the word is too grave to be an accident."""
    has_digits = any(map(str.isdigit, word))
    return found.word.is_strong or not has_digits or sum(map(str.isalpha, word)) > 1


def _rewrite(found: Match, places: Sequence[tuple[int, int]]) -> Rewrite:
    spans = [(places[first][0], places[last - 1][1]) for first, last in found.sources]
    return Rewrite(places[0][0], places[-1][1], found.word.shown, spans)
