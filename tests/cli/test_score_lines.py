from __future__ import annotations

import asyncio
import io
import threading

import pytest

from fruitful.cli.lines import LONGEST_LINE, LineReader, split_lines


class Pieces:
    """A stream that gives its bytes in the pieces it was made of, as a pipe does."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ((), []),
        ((b"one",), [b"one"]),
        ((b"one\n",), [b"one"]),
        ((b"o", b"n", b"e\ntw", b"o\n"), [b"one", b"two"]),
        ((b"\n\nthree\r\n",), [b"", b"", b"three\r"]),
    ],
)
def test_lines_are_whole_however_they_arrive(pieces: tuple[bytes, ...], lines: list[bytes]) -> None:
    assert [line for chunk in split_lines(Pieces(*pieces)) for line in chunk] == lines


def test_an_endless_line_is_cut_and_the_next_one_is_read() -> None:
    source = io.BytesIO(b"x" * (3 * LONGEST_LINE) + b"\nnext\n")
    first, second = (line for chunk in split_lines(source) for line in chunk)
    assert len(first) == LONGEST_LINE + 1
    assert second == b"next"


async def test_a_batch_is_what_has_arrived_and_no_more_than_was_asked_for() -> None:
    reader = LineReader(Pieces(b"1\n2\n3\n", b"4\n"))
    assert [await reader.batch(2) for _ in range(4)] == [[b"1", b"2"], [b"3"], [b"4"], []]


async def test_the_first_line_is_given_while_the_writer_still_thinks() -> None:
    thinking = threading.Event()

    class Slow:
        def __init__(self) -> None:
            self._asked = 0

        def read(self, size: int, /) -> bytes:
            self._asked += 1
            if self._asked == 1:
                return b"first\nsec"
            thinking.wait(30)
            return b"ond\n" if self._asked == 2 else b""

    reader = LineReader(Slow())
    assert await asyncio.wait_for(reader.batch(10), 30) == [b"first"]
    thinking.set()
    assert await asyncio.wait_for(reader.batch(10), 30) == [b"second"]


async def test_a_stream_that_breaks_says_so() -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        await LineReader(Broken()).batch(1)
