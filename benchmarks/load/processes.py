"""Processor time and memory of the processes under test, from Linux's ``/proc``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(supervisor: int) -> dict[str, float]:
    """Processor seconds used so far by the server and by PostgreSQL, both our descendants."""
    parents, used = {}, {}
    for pid, fields in _stats():
        parents[pid] = int(fields[1])
        # Own time in user and kernel mode, and that of children which have ended.
        used[pid] = sum(map(int, fields[11:15])) / _TICKS
    sums = {"server": 0.0, "postgres": 0.0}
    for pid, seconds in used.items():
        line = list(_ancestors(pid, parents))
        if supervisor in line:
            sums["server"] += seconds
        elif os.getpid() in line[1:]:
            sums["postgres"] += seconds
    return sums


def resident_mib(pid: int) -> float:
    """Resident memory of one process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Process ids with the fields after the command's name (proc(5): state is the first)."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "stat").read_text()
            except OSError:
                continue
            yield int(folder.name), line.rpartition(")")[2].split()


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid in parents:
        yield pid
        pid = parents[pid]
