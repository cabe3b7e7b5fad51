"""How large a module or a function may grow, and what no file may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 5

SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("src", "tests", "training", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    # A migration is a record of what was done, and mostly written by a tool.
    if "migrations/versions" not in path.as_posix()
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def functions(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(ast.parse(read(path))) if isinstance(node, Function))


def parameters(function: Function) -> int:
    taken = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return len([parameter for parameter in taken if parameter.arg not in ("self", "cls")])


def length(function: Function) -> int:
    """Lines of the function without its docstring."""
    first, last = function.body[0].lineno, function.body[-1].end_lineno or 0
    if ast.get_docstring(function) is not None:
        first = function.body[1].lineno if len(function.body) > 1 else last + 1
    return last - first + 1


def test_a_module_can_be_read_in_one_sitting() -> None:
    lines = {path: len(read(path).splitlines()) for path in SOURCES}
    assert {path: count for path, count in lines.items() if count > LONGEST_MODULE} == {}


def test_a_function_does_one_thing() -> None:
    lengths = {(path, f.name): length(f) for path in SOURCES for f in functions(path)}
    assert {where: lines for where, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_a_function_takes_few_parameters() -> None:
    # Each option of a command line is a parameter of its function; that is the command's form.
    package = [path for path in SOURCES if path.parts[0] == "src" and "cli" not in path.parts]
    counts = {(path, f.name): parameters(f) for path in package for f in functions(path)}
    assert {where: count for where, count in counts.items() if count > MOST_PARAMETERS} == {}


def test_every_silenced_warning_names_its_code() -> None:
    bare = re.compile(r"#\s*noqa(?!:\s*[A-Z]+\d+)|#\s*type:\s*ignore(?!\[)")
    assert {path: bare.findall(read(path)) for path in SOURCES if bare.search(read(path))} == {}


def test_nothing_that_is_committed_names_a_package_registry() -> None:
    """Whoever installs from a mirror of their own must be able to."""
    pins = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]
    # Packages may say where to sponsor them; only where they come from must not be said.
    address = re.compile(r'^(?!\s*"url": ).*https?://', re.MULTILINE)
    naming = [pin.name for pin in pins if address.search(pin.read_text())]
    assert naming == []
