"""Where a text sends its readers: links, bare domains, e-mail addresses, telephone numbers.

Every expression is for lower-case text and bounded, so that no text takes longer than its length.
"""

from __future__ import annotations

import re

_LABEL = r"[a-z0-9][a-z0-9-]{0,62}"
_ENDINGS = (
    "com|net|org|info|biz|xyz|online|shop|site|top|club|io|co|me|tv|live|store|link|click|app"
)

LINK = re.compile(
    r"https?://\S+|(?<!\w)www\.\S+"
    rf"|(?<![\w.@-])(?:{_LABEL}\.){{1,5}}(?:(?:{_ENDINGS})(?![\w-]|\.\w)|[a-z]{{2,18}}/\S*)"
)
"""A web address, with or without its scheme, or a domain with a common ending."""

HOST = re.compile(rf"(?:{_LABEL}\.){{1,5}}[a-z]{{2,18}}")
"""The host inside a match of :data:`LINK`."""

EMAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{1,64}}@(?:{_LABEL}\.){{1,5}}[a-z]{{2,18}}")

SPELLED_EMAIL = re.compile(
    r"\b[\w.-]{2,64} ?[(\[{]? ?(?:at|@) ?[)\]}]? ?"
    r"(?:gmail|g mail|yahoo|hotmail|outlook|aol|icloud|proton(?:mail)?|mail)\b ?[(\[{]? ?(?:dot|\.)"
)
"""An e-mail address at a large provider, written so as not to be seen as one."""

TELEPHONE = re.compile(r"(?<![\w/.-])\+?\d(?:[ ().-]{0,2}\d){8,14}(?!\w)")
"""Nine to fifteen digits, loosely grouped; a hint, not a proof."""
