"""The reference pages leave nothing out: what is in the code and not in them fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fruitful.services.moderators
import fruitful.services.publish_sites
import fruitful.web.app  # noqa: F401 - its imports define every error there is
from fruitful.config import Settings
from fruitful.domain.errors import DomainError

DOCS = Path(__file__).parents[2] / "docs"
ROOT = DOCS.parent


def every_error(base: type[DomainError] = DomainError) -> dict[str, type[DomainError]]:
    found: dict[str, type[DomainError]] = {}
    for error in base.__subclasses__():
        found[error.code] = error
        found |= every_error(error)
    return found


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    page = (DOCS / "reference" / "settings.md").read_text()
    assert f"`FRUITFUL_{name.upper()}`" in page


def test_every_error_code_is_documented_with_its_status() -> None:
    page = (DOCS / "reference" / "api.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", page, flags=re.MULTILINE))
    mine = {code: str(error.status) for code, error in every_error().items() if _is_ours(error)}
    assert mine.items() <= rows.items()


@pytest.mark.parametrize(
    "page", sorted(str(p.relative_to(ROOT)) for p in [ROOT / "README.md", *DOCS.rglob("*.md")])
)
def test_every_link_between_pages_leads_somewhere(page: str) -> None:
    source = ROOT / page
    for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", source.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (source.parent / target).exists(), f"{page} links to {target}"


def _is_ours(error: type[DomainError]) -> bool:
    return error.__module__.startswith("fruitful.")
