"""``python -m translations``: bring every catalogue up to date with what readers are told.

New messages appear untranslated, and messages that nobody says any more are dropped. The compiled
catalogues beside them are what the server reads.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from fruitful.domain.language import AVAILABLE
from translations.messages import DOMAIN, PACKAGE, template

FOLDER = PACKAGE / "translations"


def catalogue_of(code: str) -> Path:
    """Where the translations into a language are."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(code: str) -> Catalog:
    """The catalogue of a language, empty where there is none yet."""
    file = catalogue_of(code)
    if not file.exists():
        return Catalog(locale=code, domain=DOMAIN, fuzzy=False)
    with file.open("rb") as lines:
        return read_po(lines, locale=code, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the server reads it."""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def update() -> None:
    """Bring every catalogue up to date, and compile it."""
    messages = template()
    for code in AVAILABLE[1:]:
        catalog = read(code)
        catalog.update(messages, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        file = catalogue_of(code)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as lines:
            write_po(
                lines, catalog, width=100, sort_output=True, no_location=True, omit_header=False
            )
        file.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = sum(1 for message in catalog if message.id and not _is_said(message.string))
        print(f"{code}: {len(catalog)} messages, {missing} not translated")  # noqa: T201


def _is_said(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    update()
