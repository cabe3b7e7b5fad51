"""Is it alive, can it serve, and how is it doing: for supervisors, balancers and Prometheus."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from fruitful.domain.errors import StorageUnavailable
from fruitful.domain.moderation import Submission
from fruitful.services.review_queue import overview
from fruitful.services.world import World
from fruitful.storage.migrate import MigrationFailed, pending
from fruitful.web.metrics import CONTENT_TYPE, Metrics

router = APIRouter(include_in_schema=False)

_BELIEVED_SECONDS = 10.0
_PROBE = "Thank you for this article; the part about the harbour was new to me."


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What serves and what does not.

    Without the database or with an old schema nothing can be served: 503. A detector that cannot
    measure (its model file is missing, say) only holds every comment for a moderator; threads are
    still read and comments still taken, so a balancer must not take the server away: 200 with
    ``degraded``, and the detectors by name.
    """

    database: str
    migrations: str
    detectors: Sequence[str]
    live_updates: str

    @property
    def status(self) -> str:
        """``ready``, ``degraded`` or ``unready``."""
        if self.database != "ok" or self.migrations != "current":
            return "unready"
        return "degraded" if self.detectors or self.live_updates != "ok" else "ready"


class Probe:
    """Finds out, and believes what it found for a few seconds: probes must cost nothing."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._detectors: tuple[float, Sequence[str]] = (0.0, ())
        self._is_current = False

    async def readiness(self, *, is_listening: bool) -> Readiness:
        """Look at everything that serving needs."""
        is_available = await self._world.database.is_available()
        return Readiness(
            database="ok" if is_available else "unreachable",
            migrations=await self._migrations() if is_available else "unknown",
            detectors=await self._missing(),
            live_updates="ok" if is_listening else "polling",
        )

    async def _migrations(self) -> str:
        # A schema never goes back while a server runs.
        if not self._is_current:
            try:
                self._is_current = not await asyncio.to_thread(pending, self._world.database.url)
            except MigrationFailed:
                return "failed"
        return "current" if self._is_current else "pending"

    async def _missing(self) -> Sequence[str]:
        """The detectors that do not measure an ordinary sentence, with the cause."""
        asked, missing = self._detectors
        if not asked or time.monotonic() - asked > _BELIEVED_SECONDS:
            decision = await self._world.engine.judge(
                Submission(text=_PROBE), self._world.house_rules
            )
            gaps = decision.findings.missing
            missing = sorted({f"{gap.detector}:{gap.cause}" for gap in gaps})
            self._detectors = (time.monotonic(), missing)
        return missing


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """What serves and what does not; 503 only where nothing can be served."""
    state = request.app.state
    probe: Probe = state.probe
    readiness = await probe.readiness(is_listening=state.hub.is_connected)
    missing = list(readiness.detectors)
    return JSONResponse(
        {
            "status": readiness.status,
            "holds_everything": bool(missing),
            "checks": {
                "database": readiness.database,
                "migrations": readiness.migrations,
                "detectors": missing or "ok",
                "live_updates": readiness.live_updates,
            },
        },
        status_code=503 if readiness.status == "unready" else 200,
        headers={"Cache-Control": "no-store"},
    )


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text format. Keep it from the public at your proxy."""
    state = request.app.state
    counters: Metrics = state.metrics
    await _measure_queue(counters, state.world)
    counters.live_connections.set(state.streams.count)
    counters.cache_bytes.set(state.rendered.size)
    return Response(
        counters.exposition(), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"}
    )


async def _measure_queue(counters: Metrics, world: World) -> None:
    try:
        queue = await overview(world)
    except StorageUnavailable:
        # No number is better than an old one: an alert on the absent series still rings.
        counters.queue_size.set(math.nan)
        counters.queue_age.set(math.nan)
        return
    oldest = queue.oldest_since
    counters.queue_size.set(queue.waiting)
    counters.queue_age.set((world.clock() - oldest).total_seconds() if oldest else 0)
