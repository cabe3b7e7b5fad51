"""The ``fruitful`` command as a person at a terminal runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("fruitful"))


def fruitful(
    *arguments: str, state_dir: Path, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with ``typed`` on its standard input."""
    return subprocess.run(
        [COMMAND, *arguments],
        env={**os.environ, "FRUITFUL_STATE_DIR": str(state_dir), **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
