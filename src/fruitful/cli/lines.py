"""Read lines from a stream as they arrive, without ever waiting for more than one."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from typing import Protocol

LONGEST_LINE = 1 << 20
"""Bytes. Of a longer line one byte more than this is kept, so that it can be told apart."""

_CHUNK = 1 << 16


class ByteSource(Protocol):
    """A raw stream: ``read`` returns what is there, waits only for the first byte."""

    def read(self, size: int, /) -> bytes | None:
        """At most ``size`` bytes; empty at the end."""


class LineReader:
    """Lines of ``source``, in order, read by a thread of its own.

    The thread is a daemon because a read from a terminal or a pipe cannot be interrupted, and
    Ctrl-C must not wait for it. Use one reader from one event loop only.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        # One chunk in hand and one on the way keep memory flat however large the file is.
        self._chunks: asyncio.Queue[list[bytes] | BaseException | None] = asyncio.Queue(1)
        self._ready: deque[bytes] = deque()
        self._ended = False
        self._started = False

    async def batch(self, at_most: int) -> list[bytes]:
        """The lines that are there, 1 to ``at_most``, waiting for the first; empty at the end.

        Raises ``OSError`` when the stream cannot be read.
        """
        self._start()
        while not self._ready and not self._ended:
            self._take(await self._chunks.get())
        return [self._ready.popleft() for _ in range(min(at_most, len(self._ready)))]

    def _take(self, chunk: list[bytes] | BaseException | None) -> None:
        if isinstance(chunk, BaseException):
            raise chunk
        if chunk is None:
            self._ended = True
        else:
            self._ready.extend(chunk)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._read, args=(loop,), name="lines", daemon=True).start()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        def hand_over(chunk: list[bytes] | BaseException | None) -> None:
            asyncio.run_coroutine_threadsafe(self._chunks.put(chunk), loop).result()

        try:
            for lines in split_lines(self._source):
                hand_over(lines)
            hand_over(None)
        except OSError as error:
            hand_over(error)
        except RuntimeError:
            return  # The loop is closed: nobody wants the rest.


def split_lines(source: ByteSource) -> Iterator[list[bytes]]:
    """The complete lines of each chunk read; a last line without a newline counts as a line."""
    rest = b""
    while chunk := source.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        # Keeps an endless line from filling the memory; its first bytes show that it is too long.
        rest = rest[: LONGEST_LINE + 1]
        if lines:
            yield [line[: LONGEST_LINE + 1] for line in lines]
    if rest:
        yield [rest]
