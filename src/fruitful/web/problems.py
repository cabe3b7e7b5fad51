"""Errors as ``application/problem+json`` (RFC 9457) with a stable ``code``.

An answer repeats nothing of what was sent, and nothing of the inside: a foreign exception's
message is neither shown nor logged, because it may quote a reader's text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.errors import DomainError, InvalidRequest, UnreadableText

ErrorPage = Callable[[Request, DomainError], Response]

STORAGE_RETRY_SECONDS = 2
"""A database that restarts is back within a second or two; clients should not all wait longer."""


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem document; branch on its `code`.",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "code": {"type": "string"},
                        "detail": {"type": "string"},
                    },
                    "required": ["type", "title", "status", "code", "detail"],
                }
            }
        },
    }
}
"""What the API's description says of errors, in place of the framework's own form."""


class NotFound(DomainError):
    """There is nothing at this address."""

    code = "not_found"
    status = 404


class MethodNotAllowed(DomainError):
    """This address does not take this method."""

    code = "method_not_allowed"
    status = 405


class InternalError(DomainError):
    """Something went wrong on this server. Nothing was published."""

    code = "internal_error"
    status = 500


def problem(error: DomainError, headers: Mapping[str, str] | None = None) -> Response:
    """The error as a response; its details become members of the document.

    ``retry_after`` among the details (seconds) is also sent as the ``Retry-After`` header.
    """
    return Response(
        problem_body(error),
        status_code=error.status,
        headers={**problem_headers(error), **(headers or {})},
        media_type="application/problem+json",
    )


def problem_body(error: DomainError) -> bytes:
    """The problem document, in ASCII so that no detail can spoil the encoding."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": str(error),
    }
    for name, value in error.details.items():
        document.setdefault(name, value)
    return json.dumps(document, separators=(",", ":"), default=str).encode("ascii")


def problem_headers(error: DomainError) -> dict[str, str]:
    """Headers that belong to every problem, with how long to wait where that is known."""
    headers = {"Cache-Control": "no-store"}
    wait = error.details.get("retry_after")
    if wait is None and error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        wait = STORAGE_RETRY_SECONDS
    if isinstance(wait, int | float):
        headers["Retry-After"] = str(max(1, round(wait)))
    return headers


def add_problem_handlers(app: FastAPI, *, error_page: ErrorPage) -> None:
    """Make the application answer every known error with a problem document.

    People who follow a link that is wrong get ``error_page`` instead.
    """

    def answer(request: Request, error: DomainError, headers: Mapping[str, str]) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "")
        if wants_page and not request.url.path.startswith("/api/"):
            return error_page(request, error)
        return problem(error, headers)

    async def answer_domain_error(request: Request, error: Exception) -> Response:
        return answer(request, cast(DomainError, error), {})

    async def answer_invalid(request: Request, error: Exception) -> Response:
        return answer(request, _invalid(cast(RequestValidationError, error)), {})

    async def answer_http_error(request: Request, error: Exception) -> Response:
        refusal = cast(HTTPException, error)
        return answer(request, _known(refusal.status_code), refusal.headers or {})

    app.add_exception_handler(DomainError, answer_domain_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http_error)


def _invalid(error: RequestValidationError) -> DomainError:
    """Name the fields that are wrong; never the values, which may not even be encodable."""
    faults = [
        {"field": ".".join(str(part) for part in fault["loc"][1:]), "fault": str(fault["type"])}
        for fault in error.errors()
    ]
    if any(fault["fault"] == "string_unicode" for fault in faults):
        return UnreadableText()
    return InvalidRequest(fields=[fault for fault in faults if fault["field"].isascii()])


def _known(status: int) -> DomainError:
    if status == HTTPStatus.NOT_FOUND:
        return NotFound()
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed()
    return InternalError() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else InvalidRequest()
