"""The widget's two files, and the style sheets of the pages."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

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

_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST = re.compile(r"[0-9a-f]{12}")

_NOT_BUILT = 'console.error("Fruitful: the widget is not built; run `npm run build`.");\n'


_WORKER = "push-worker.js"
"""Runs as a page does, so it cannot be held as what is no page is."""

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
    if path == _WORKER:
        response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@router.get("/embed.js")
async def get_script(request: Request) -> Response:
    """What the widget's first paint needs: behaviour and style in one module."""
    script = _built("embed.js")
    if script is None:
        return PlainTextResponse(_NOT_BUILT, media_type="text/javascript")
    return _script(request, script, f"public, max-age={_FRESH_SECONDS}")


@router.get("/count.js")
async def get_count_script(request: Request) -> Response:
    """What fills in the comment counts of a publisher's index pages."""
    return _script(request, _count_script(), f"public, max-age={_FRESH_SECONDS}")


@router.get("/more.{digest}.js")
async def get_more(request: Request, digest: str) -> Response:
    """What the widget needs once a reader acts. Its name changes with its content."""
    script = _built(f"more.{digest}.js") if _DIGEST.fullmatch(digest) else None
    if script is None:
        raise NotFound
    return _script(request, script, _FOR_EVER)


def _script(request: Request, script: Rendered, caching: str) -> Response:
    is_packed = script.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    etag = f'{script.etag[:-1]}-gz"' if is_packed else script.etag
    headers = {"Cache-Control": caching, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    body = script.packed if is_packed and script.packed else script.body
    return Response(body, headers=headers, media_type="text/javascript")


@cache
def _count_script() -> Rendered:
    return Rendered.of((files("fruitful.web") / "static" / "count.js").read_bytes())


def _built(name: str) -> Rendered | None:
    file = Path(str(files("fruitful.web") / "static" / "dist" / name))
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else None


@lru_cache(maxsize=8)
def _read(file: Path, modified: int) -> Rendered:
    # Built anew beneath a running server, the first file names a second one that exists.
    return Rendered.of(file.read_bytes())
