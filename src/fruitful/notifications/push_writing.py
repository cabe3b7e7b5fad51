"""Write what a browser shows of a push, in its language."""

from __future__ import annotations

import json

from fruitful.domain.language import Language
from fruitful.domain.notifications import MENTION, REPLY, News
from fruitful.notifications.excerpts import excerpt
from fruitful.notifications.letter_writing import LetterLinks, fill, one_line

_LONGEST_EXCERPT = 160


def push_message(news: News, *, site_name: str, language: Language, links: LetterLinks) -> bytes:
    """The message for ``push-worker.js``: ``title``, ``body``, ``url``, ``tag``, ``lang``, ``dir``.

    It is sealed for the browser: the push service that carries it cannot read it. Two of the same
    ``tag`` are shown once.
    """
    context = {"news": (news,), "site": site_name, "links": links, "language": language}
    title = one_line(fill("subject.txt", language, context))
    is_comment = news.kind in (REPLY, MENTION)
    quote = excerpt(news.html, longest=_LONGEST_EXCERPT) if is_comment else ""
    message = {
        "title": title,
        "body": quote or one_line(fill("headline.txt", language, context)),
        "url": links.of(news) or links.base_url,
        "tag": f"{news.kind}-{news.comment_id}",
        "lang": language.code,
        "dir": language.direction,
    }
    return json.dumps(message, ensure_ascii=False).encode()
