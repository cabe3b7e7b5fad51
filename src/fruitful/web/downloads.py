"""Files that a reader may keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

_PRIVATE = "private, no-store"


def own_data_response(data: Mapping[str, tuple[Mapping[str, Any], ...]]) -> Response:
    """All that is held about a reader as a JSON file, made to be read by people too."""
    return Response(
        json.dumps(data, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={
            "Cache-Control": _PRIVATE,
            "Vary": "Authorization, Cookie",
            "Content-Disposition": 'attachment; filename="my-comments.json"',
        },
    )
