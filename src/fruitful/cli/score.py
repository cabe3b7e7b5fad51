"""Score texts in bulk: JSON lines in, JSON lines out, in order, as fast as they come."""

from __future__ import annotations

import asyncio
import io
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from fruitful.cli.explain import explain_text
from fruitful.cli.lines import LONGEST_LINE, ByteSource, LineReader
from fruitful.cli.rules import read_house_rules
from fruitful.domain.errors import BodyTooLarge, DomainError, HouseRulesInvalid
from fruitful.domain.moderation import Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.pipeline import Engine
from fruitful.moderation.scoring import (
    RecordId,
    decision_to_record,
    error_to_record,
    parse_score_line,
    to_json_line,
)
from fruitful.observability import configure_logging

# Nobody waits for one comment of a bulk run, so a busy machine must not turn into missing signals.
_BULK_DEADLINE_SECONDS = 30.0
_INTERRUPTED = 130
_SIGPIPE = 141


def score(
    house_rules: Annotated[
        Path | None, typer.Option(help="House rules in TOML; the default rules otherwise.")
    ] = None,
    batch_size: Annotated[
        int, typer.Option(min=1, max=1024, help="Most texts judged at once.")
    ] = 32,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Batches judged side by side.")] = 2,
    explain: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Judge this one text, for people to read.")
    ] = None,
) -> None:
    """Judge JSON lines on standard input; write one JSON line for each, in order.

    A line that cannot be scored gets an "error" object and the run goes on; the exit status is
    then 1 at the end. Blank lines are skipped.
    """
    try:
        rules = read_house_rules(house_rules)
    except HouseRulesInvalid as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(2) from invalid
    configure_logging(level="warning")  # To standard error: standard output is for answers.
    engine = build_engine(threads=threads, deadline_seconds=_BULK_DEADLINE_SECONDS)
    try:
        if explain is not None:
            explain_text(engine, rules, explain)
        else:
            _score_standard_input(
                BulkScoring(engine, rules, batch_size=batch_size, batches_in_flight=threads)
            )
    except DomainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        engine.close()


class BulkScoring:
    """Scores a stream of lines: batches overlap, output keeps the order of the input.

    A batch is whatever lines have arrived, up to ``batch_size``: a slow producer gets each answer
    before it has to send the next line.
    """

    def __init__(
        self, engine: Engine, house_rules: HouseRules, *, batch_size: int, batches_in_flight: int
    ) -> None:
        self._engine = engine
        self._house_rules = house_rules
        self._batch_size = batch_size
        self._room = asyncio.Semaphore(batches_in_flight)
        self._batches: asyncio.Queue[asyncio.Task[list[bytes]] | None] = asyncio.Queue()
        self.answered = 0
        self.failed = 0
        self.bytes_read = 0

    async def run(self, source: ByteSource, sink: BinaryIO, progress: Progress) -> None:
        """Score every line of ``source`` into ``sink``, which is flushed after each batch."""
        bar = progress.add_task("", total=_size(source), answered=0)
        feeding = asyncio.create_task(self._feed(LineReader(source)))
        try:
            while (batch := await self._batches.get()) is not None:
                answers = await batch
                sink.write(b"".join(answers))
                sink.flush()
                self._room.release()
                self.answered += len(answers)
                progress.update(bar, completed=self.bytes_read, answered=self.answered)
            await feeding
        finally:
            feeding.cancel()

    async def _feed(self, lines: LineReader) -> None:
        try:
            while batch := await lines.batch(self._batch_size):
                self.bytes_read += sum(len(line) + 1 for line in batch)
                await self._room.acquire()
                self._batches.put_nowait(asyncio.create_task(self._answer(batch)))
        finally:
            self._batches.put_nowait(None)

    async def _answer(self, lines: Sequence[bytes]) -> list[bytes]:
        requests = [self._read(line) for line in lines if line.strip()]
        submissions = [r for _, r in requests if isinstance(r, Submission)]
        decisions = iter(await self._engine.judge_batch(submissions, self._house_rules))
        self.failed += len(requests) - len(submissions)
        return [
            to_json_line(
                error_to_record(record_id, request)
                if isinstance(request, DomainError)
                else decision_to_record(record_id, next(decisions))
            )
            for record_id, request in requests
        ]

    @staticmethod
    def _read(line: bytes) -> tuple[RecordId, Submission | DomainError]:
        if len(line) > LONGEST_LINE:
            return None, BodyTooLarge("The line is longer than 1 MiB.")
        try:
            return parse_score_line(line)
        except DomainError as error:
            record_id = error.details.get("id")
            return record_id if isinstance(record_id, str | int) else None, error


def _score_standard_input(bulk: BulkScoring) -> None:
    sink = sys.stdout.buffer
    try:
        with _progress() as progress:
            asyncio.run(bulk.run(_raw(sys.stdin.buffer), sink, progress))
    except KeyboardInterrupt as interrupted:
        raise typer.Exit(_INTERRUPTED) from interrupted
    except OSError as error:
        # The interpreter would complain once more when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sink.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(_SIGPIPE) from error
        typer.echo(f"The run broke off: {error.strerror or error}.", err=True)
        raise typer.Exit(1) from error
    if bulk.failed:
        typer.echo(f"{bulk.failed} of {bulk.answered} lines could not be scored.", err=True)
        raise typer.Exit(1)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.fields[answered]} scored"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )


def _raw(stream: BinaryIO) -> ByteSource:
    """The stream without its buffer, which would wait until it is full."""
    try:
        return io.FileIO(stream.fileno(), closefd=False)
    except io.UnsupportedOperation:
        return stream


def _size(source: ByteSource) -> int | None:
    """Bytes to come, where that can be known: standard input may be a file."""
    if not isinstance(source, io.FileIO):
        return None
    status = os.fstat(source.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None
