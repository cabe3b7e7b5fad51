"""The languages that readers can be addressed in, each with its translations and direction."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_CATALOGUES = Path(__file__).parents[1] / "translations"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
AVAILABLE = ("en", "es", "fr", "de", "pt", "ar")
"""The first one is spoken where a reader's own language is not available."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface. ``code`` is a BCP 47 primary language tag."""

    code: str
    translations: gettext.NullTranslations = field(compare=False)

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``, as the HTML attribute ``dir`` has it."""
        return "rtl" if self.code in _RIGHT_TO_LEFT else "ltr"

    def text(self, message: str, **values: object) -> str:
        """The message in this language, its ``%(name)s`` places filled with ``values``."""
        return self.translations.gettext(message) % values if values else self.plain(message)

    def plain(self, message: str) -> str:
        """The message in this language, without places to fill."""
        return self.translations.gettext(message)

    def plural(self, one: str, many: str, count: int) -> str:
        """The form for ``count`` things, with ``%(count)s`` filled."""
        return self.translations.ngettext(one, many, count) % {"count": count}


def language_for(tag: str | None) -> Language:
    """The available language nearest to a tag such as ``es-MX``; the first one if none is."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return _language(primary if primary in AVAILABLE else AVAILABLE[0])


@cache
def _language(code: str) -> Language:
    found = gettext.translation("fruitful", _CATALOGUES, languages=[code], fallback=True)
    return Language(code, found)
