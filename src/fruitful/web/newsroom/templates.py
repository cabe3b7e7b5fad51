"""The newsroom's templates, ready to be filled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fruitful.domain.conversation import CommentState
from fruitful.domain.moments import iso
from fruitful.domain.policy import Category, Outcome
from fruitful.web.newsroom import wording
from fruitful.web.newsroom.marking import pieces, revealed

_WEB = files("fruitful.web")


def render(name: str, /, **context: object) -> str:
    """Fill the template ``newsroom/<name>``; everything is escaped."""
    return _environment().get_template(f"newsroom/{name}").render(**context)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(str(_WEB / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for spoken in (
        revealed,
        wording.decider,
        wording.duration,
        iso,
        wording.moment,
        wording.percent,
        wording.why,
    ):
        made.filters[spoken.__name__] = spoken
    made.globals.update(
        ACTIONS=wording.ACTIONS,
        CATEGORIES=wording.CATEGORIES,
        COUNTED=wording.COUNTED,
        OUTCOMES=wording.OUTCOMES,
        REPORT_REASONS=wording.REPORT_REASONS,
        URGENCIES=wording.URGENCIES,
        Category=Category,
        CommentState=CommentState,
        Outcome=Outcome,
        pieces=pieces,
    )
    return made
