"""How far long work has come, on standard error where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def counting(done: str) -> Iterator[Callable[[int], None]]:
    """Give what is to be told the count so far; ``done`` names what was counted."""
    columns = (SpinnerColumn(), TextColumn("{task.completed} " + done), TimeElapsedColumn())
    with Progress(
        *columns,
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)
        yield lambda count: progress.update(task, completed=count)
