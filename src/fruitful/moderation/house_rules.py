"""Parse and validate the house rules; every complaint points at the line that caused it."""

from __future__ import annotations

import difflib
import hashlib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from fruitful.domain.errors import HouseRulesInvalid
from fruitful.domain.operating_points import OperatingPoint
from fruitful.domain.policy import Category, HouseRules, Outcome, Rule
from fruitful.moderation.operating_points import (
    EXAMPLES,
    LEARNED_CATEGORIES,
    Curves,
    CurvesAbsent,
    parse_operating_point,
    shipped_curves,
    with_points,
)
from fruitful.moderation.toml_lines import KeyPath, Position, key_positions

MAX_LENGTH_LIMIT = 50_000
"""The longest comment any site may allow, in characters."""

_MAX_LENGTH_UNLESS_SET = 5_000
_TOP_KEYS = ("version", "languages", "max_length", "rules", "links", "contacts", "canaries")
_RULE_KEYS = ("title", "explanation", "hold", "return", "reject")
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_CATEGORIES = tuple(category.value for category in Category)
_NEVER = "never"
_VERSION = re.compile(r"[\w.-]{1,40}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CANARY_MIN = 12  # Shorter texts might stand in an ordinary comment.
_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse_house_rules(
    text: str, *, source: str = "house_rules.toml", curves: Curves | None = None
) -> HouseRules:
    """The house rules written in ``text``; ``source`` is the file name used in complaints.

    Operating points are resolved on ``curves``, or else on those of the classifier that comes with
    the package; the version then changes with what they come to.

    Raises :class:`HouseRulesInvalid` listing every mistake, one a line, in the order of the file,
    each as ``source:line:column: what is wrong``; its details hold ``line``, ``column`` and
    ``key`` of the first.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, source) from error
    reading = _Reading(source, key_positions(text), curves or shipped_curves())
    house_rules = _house_rules(reading, table, text)
    reading.finish()
    return house_rules


def read_house_rules(file: Path, *, curves: Curves | None = None) -> HouseRules:
    """The house rules in ``file``; raises :class:`HouseRulesInvalid` also where it is no text."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise HouseRulesInvalid(f"{file}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise HouseRulesInvalid(f"{file}: this is not text in UTF-8") from error
    return parse_house_rules(text, source=str(file), curves=curves)


@cache
def load_default() -> HouseRules:
    """The house rules that come with Fruitful."""
    name = "default_house_rules.toml"
    data = resources.files("fruitful.moderation.data").joinpath(name)
    return parse_house_rules(data.read_text("utf-8"), source=name)


@dataclass(order=True, frozen=True)
class _Mistake:
    position: Position
    what: str
    key: str


@dataclass
class _Reading:
    """The mistakes found so far, and where things stand."""

    source: str
    positions: Mapping[KeyPath, Position]
    curves: Curves
    mistakes: list[_Mistake] = field(default_factory=list)

    def complain(self, path: KeyPath, what: str) -> None:
        self.mistakes.append(_Mistake(self._nearest(path), what, ".".join(path)))

    def _nearest(self, path: KeyPath) -> Position:
        """Where ``path`` stands, or else the table that should hold it, or else its first child."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.positions:
                return self.positions[path[:end]]
        children = (place for key, place in self.positions.items() if key[:1] == path[:1])
        return min(children, default=Position(1, 1))

    def finish(self) -> None:
        if not self.mistakes:
            return
        ordered = sorted(self.mistakes)
        first = ordered[0]
        raise HouseRulesInvalid(
            "\n".join(
                f"{self.source}:{m.position.line}:{m.position.column}: {m.what}" for m in ordered
            ),
            line=first.position.line,
            column=first.position.column,
            key=first.key,
        )

    def unknown_keys(
        self, table: Mapping[str, object], allowed: Iterable[str], at: KeyPath
    ) -> None:
        names = list(allowed)
        for key in table:
            if key not in names:
                self.complain((*at, key), f"unknown key {key!r}{_hint(key, names)}")

    def table(self, parent: Mapping[str, object], path: KeyPath) -> Mapping[str, object]:
        value = parent.get(path[-1], {})
        if isinstance(value, dict):
            return value
        self.complain(path, f"{path[-1]!r} must be a table: [{'.'.join(path)}]")
        return {}

    def text(self, parent: Mapping[str, object], path: KeyPath) -> str:
        value = parent.get(path[-1])
        if isinstance(value, str) and value.strip():
            return value.strip()
        missing = "is missing" if value is None else "must be a text that is not empty"
        self.complain(path, f"{path[-1]!r} {missing}{_of(path)}")
        return ""

    def texts(self, parent: Mapping[str, object], path: KeyPath) -> list[str]:
        value = parent.get(path[-1], [])
        if isinstance(value, list) and all(
            isinstance(item, str) and item.strip() for item in value
        ):
            return [item.strip().lower() for item in value]
        self.complain(path, f"{path[-1]!r} must be a list of texts in quotes")
        return []

    def threshold(
        self, parent: Mapping[str, object], path: KeyPath
    ) -> float | OperatingPoint | None:
        value = parent.get(path[-1])
        if value == _NEVER or (value is None and path[-1] == "reject"):
            return None
        if value is None:
            self.complain(path, f"{path[-1]!r} is missing{_of(path)}: give a score or {_NEVER!r}")
        elif isinstance(value, str):
            return self.operating_point(value, path)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self.complain(path, f"{path[-1]!r} must be a number from 0 to 1, or {_NEVER!r}")
        elif not 0 <= value <= 1 or math.isnan(value):
            self.complain(path, f"{path[-1]!r} is {value:g}, but scores go from 0 to 1")
        else:
            return float(value)
        return None

    def operating_point(self, text: str, path: KeyPath) -> OperatingPoint | None:
        try:
            point = parse_operating_point(text)
        except ValueError as error:
            self.complain(path, f"{path[-1]!r}: {text!r} {error}")
            return None
        if point is None:
            else_point = f", or an operating point such as {EXAMPLES}"
            hint = _hint(text, [_NEVER]) or else_point
            self.complain(path, f"{path[-1]!r} must be a number from 0 to 1, or {_NEVER!r}{hint}")
        elif path[-1] == "reject":
            self.complain(path, "'reject' must be a number: a model alone never rejects")
        elif path[1] not in LEARNED_CATEGORIES:
            what = f"no trained model judges {path[1]}, so {path[-1]!r} must be a number"
            self.complain(path, f"{what} from 0 to 1, or {_NEVER!r}")
        else:
            return point
        return None


def _house_rules(reading: _Reading, table: Mapping[str, object], text: str) -> HouseRules:
    reading.unknown_keys(table, _TOP_KEYS, ())
    links = reading.table(table, ("links",))
    contacts = reading.table(table, ("contacts",))
    reading.unknown_keys(links, ("allowed",), ("links",))
    reading.unknown_keys(contacts, ("allowed",), ("contacts",))
    rules = _rules(reading, table)
    return HouseRules(
        version=f"{_version(reading, table)}+{_digest(text, rules.values())}",
        rules=rules,
        canaries=_canaries(reading, table),
        languages=_languages(reading, table),
        allowed_links=_domains(reading, links, ("links", "allowed")),
        allowed_contacts=frozenset(reading.texts(contacts, ("contacts", "allowed"))),
        max_length=_max_length(reading, table),
    )


def _rules(reading: _Reading, table: Mapping[str, object]) -> Mapping[Category, Rule]:
    rules = reading.table(table, ("rules",))
    for key in rules:
        if key not in _CATEGORIES:
            known = (
                "" if (hint := _hint(key, _CATEGORIES)) else f" (known: {', '.join(_CATEGORIES)})"
            )
            reading.complain(("rules", key), f"unknown category {key!r}{hint}{known}")
    absent = [name for name in _CATEGORIES if name not in rules]
    if absent:
        wanted = ", ".join(f"[rules.{name}]" for name in absent)
        reading.complain(("rules",), f"every category needs a rule; missing: {wanted}")
    return {
        category: _rule(reading, category, reading.table(rules, ("rules", category.value)))
        for category in Category
        if category.value in rules
    }


def _rule(reading: _Reading, category: Category, table: Mapping[str, object]) -> Rule:
    at = ("rules", category.value)
    reading.unknown_keys(table, _RULE_KEYS, at)
    hold, back, reject = (
        reading.threshold(table, (*at, name)) for name in ("hold", "return", "reject")
    )
    rule = Rule(
        category=category,
        title=reading.text(table, (*at, "title")),
        explanation=reading.text(table, (*at, "explanation")),
        hold_at=_number(hold),
        return_at=_number(back),
        reject_at=_number(reject),
    )
    if isinstance(hold, OperatingPoint) or isinstance(back, OperatingPoint):
        return _resolved(reading, rule, hold, back)
    _check_order(reading, rule)
    return rule


def _number(threshold: float | OperatingPoint | None) -> float | None:
    return None if isinstance(threshold, OperatingPoint) else threshold


def _resolved(
    reading: _Reading,
    rule: Rule,
    hold: float | OperatingPoint | None,
    back: float | OperatingPoint | None,
) -> Rule:
    hold_point = hold if isinstance(hold, OperatingPoint) else None
    return_point = back if isinstance(back, OperatingPoint) else None
    try:
        return with_points(rule, hold_point, return_point, reading.curves.of(rule.category))
    except CurvesAbsent as absent:
        for name, point in (("hold", hold_point), ("return", return_point)):
            if point is not None:
                what = f"{name!r} is an operating point, but {absent}"
                reading.complain(("rules", rule.category, name), what)
        return rule


def _check_order(reading: _Reading, rule: Rule) -> None:
    milder: tuple[str, float] | None = None
    for name, value in (
        ("hold", rule.hold_at),
        ("return", rule.return_at),
        ("reject", rule.reject_at),
    ):
        if value is None:
            continue
        if milder and value < milder[1]:
            what = f"{name!r} ({value:g}) is below {milder[0]!r} ({milder[1]:g}): the more severe"
            reading.complain(
                ("rules", rule.category, name), f"{what} outcome needs the higher score"
            )
        milder = (name, value)


def _canaries(reading: _Reading, table: Mapping[str, object]) -> Mapping[Outcome, str]:
    canaries = reading.table(table, ("canaries",))
    reading.unknown_keys(canaries, _OUTCOMES, ("canaries",))
    found: dict[Outcome, str] = {}
    for outcome in Outcome:
        if outcome.value not in canaries:
            continue
        path = ("canaries", outcome.value)
        canary = reading.text(canaries, path)
        if canary and len(canary) < _CANARY_MIN:
            reading.complain(
                path, f"a canary needs at least {_CANARY_MIN} characters, to be no ordinary text"
            )
        for other, text in found.items():
            if canary and (canary in text or text in canary):
                reading.complain(
                    path, f"this canary and that for {other.value!r} contain one another"
                )
        found[outcome] = canary
    return found


def _version(reading: _Reading, table: Mapping[str, object]) -> str:
    version = reading.text(table, ("version",))
    if version and not _VERSION.fullmatch(version):
        what = "'version' may hold letters, digits, '.', '-' and '_', 40 at most"
        reading.complain(("version",), what)
    return version


def _languages(reading: _Reading, table: Mapping[str, object]) -> frozenset[str]:
    languages = reading.texts(table, ("languages",)) if "languages" in table else ["en"]
    if table.get("languages") == []:
        reading.complain(("languages",), "'languages' needs at least one language")
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            what = f"{language!r} is no language code: write 'en', 'es', 'de' and so on"
            reading.complain(("languages",), what)
    return frozenset(languages)


def _domains(reading: _Reading, table: Mapping[str, object], path: KeyPath) -> frozenset[str]:
    domains = reading.texts(table, path)
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            what = f"{domain!r} is no domain: write only the name, like 'example.org'"
            reading.complain(path, what)
    return frozenset(domains)


def _max_length(reading: _Reading, table: Mapping[str, object]) -> int:
    value = table.get("max_length", _MAX_LENGTH_UNLESS_SET)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_LENGTH_LIMIT:
        return value
    what = f"'max_length' must be a whole number of characters from 1 to {MAX_LENGTH_LIMIT}"
    reading.complain(("max_length",), what)
    return MAX_LENGTH_LIMIT


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f": did you mean {close[0]!r}?" if close else ""


def _of(path: KeyPath) -> str:
    return f" in [{'.'.join(path[:-1])}]" if len(path) > 1 else ""


def _digest(text: str, rules: Iterable[Rule]) -> str:
    """8 hexadecimal digits that change with the text, but not with its line endings, and with the
    scores that its operating points come to."""
    digest = hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass"))
    for rule in rules:
        if rule.hold_point or rule.return_point:
            digest.update(f"\n{rule.category} {rule.hold_at} {rule.return_at}".encode())
    return digest.hexdigest()[:8]


def _syntax_error(problem: str, text: str, source: str) -> HouseRulesInvalid:
    place = _SYNTAX_PLACE.search(problem)
    line, column = text.count("\n") + 1, 1
    if place and place.group(1):
        line, column = int(place.group(1)), int(place.group(2))
    what = _SYNTAX_PLACE.sub("", problem)
    what = what[:1].lower() + what[1:]
    return HouseRulesInvalid(
        f"{source}:{line}:{column}: this is not valid TOML: {what}",
        line=line,
        column=column,
        key="",
    )
