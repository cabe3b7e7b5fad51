"""``python -m benchmarks.load``: one table of what a real server does under load.

Everything runs on this machine: server, PostgreSQL and the load itself share its processors.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path

from benchmarks.load import measure
from benchmarks.load.measure import Series, closed_loop, open_loop
from benchmarks.load.scene import Served, scene

_SHARES = (0.5, 0.95, 0.99)


def main() -> None:
    """Measure, print, and keep the numbers where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="length of each measurement")
    parser.add_argument("--workers", type=int, default=1, help="serving processes")
    parser.add_argument("--a-second", type=float, default=30.0, help="comments a second")
    parser.add_argument("--json", type=Path, help="where to keep the numbers")
    chosen = parser.parse_args()
    report = asyncio.run(_run(chosen))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=2) + "\n")


async def _run(chosen: argparse.Namespace) -> dict[str, object]:
    async with scene(workers=chosen.workers) as served:
        rows = [*await _reading(served, chosen), *await _writing(served, chosen)]
        resident = await measure.memory(served)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{os.cpu_count()} processors, {chosen.workers} worker(s), load average {load}")
    for name, mib in resident.items():
        print(f"{name}: {mib:.0f} MiB resident")
    return {"series": [_numbers(row) for row in rows], "resident_mib": resident}


async def _reading(served: Served, chosen: argparse.Namespace) -> list[Series]:
    again = await measure.revalidate(served)
    plans = (
        ("read 300 comments, JSON, one by one", measure.read_thread, 1),
        ("read 300 comments, JSON, 16 at once", measure.read_thread, 16),
        ("the same, unchanged (304), 16 at once", again, 16),
        ("first page for the widget, 16 at once", measure.read_section, 16),
    )
    rows = []
    _print_head()
    for name, shoot, connections in plans:
        rows.append(
            await closed_loop(served, name, shoot, connections=connections, seconds=chosen.seconds)
        )
        _print(rows[-1])
    # As many as there are keys: the second time they would come from the cache.
    async with served.connection() as connection:
        fresh = Series("read 300 comments, rendered afresh")
        with measure.measuring(served, fresh):
            for number in range(1, 60):
                await measure.timed(fresh, measure.read_afresh, connection, number)
    _print(fresh)
    return [*rows, fresh]


async def _writing(served: Served, chosen: argparse.Namespace) -> list[Series]:
    steady = await open_loop(
        served,
        f"accept comments at {chosen.a_second:g} a second",
        measure.post_comments(seed=2),
        a_second=chosen.a_second,
        seconds=chosen.seconds,
    )
    _print(steady)
    most = await closed_loop(
        served,
        "accept comments, 16 at once",
        measure.post_comments(seed=3),
        connections=16,
        seconds=chosen.seconds,
    )
    _print(most)
    return [steady, most]


def _print_head() -> None:
    print(
        f"{'':42}{'a second':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"
        f"{'cpu ms':>9}{'+ SQL':>7}  answers"
    )


def _print(series: Series) -> None:
    answers = ", ".join(f"{count} × {status}" for status, count in series.statuses.items())
    times = "".join(f"{series.percentile(share):9.1f}" for share in _SHARES)
    cost = f"{series.cpu_ms('server'):9.1f}{series.cpu_ms('postgres'):7.1f}"
    print(f"{series.name:42}{series.rate:9.0f}{times}{cost}  {answers}", flush=True)


def _numbers(series: Series) -> dict[str, object]:
    return {
        "name": series.name,
        "a_second": round(series.rate, 1),
        **{
            f"p{share * 100:g}_ms": round(series.percentile(share), 2)
            for share in (0.5, 0.95, 0.99)
        },
        "statuses": dict(series.statuses),
        "late": series.late,
    }


if __name__ == "__main__":
    main()
