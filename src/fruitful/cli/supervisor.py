"""The parent of the serving processes: owns the socket and the embedded PostgreSQL, and keeps the
workers alive. It imports nothing of the application, so it stays small."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType

import structlog

from fruitful.config import Settings
from fruitful.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError

log = structlog.get_logger(__name__)

LIFELINE = "FRUITFUL_WORKER_LIFELINE"
"""Names the descriptor of a pipe that ends when the supervisor does, however it does."""
READY = "FRUITFUL_WORKER_READY"
"""Names the descriptor on which a worker tells, with one byte, that it answers requests."""
SOCKET = "FRUITFUL_WORKER_SOCKET"
"""Names the descriptor of the listening socket that all workers share."""

EXIT_MISCONFIGURED = 78
"""A worker's status when starting it again would change nothing: EX_CONFIG of sysexits.h."""

GRACE_SECONDS = 5
"""How long requests in flight may take to finish once the server has been told to stop."""

_WATCH_SECONDS = 0.5
_EARLY_DEATHS_ALLOWED = 3
"""Workers that may die one after another before any of them was ready."""


class CannotServe(Exception):
    """The server cannot start or go on. The message is one line and says what to do."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    ready: int
    """Our end of the pipe on which the worker tells that it is ready."""
    is_ready: bool = False


class Supervisor:
    """Runs ``settings.workers`` processes on one listening socket until it is told to stop.

    ``environment`` is added to the workers' own; ``postgres``, where given, is kept running.
    """

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        *,
        environment: Mapping[str, str],
        postgres: EmbeddedPostgres | None,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._environment = {**os.environ, **environment}
        self._postgres = postgres
        self._workers: list[_Worker] = []
        self._early_deaths = 0
        self._lifeline = self._lifeline_end = -1
        self._stop = threading.Event()
        self._signals = 0

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM. ``on_ready`` is called once, when requests are answered.

        Raises `CannotServe` when the workers do not stay alive.
        """
        with ExitStack() as cleanup:
            for number in (signal.SIGINT, signal.SIGTERM):
                former = signal.signal(number, self._told_to_stop)
                cleanup.callback(signal.signal, number, former)
            self._lifeline, self._lifeline_end = os.pipe()
            cleanup.callback(os.close, self._lifeline)
            cleanup.callback(self._stop_workers)
            while len(self._workers) < self._settings.workers:
                self._workers.append(self._start_worker())
            is_announced = False
            while not self._stop.is_set():
                self._look_after_workers()
                self._look_after_postgres()
                if not is_announced and all(worker.is_ready for worker in self._workers):
                    is_announced = True
                    on_ready()
                self._stop.wait(_WATCH_SECONDS if is_announced else 0.05)

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        self._stop.set()

    def _start_worker(self) -> _Worker:
        ready, told = os.pipe()
        os.set_blocking(ready, False)
        shared = (self._lifeline, told, self._listener.fileno())
        environment = {
            **self._environment,
            LIFELINE: str(self._lifeline),
            READY: str(told),
            SOCKET: str(self._listener.fileno()),
        }
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "fruitful.cli.worker"],
                env=environment,
                pass_fds=shared,
                stdin=subprocess.DEVNULL,
                # Ctrl-C reaches every process of a terminal's group. Workers are told to stop
                # by us alone, once; uvicorn takes a second signal for impatience.
                start_new_session=True,
            )
        finally:
            os.close(told)
        return _Worker(process, ready)

    def _is_ready(self, worker: _Worker) -> bool:
        if not worker.is_ready:
            try:
                worker.is_ready = os.read(worker.ready, 1) != b""
            except BlockingIOError:
                return False
        return worker.is_ready

    def _look_after_workers(self) -> None:
        for index, worker in enumerate(self._workers):
            status = worker.process.poll()
            if status is None or self._stop.is_set():
                self._is_ready(worker)
                continue
            self._bury(worker, status)
            self._workers[index] = self._start_worker()

    def _bury(self, worker: _Worker, status: int) -> None:
        was_ready = self._is_ready(worker)
        os.close(worker.ready)
        if status == EXIT_MISCONFIGURED:
            raise CannotServe("the server cannot start as it is configured")
        log.error("worker.died", pid=worker.process.pid, status=status)
        self._early_deaths = 0 if was_ready else self._early_deaths + 1
        if self._early_deaths >= _EARLY_DEATHS_ALLOWED:
            raise CannotServe("the server does not start: the lines above tell why")

    def _look_after_postgres(self) -> None:
        if self._postgres is None or not self._postgres.has_gone() or self._stop.is_set():
            return
        log.warning("postgres.gone")
        self._postgres.stop()
        try:
            self._postgres.start()
        except EmbeddedPostgresError as error:
            # Requests are answered with 503 meanwhile; the next look tries again.
            log.error("postgres.down", reason=str(error))
        else:
            log.info("postgres.back")

    def _stop_workers(self) -> None:
        """End every worker: gently, then after the grace or a second signal, by force."""
        os.close(self._lifeline_end)
        alive = [worker.process for worker in self._workers if worker.process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS + 3
        while any(process.poll() is None for process in alive):
            if time.monotonic() > deadline or self._signals > 1:
                for process in alive:
                    process.kill()
            time.sleep(0.02)
        for worker in self._workers:
            os.close(worker.ready)


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is done. Raises `CannotServe` in one line."""
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(
            (str(address[0]), port), family=socket.AddressFamily(family), backlog=2048
        )
    except PermissionError as error:
        raise CannotServe(
            f"port {port} is reserved for the system: choose one above 1023 with --port"
        ) from error
    except socket.gaierror as error:
        raise CannotServe(f"there is no address {host} on this machine: choose --host") from error
    except OSError as error:
        raise CannotServe(
            f"{host}:{port} cannot be used ({error.strerror or error}):"
            " stop the program that uses it, or choose another port with --port"
        ) from error
