"""The widget's one file, and the style sheets of the pages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from fruitful.web.cache import Rendered
from fruitful.web.problems import NotFound

router = APIRouter(include_in_schema=False)

_FRESH_SECONDS = 300
"""How long a browser runs the widget it has before it asks for a newer one."""

_NOT_BUILT = 'console.error("Fruitful: the widget is not built; run `npm run build`.");\n'


_files = StaticFiles(directory=str(files("fruitful.web") / "static"))


@router.api_route("/static/{path:path}", methods=["GET", "HEAD"])
async def get_static(request: Request, path: str) -> Response:
    """A style sheet, script or picture of this server's own pages. Asked for again each time, so
    that a new version of the server never meets an old style."""
    try:
        response = await _files.get_response(path, request.scope)
    except HTTPException:
        raise NotFound from None
    response.headers["Cache-Control"] = "no-cache"
    return response


@router.get("/embed.js")
async def get_script(request: Request) -> Response:
    """The whole widget: behaviour and style in one module."""
    script = _script()
    if script is None:
        return PlainTextResponse(_NOT_BUILT, media_type="text/javascript")
    is_packed = script.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    etag = f'{script.etag[:-1]}-gz"' if is_packed else script.etag
    headers = {
        "Cache-Control": f"public, max-age={_FRESH_SECONDS}",
        "ETag": etag,
        "Vary": "Accept-Encoding",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    body = script.packed if is_packed and script.packed else script.body
    return Response(body, headers=headers, media_type="text/javascript")


@cache
def _script() -> Rendered | None:
    built = files("fruitful.web") / "static" / "dist" / "embed.js"
    return Rendered.of(built.read_bytes()) if built.is_file() else None
