"""The reference of the JSON API at ``/docs``, made here: nothing loads from a third party."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)

_STYLE = Markup("""
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid; padding: 1rem 0; }
h2 { font-size: 1.1rem; } h2 code { font-weight: 700; }
pre { overflow-x: auto; font-size: .85rem; padding: .5rem; border: 1px solid; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0; }
""")
_POLICY = (
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'"
)
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>{style}</style></head><body><main><h1>{title}</h1>"
    '<p>The same in <a href="/openapi.json">OpenAPI</a>. Errors are '
    "<code>application/problem+json</code> with a stable <code>code</code>.</p>"
    "{operations}<h1>Shapes</h1>{shapes}</main></body></html>"
)
_OPERATION = Markup(
    "<section><h2><code>{method} {path}</code></h2><p>{description}</p>{parameters}{body}"
    "<p>Answers: {answers}</p></section>"
)
_SHAPE = Markup(
    '<section id="{name}"><h2><code>{name}</code></h2><p>{description}</p>'
    "<details><summary>JSON Schema</summary><pre>{schema}</pre></details></section>"
)


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The reference as one page without a script."""
    schema = request.app.openapi()
    shapes = schema.get("components", {}).get("schemas", {})
    page = _PAGE.format(
        title=f"{schema['info']['title']} {schema['info']['version']}",
        style=_STYLE,
        operations=Markup("").join(_operations(schema["paths"])),
        shapes=Markup("").join(
            _SHAPE.format(
                name=name,
                description=shape.get("description", ""),
                schema=json.dumps(shape, indent=2),
            )
            for name, shape in shapes.items()
        ),
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def _operations(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[Markup]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield _OPERATION.format(
                method=method.upper(),
                path=path,
                description=operation.get("description", operation.get("summary", "")),
                parameters=_parameters(operation.get("parameters", [])),
                body=_body(operation.get("requestBody")),
                answers=_answers(operation.get("responses", {})),
            )


def _answers(responses: Mapping[str, Any]) -> str:
    return ", ".join("or a problem" if status == "default" else status for status in responses)


def _parameters(parameters: list[Mapping[str, Any]]) -> Markup:
    row = Markup("<tr><th><code>{name}</code></th><td>{place}</td><td>{need}</td></tr>")
    rows = Markup("").join(
        row.format(
            name=parameter["name"],
            place=parameter["in"],
            need="required" if parameter.get("required") else "optional",
        )
        for parameter in parameters
    )
    return Markup("<table>{}</table>").format(rows) if rows else Markup("")


def _body(body: Mapping[str, Any] | None) -> Markup:
    schema = (body or {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    if not name:
        return Markup("")
    return Markup('<p>Body: <a href="#{0}">{0}</a></p>').format(name)
