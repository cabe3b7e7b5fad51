"""What publishers may style is what the documents say they may style."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "fruitful" / "web"
THEMING = (ROOT / "docs" / "reference" / "theming.md").read_text(encoding="utf-8")
EMBED = (ROOT / "docs" / "how-to" / "embed.md").read_text(encoding="utf-8")


def documented(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_every_custom_property_is_documented_with_its_default() -> None:
    style = (WEB / "static" / "thread.css").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"var\((--fruitful-[\w-]+), (#\w+|\d+px)\)", style))
    assert defaults
    light = {name: value for name, value in defaults.items() if "-dark-" not in name}
    for name, value in light.items():
        row = next(line for line in THEMING.splitlines() if line.startswith(f"| `{name}`"))
        assert f"`{value}`" in row
        dark = defaults.get(name.replace("--fruitful-", "--fruitful-dark-"))
        assert dark is None or f"`{dark}`" in row
    every = documented(r"var\((--fruitful-[\w-]+)", style)
    named = documented(r"`(--fruitful-[\w-]+)`", THEMING)
    assert {name.replace("-dark-", "-") for name in every} <= named


def test_every_part_is_documented_and_exists() -> None:
    parts: set[str] = set()
    for template in (WEB / "templates").glob("*.html"):
        for names in re.findall(r'(?<!-)part="([\w -]+)"', template.read_text(encoding="utf-8")):
            parts |= set(names.split())
    table = THEMING[THEMING.index("## Parts") :]
    rows = "".join(row.split("|")[1] for row in table.splitlines() if row.startswith("| `"))
    named = documented(r"`([\w-]+)`", rows)
    assert parts == named


def test_every_attribute_of_the_element_is_documented() -> None:
    source = (ROOT / "widget" / "src" / "element.ts").read_text(encoding="utf-8")
    used = set(re.findall(r'getAttribute\("([\w-]+)"\)', source)) | {"lang"}
    named = set(re.findall(r"^\| `([\w-]+)` \|", EMBED, flags=re.MULTILINE))
    assert used == named
