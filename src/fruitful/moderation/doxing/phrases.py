"""Compile the turns of phrase of the data file into regular expressions."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from fruitful.moderation.doxing.words import any_of, street_kinds, vocabulary

_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_STREET_WORD = r"[a-z][a-z'-]{1,20}"
_REFERENCE = re.compile(r"(?<!\?P)(?<!\(\?)<([a-z_]+)>")


@cache
def phrase(name: str) -> re.Pattern[str]:
    """The phrases of one entry, as one pattern over the text of a reading.

    Raises ``KeyError`` for an entry that the data file lacks or a piece that it does not define.
    """
    return re.compile(_alternatives(_data()["phrases"][name], _pieces()))


@cache
def _data() -> dict[str, dict[str, str]]:
    text = (
        files("fruitful.moderation").joinpath("data", "doxing", "phrases.toml").read_text("utf-8")
    )
    return tomllib.loads(text)


@cache
def _pieces() -> dict[str, str]:
    words = vocabulary()
    streets = street_kinds("english")
    street = any_of((*streets["strong"], *streets["weak"]))
    pieces = {
        "person": any_of(words.persons),
        "kin": any_of(words.kin),
        "thing": any_of(words.private_things),
        "qualifier": any_of(words.qualifiers),
        "institution": any_of(words.institutions),
        "named_street": rf"(?P<street>{_STREET_WORD}(?:\s{_STREET_WORD}){{0,2}}?\s{street}\b)",
    }
    for name, lines in _data()["pieces"].items():
        pieces[name] = _alternatives(lines, pieces)
    return pieces


def _alternatives(lines: str, pieces: dict[str, str]) -> str:
    written = [_expanded(line, pieces) for line in lines.strip("\n").split("\n")]
    return "(?:" + "|".join(written) + ")"


def _expanded(line: str, pieces: dict[str, str]) -> str:
    plain = _GROUP.sub("(?:", line.replace(" ", r"\s"))
    return _REFERENCE.sub(lambda reference: pieces[reference[1]], plain)
