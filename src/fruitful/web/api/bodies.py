"""JSON bodies, read strictly: every way to be wrong has a code of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from fruitful.domain.errors import DomainError, MalformedJson, UnreadableText, UnsupportedMediaType
from fruitful.domain.readable import is_readable


class EmptyBody(DomainError):
    """The request has no body."""

    code = "empty_body"


class InvalidUtf8(DomainError):
    """The body is not in UTF-8."""

    code = "invalid_utf8"


async def read_json(request: Request) -> Any:
    """The body as JSON.

    Raises :class:`EmptyBody`, :class:`InvalidUtf8`, :class:`UnsupportedMediaType` or
    :class:`MalformedJson`; the last also for ``NaN`` and for nesting beyond all reason.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType
    body = await request.body()
    if not body.strip():
        raise EmptyBody
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InvalidUtf8 from error
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error


class _StrictRequest(Request):
    _value: Any = None

    async def read(self) -> None:
        self._value = await read_json(self)
        if _holds_unreadable(self._value):
            raise UnreadableText

    async def json(self) -> Any:
        return self._value


class StrictRoute(APIRoute):
    """A route whose JSON body, where it has one, is read by :func:`read_json` and holds neither
    NUL nor lone surrogates (:class:`UnreadableText`). Unknown members are ignored."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Read the body before the framework does."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def read_first(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            await strict.read()
            return await handle(strict)

        return read_first


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _holds_unreadable(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if not is_readable(item):
                return True
        elif isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
    return False
