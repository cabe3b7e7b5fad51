"""Everything that readers are told, from wherever it stands."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

import fruitful
from fruitful.domain.errors import DomainError

PACKAGE = Path(fruitful.__file__).parent
DOMAIN = "fruitful"

_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "plain": None,
    "text": None,
    "plural": (1, 2),
    "plural_words": (2, 3),
    "count": (1, 2),
    "InvalidRequest": None,
}
_METHODS = [("web/templates/newsroom/**", "ignore"), ("web/templates/demo/**", "ignore"),
            ("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.jinja", "jinja2")]  # fmt: skip
_OPTIONS = {"**": {"newstyle_gettext": "true", "trimmed": "false", "silent": "false"}}


def template() -> Catalog:
    """A catalogue of every message, without translations."""
    catalog = Catalog(domain=DOMAIN, project="Fruitful", fuzzy=False, charset="utf-8")
    for where in ("web", "notifications"):
        for file, line, message, comments, context in extract_from_dir(
            PACKAGE / where,
            method_map=[(p.removeprefix(f"{where}/"), m) for p, m in _METHODS],
            options_map=_OPTIONS,
            keywords=_KEYWORDS,
        ):
            catalog.add(message, None, [(f"{where}/{file}", line)], (), comments, context=context)
    for message, place in (*_in_python(), *_errors(), *_house_rules()):
        catalog.add(message, None, [place])
    return catalog


def _in_python() -> Iterator[tuple[str | tuple[str, str], tuple[str, int]]]:
    """Literal arguments of the functions that speak, in the layers that readers hear."""
    for layer in ("web/pages", "web/api", "notifications", "services"):
        for path in sorted((PACKAGE / layer).rglob("*.py")):
            name = str(path.relative_to(PACKAGE))
            # Use cases know no language: theirs are only the words of their errors.
            known = {"InvalidRequest"} if layer == "services" else _KEYWORDS.keys()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (said := _said(node, known)):
                    yield said, (name, node.lineno)
                elif isinstance(node, ast.Assign):
                    yield from ((said, (name, node.lineno)) for said in _announced(node))


def _said(call: ast.Call, known: Collection[str]) -> str | tuple[str, str] | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in known:
        return None
    places = _KEYWORDS[name] or (1,)
    given = [call.args[place - 1] for place in places if place <= len(call.args)]
    words = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not words or len(words) != len(places):
        return None
    return words[0] if len(words) == 1 else (words[0], words[1])


_ANNOUNCED = frozenset({"MASKED", "WHY_NOT"})
"""Names under which modules keep sentences to be said later."""


def _announced(node: ast.Assign) -> Iterator[str]:
    target, value = node.targets[0], node.value
    if not isinstance(target, ast.Name) or target.id not in _ANNOUNCED:
        return
    said = value.values if isinstance(value, ast.Dict) else [value]
    for each in said:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _errors() -> Iterator[tuple[str, tuple[str, int]]]:
    """What a reader is told when something cannot be done: the errors' docstrings."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "fruitful."):
        if module.name.split(".")[1] in ("domain", "services", "web"):
            importlib.import_module(module.name)
    for error in sorted(_kinds(DomainError), key=lambda kind: (kind.__module__, kind.__name__)):
        # The publisher's own mistakes are told on the command line, in English like all of it.
        if error.__doc__ and error.__module__ != "fruitful.services.publish_sites":
            yield error.__doc__.strip(), (error.__module__, 0)


def _kinds(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("fruitful."):
            yield kind
        yield from _kinds(kind)


def _house_rules() -> Iterator[tuple[str, tuple[str, int]]]:
    """The titles and explanations of the house rules that ship; a site's own are in its words."""
    file = PACKAGE / "moderation" / "data" / "default_house_rules.toml"
    for rule in tomllib.loads(file.read_text(encoding="utf-8"))["rules"].values():
        for part in ("title", "explanation"):
            yield rule[part], ("moderation/data/default_house_rules.toml", 0)
