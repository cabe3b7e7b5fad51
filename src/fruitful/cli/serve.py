"""``fruitful serve``: the server, with its own PostgreSQL unless another is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from fruitful.cli.failure import one_line_failures
from fruitful.cli.postgres import prepared_database
from fruitful.cli.supervisor import Supervisor, listen
from fruitful.config import Settings, load_settings
from fruitful.observability import configure_logging


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Serving processes.")] = None,
    state_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
) -> None:
    """Serve the comments over HTTP until Ctrl-C.

    Starts the embedded PostgreSQL unless DATABASE_URL names another. Every option can also be
    set as FRUITFUL_HOST, FRUITFUL_PORT and so on.
    """
    with one_line_failures():
        settings = load_settings(host=host, port=port, workers=workers, state_dir=state_dir)
        configure_logging(settings.log_format, settings.log_level)
        run_server(settings)


def run_server(
    settings: Settings,
    *,
    prepare: Callable[[Mapping[str, str], str], None] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM.

    ``prepare`` gets the workers' environment and the server's own address, before requests are
    answered; ``on_ready`` gets the address once they are.
    """
    with ExitStack() as cleanup:
        # The port comes first: whoever forgot a running server learns it at once.
        listener = cleanup.enter_context(listen(settings.host, settings.port))
        address = _address(settings, listener.getsockname()[1])
        settings.secret_bytes()
        database = cleanup.enter_context(prepared_database(settings))
        environment = _environment(settings, database.url)
        if prepare is not None:
            prepare(environment, address)
        supervisor = Supervisor(
            settings,
            listener,
            environment=environment,
            postgres=database.embedded,
        )
        supervisor.run(lambda: (on_ready or _say_serving)(address))


def _say_serving(address: str) -> None:
    typer.echo(f"Fruitful serves {address} (Ctrl-C stops it)", err=True)


def _address(settings: Settings, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{port}"


def _environment(settings: Settings, database_url: str) -> dict[str, str]:
    """The choices made on the command line, as the workers will read them."""
    return {
        "FRUITFUL_DATABASE_URL": database_url,
        "FRUITFUL_STATE_DIR": str(settings.state_dir.absolute()),
        "FRUITFUL_DEMO": str(settings.demo).lower(),
        "FRUITFUL_LOG_FORMAT": settings.log_format,
        "FRUITFUL_LOG_LEVEL": settings.log_level,
    }
