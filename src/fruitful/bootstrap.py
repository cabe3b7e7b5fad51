"""The composition root: from settings to an application in which everything is wired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fruitful.config import Settings, SettingsInvalid
from fruitful.domain.policy import HouseRules
from fruitful.jobs.queue import TransactionalQueue
from fruitful.jobs.worker import JobWorker
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.house_rules import load_default, read_house_rules
from fruitful.moderation.operating_points import Curves, read_curves, shipped_curves
from fruitful.notifications.mail import SmtpMailer
from fruitful.notifications.web_push import WebPusher, vapid_key
from fruitful.services.public_network import PublicNetwork
from fruitful.services.world import Limits, Retention, World
from fruitful.storage.database import Database, PoolSettings
from fruitful.web.app import create_app


def make_world(settings: Settings, database_url: str) -> World:
    """Everything the use cases need, on the database at ``database_url``.

    Raises `HouseRulesInvalid` for a policy that cannot be read, and ``OSError`` where its file or
    the secret's cannot.
    """
    folder = settings.classifier_dir
    curves = shipped_curves() if folder is None else read_curves(folder)
    pool = PoolSettings(size=settings.pool_size, overflow=2 * settings.pool_size)
    return World(
        database=Database(database_url, pool),
        engine=build_engine(
            threads=settings.threads,
            deadline_seconds=settings.deadline_seconds,
            classifier_dir=settings.classifier_dir,
        ),
        jobs=TransactionalQueue(),
        house_rules=_house_rules(settings.house_rules, curves),
        curves=curves,
        secret=settings.secret_bytes(),
        mailer=SmtpMailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
        public_url=settings.public_url,
        pusher=_pusher(settings),
        limits=Limits(**settings.model_dump(include={limit.name for limit in fields(Limits)})),
        retention=Retention(
            returned=timedelta(days=settings.keep_returned_days),
            rejected=timedelta(days=settings.keep_rejected_days),
            deleted=timedelta(days=settings.keep_deleted_days),
        ),
    )


def _house_rules(file: Path | None, curves: Curves) -> HouseRules:
    return load_default() if file is None else read_house_rules(file, curves=curves)


def _pusher(settings: Settings) -> WebPusher | None:
    """Pushes need somebody to write to about them, and an address that they can lead to."""
    if settings.push_contact is None or settings.public_url is None:
        return None
    key = vapid_key(settings.secret_bytes())
    return WebPusher(key, settings.push_contact, PublicNetwork())


class Running:
    """The application with what runs beside it: the jobs, for as long as the server runs."""

    def __init__(self, app: ASGIApp, world: World, on_started: Callable[[], None]) -> None:
        self._app = app
        self._world = world
        self._on_started = on_started

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer requests; start and stop the rest as the server's lifespan tells."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        jobs = JobWorker(self._world.database.url, self._world)

        async def tell(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                await jobs.start()
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._on_started()

        try:
            await self._app(scope, receive, tell)
        finally:
            await jobs.stop()
            await self._world.database.dispose()
            self._world.engine.close()


def make_app(settings: Settings, *, on_started: Callable[[], None] = lambda: None) -> ASGIApp:
    """The whole server as one ASGI application; ``settings`` must name a database.

    ``on_started`` is called once requests can be answered. Raises as `make_world` does.
    """
    if settings.database_url is None:
        raise SettingsInvalid("DATABASE_URL: the server needs the address of a database")
    world = make_world(settings, settings.database_url)
    return Running(create_app(world, settings), world, on_started)
