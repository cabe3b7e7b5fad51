"""The last net: whatever was not foreseen becomes a problem document that tells nothing."""

from __future__ import annotations

import traceback
from types import TracebackType

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.domain.errors import DomainError, StorageUnavailable
from fruitful.web.problems import InternalError, problem

log = structlog.get_logger(__name__)


class ErrorsMiddleware:
    """Answer 503 when the database is away and 500 for the rest.

    The log gets the exception's type and the places it went through, never its message: database
    drivers quote the values of a failed statement, and those are what readers wrote.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application and catch what it raises."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_started = False

        async def watch(message: Message) -> None:
            nonlocal is_started
            is_started = is_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:  # The net under every request, whatever went wrong.
            answer = _answer(error)
            if is_started:
                # Too late to say anything; a cut connection is the only honest ending left.
                raise ConnectionError("the response was cut short") from None
            await problem(answer)(scope, receive, send)


def _answer(error: Exception) -> DomainError:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return StorageUnavailable()
    log.error("request.failed", error=type(error).__name__, places=_places(error.__traceback__))
    return InternalError()


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames]
