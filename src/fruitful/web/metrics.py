"""What operators watch, as Prometheus metrics of one server process."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from fruitful.domain.conversation import Submitted
from fruitful.domain.moderation import Reason

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.003, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.5, 5.0)
"""Buckets around the budgets: 3 ms to read a thread, 80 ms to accept a comment."""


class Metrics:
    """The counters of one application. Each has a registry of its own, so that two applications
    in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        worker = Info("fruitful_worker", "The process that answered", registry=self.registry)
        worker.info({"pid": str(os.getpid())})
        self._requests = Counter(
            "fruitful_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "fruitful_http_request_seconds",
            "Time to answer",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._decisions = Counter(
            "fruitful_decisions", "Submissions decided", ["outcome"], registry=self.registry
        )
        self._reasons = Counter(
            "fruitful_decision_reasons",
            "Categories that a decision named",
            ["category", "outcome"],
            registry=self.registry,
        )
        self._missing = Counter(
            "fruitful_detector_missing",
            "Measurements that failed and held a comment",
            ["detector", "cause"],
            registry=self.registry,
        )
        self.live_connections = Gauge(
            "fruitful_live_connections", "Open event streams", registry=self.registry
        )
        self.cache_bytes = Gauge(
            "fruitful_rendered_cache_bytes", "Renderings kept", registry=self.registry
        )
        self.queue_size = Gauge(
            "fruitful_queue_size", "Comments that wait for a moderator", registry=self.registry
        )
        self.queue_age = Gauge(
            "fruitful_queue_oldest_seconds",
            "How long the first of them has waited",
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def decided(self, submitted: Submitted) -> None:
        """Count one decision, the categories it named and the measurements it lacked."""
        self._decisions.labels(submitted.outcome.value).inc()
        named = {(r.category, r.outcome) for r in submitted.comment.reasons if r.category}
        for category, outcome in named:
            self._reasons.labels(category.value, outcome.value).inc()
        for detector, cause in _gaps(submitted.comment.reasons):
            self._missing.labels(detector, cause).inc()

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


def _gaps(reasons: Sequence[Reason]) -> set[tuple[str, str]]:
    return {
        (reason.detector, reason.evidence.removeprefix("missing:"))
        for reason in reasons
        if reason.evidence.startswith("missing:")
    }
