"""How the pages answer: HTML, also when something cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fruitful.domain.errors import DomainError, InvalidRequest
from fruitful.web.pages.carrying import carry_language
from fruitful.web.pages.language import Language, language_for
from fruitful.web.pages.templates import render
from fruitful.web.problems import problem_headers

PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}
"""For whatever holds a reader's own comments, or a form that only one reader may send."""


class PageRoute(APIRoute):
    """Answers a :class:`DomainError` with a page for people in place of a problem document, and
    keeps to the language that was asked for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with its errors told in words."""
        handle = super().get_route_handler()

        async def handle_politely(request: Request) -> Response:
            try:
                response = await handle(request)
            except DomainError as error:
                response = error_page(request, error)
            except RequestValidationError:
                response = error_page(request, InvalidRequest())
            return carry_language(response, asked_language(request).code)

        return handle_politely


def error_page(request: Request, error: DomainError) -> Response:
    """A page that says what could not be done, under the error's own status."""
    language = asked_language(request)
    html = render(
        "message.html",
        language,
        heading=language.plain("That did not work"),
        detail=language.plain(str(error)),
        back_url=None,
    )
    return HTMLResponse(html, status_code=error.status, headers=problem_headers(error))


def asked_language(request: Request) -> Language:
    """The language that the page asks for with ``lang``, if there is such a translation."""
    return language_for(request.query_params.get("lang"))
