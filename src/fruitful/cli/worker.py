"""One serving process, as the supervisor starts it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

import uvicorn

from fruitful.bootstrap import make_app
from fruitful.cli.supervisor import EXIT_MISCONFIGURED, GRACE_SECONDS, LIFELINE, READY, SOCKET
from fruitful.config import load_settings
from fruitful.domain.errors import HouseRulesInvalid
from fruitful.observability import configure_logging


def main() -> None:
    """Serve on the inherited socket until told to stop, or until the supervisor is gone."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    _follow(int(os.environ[LIFELINE]))
    ready = int(os.environ[READY])
    try:
        app = make_app(settings, on_started=lambda: _tell(ready))
    except (HouseRulesInvalid, OSError) as error:
        sys.stderr.write(f"fruitful: {error}\n")
        sys.exit(EXIT_MISCONFIGURED)
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who the client is behind a proxy is the application's business: it knows whom to trust.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=20,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[socket.socket(fileno=int(os.environ[SOCKET]))])
    if not server.started:
        sys.exit(1)


def _tell(ready: int) -> None:
    os.write(ready, b"1")
    os.close(ready)


def _follow(lifeline: int) -> None:
    """Stop when the other end of the pipe is closed, which the kernel does for a dead parent."""

    def wait() -> None:
        while os.read(lifeline, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        # A loop that hangs would keep this process as an orphan.
        if not threading.Event().wait(GRACE_SECONDS + 2):
            os._exit(1)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


if __name__ == "__main__":
    main()
