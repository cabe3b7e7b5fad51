"""The web application: everything that answers HTTP, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.types import ASGIApp

from fruitful.config import Settings, load_settings
from fruitful.services.list_thread import thread_version
from fruitful.services.world import World
from fruitful.storage.listen import Change, LiveHub
from fruitful.web import demo, health, live, newsroom, pages
from fruitful.web.api import (
    comments,
    counts,
    decisions,
    docs,
    drafts,
    me,
    moderation,
    notifications,
    reports,
    score,
    sign_in,
    threads,
)
from fruitful.web.cache import RenderedCache
from fruitful.web.cors import AllowedOrigins, CorsMiddleware
from fruitful.web.live import LiveStreams, closed_by_signals
from fruitful.web.metrics import Metrics
from fruitful.web.middleware.body_limit import BodyLimitMiddleware
from fruitful.web.middleware.errors import ErrorsMiddleware
from fruitful.web.middleware.fresh import FreshMiddleware
from fruitful.web.middleware.headers import SecurityHeadersMiddleware
from fruitful.web.middleware.observe import ObserveMiddleware
from fruitful.web.middleware.proxies import ProxyMiddleware
from fruitful.web.pages.feeds import FeedChanges
from fruitful.web.pages.routing import error_page
from fruitful.web.problems import PROBLEM_RESPONSES, add_problem_handlers
from fruitful.web.ready import ReadyAnswers, ReadyMiddleware
from fruitful.web.versions import ThreadVersions


def create_app(world: World, settings: Settings | None = None) -> ASGIApp:
    """The application as one ASGI callable. Its lifespan starts and stops the live updates.

    It works without its lifespan too: threads are then checked against the database each time.
    """
    settings = settings or load_settings()
    app = FastAPI(
        title="Fruitful",
        version=version("fruitful"),
        description="The JSON API of a comment section that keeps its house rules.",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses=PROBLEM_RESPONSES,
        # The framework's own telemetry offers what failed validation, so readers' texts, to
        # whatever exporter is configured.
        telemetry={"logs": False, "auto_configure": False},
    )
    _fill_state(app.state, world)
    add_problem_handlers(app, error_page=error_page)
    for router in (
        comments.router,
        drafts.router,
        threads.router,
        counts.router,
        reports.router,
        me.router,
        notifications.router,
        decisions.router,
        sign_in.router,
        score.router,
        moderation.router,
        live.router,
        docs.router,
        health.router,
        pages.router,
        newsroom.router,
    ):
        app.include_router(router)
    if settings.demo:
        app.include_router(demo.router)
    app.add_middleware(ErrorsMiddleware)
    return _wrapped(app, settings)


def _fill_state(state: State, world: World) -> None:
    hub = LiveHub(world.database.url)
    versions = ThreadVersions(partial(thread_version, world), is_listening=lambda: hub.is_connected)

    def heard(change: Change) -> None:
        versions.heard(change.article_id, change.version)

    hub.on_change(heard)
    hub.on_missed(versions.distrust)
    state.world = world
    state.hub = hub
    state.versions = versions
    state.rendered = RenderedCache()
    state.feed_changes = FeedChanges()
    state.answers = ReadyAnswers(versions, state.rendered)
    state.streams = LiveStreams(hub)
    state.metrics = Metrics()
    state.probe = health.Probe(world)
    state.origins = AllowedOrigins(world.database)


def _wrapped(app: FastAPI, settings: Settings) -> ASGIApp:
    """The application within what concerns every request, innermost first."""
    state = app.state
    asgi: ASGIApp = ReadyMiddleware(app, answers=state.answers)
    asgi = FreshMiddleware(asgi, versions=state.versions)
    asgi = BodyLimitMiddleware(asgi, limit=settings.body_limit)
    asgi = CorsMiddleware(asgi, origins=state.origins)
    asgi = SecurityHeadersMiddleware(asgi)
    asgi = ErrorsMiddleware(asgi)
    asgi = ObserveMiddleware(asgi, metrics=state.metrics)
    return ProxyMiddleware(asgi, trusted=settings.trusted_proxies)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    hub: LiveHub = app.state.hub
    await hub.start()
    with closed_by_signals(hub):
        try:
            yield
        finally:
            await hub.stop()
