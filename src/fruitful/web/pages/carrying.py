"""A page that was asked for in another language leads on in that language."""

from __future__ import annotations

import re

from starlette.responses import HTMLResponse, RedirectResponse, Response

from fruitful.web.pages.language import AVAILABLE

# What people wrote cannot look like this: in it a quotation mark is always escaped.
_WAY_ON = re.compile(r'(?<=\s)((?:href|action|formaction)=")(/(?!/|static/)[^"]*)(?=")')


def carry_language(response: Response, code: str) -> Response:
    """Have every way on, be it a link, a form or a redirection, ask for the language too."""
    if code == AVAILABLE[0]:
        return response
    if isinstance(response, RedirectResponse):
        place = response.headers["location"]
        if place.startswith("/"):
            response.headers["location"] = _asking(place, code, "&")
    elif isinstance(response, HTMLResponse):
        html = bytes(response.body).decode()
        html = _WAY_ON.sub(lambda way: way[1] + _asking(way[2], code, "&amp;"), html)
        response.body = html.encode()
        response.headers["content-length"] = str(len(response.body))
    return response


def _asking(place: str, code: str, separator: str) -> str:
    path, mark, fragment = place.partition("#")
    if re.search(r"[?&;]lang=", path):
        return place
    return f"{path}{separator if '?' in path else '?'}lang={code}{mark}{fragment}"
