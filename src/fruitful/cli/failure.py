"""What a person sees when a command cannot do its work: one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from fruitful.cli.supervisor import CannotServe
from fruitful.config import SettingsInvalid
from fruitful.domain.errors import DomainError
from fruitful.storage.embedded import EmbeddedPostgresError
from fruitful.storage.embedded.errors import not_writable
from fruitful.storage.migrate import MigrationFailed

_FORESEEN = (CannotServe, SettingsInvalid, DomainError, EmbeddedPostgresError, MigrationFailed)


@contextmanager
def one_line_failures() -> Iterator[None]:
    """Print what was foreseen as ``fruitful: ...`` and exit with status 1."""
    try:
        yield
    except _FORESEEN as error:
        typer.echo(f"fruitful: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"fruitful: {not_writable(error)}", err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
