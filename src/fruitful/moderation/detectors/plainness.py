"""Whether a comment is so plainly written that the fast stage may look at it at all."""

from __future__ import annotations

import re

from fruitful.moderation.detectors.language import english_share
from fruitful.moderation.detectors.profanity import ProfanityDetector
from fruitful.moderation.document import Document

# The characters of an English keyboard, and those into which word processors turn them.
_PLAIN = re.compile(r"[\x20-\x7e\t\r\n\u00a0\u2018\u2019\u201c\u201d\u2013\u2014\u2026]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEWEST_WORDS = 5
_ENGLISH_SHARE = 0.1
_WORD_LISTS = ProfanityDetector()


def is_plainly_written(document: Document) -> bool:
    """English words in ordinary characters, more than a few, in which the word lists find nothing.

    Emoji, accents and other scripts, very short texts, other languages and every finding, mild
    ones and mentions among them, are left to the encoder.
    """
    if not _PLAIN.fullmatch(document.text):
        return False
    words = _WORD.findall(document.text)
    if len(words) < _FEWEST_WORDS or english_share(words) < _ENGLISH_SHARE:
        return False
    return not _WORD_LISTS.detect(document).signals
