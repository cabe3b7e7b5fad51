"""Processor time of each detector for a comment: ``python -m benchmarks.bulk.detectors FILE``.

FILE holds JSON lines with a ``text``, as ``fruitful score`` reads them. Processor time is measured,
not elapsed time: it hardly depends on what else the machine does. Views that detectors share are
made first and counted by themselves.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from fruitful.domain.errors import DetectorUnavailable
from fruitful.domain.moderation import Submission
from fruitful.moderation.assembly import build_engine
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default


def main(file: Path) -> None:
    """Print milliseconds a comment by detector, the dearest first, and how much was settled."""
    lines = file.read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines if line.strip()]
    engine = build_engine()
    rules = load_default()
    for detector in engine.detectors:  # Whatever is loaded on first use is loaded now.
        detector.detect(
            Document(Submission(text="The library opens at nine on 0123 456789."), rules)
        )
    spent: defaultdict[str, float] = defaultdict(float)
    settled = 0
    for text in texts:
        document = Document(Submission(text=text), rules)
        spent["normalisation"] += _busy(_normalise, document)
        for detector in engine.detectors:
            try:
                spent[detector.name] += _busy(detector.detect, document)
            except DetectorUnavailable:
                print(f"{detector.name} cannot measure")
        # Unmeasured on purpose: only whether the fast stage spoke.
        if any(
            s.evidence.startswith("fast:") for s in engine.detectors[1].detect(document).signals
        ):
            settled += 1
    engine.close()
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{name:14} {1000 * seconds / len(texts):7.3f} ms")
    print(f"{'together':14} {1000 * sum(spent.values()) / len(texts):7.3f} ms")
    print(f"{settled} of {len(texts)} settled by the fast stage")


def _normalise(document: Document) -> object:
    """Make the views, which the document keeps."""
    return document.undisguised


def _busy(work: Callable[[Document], object], document: Document) -> float:
    started = time.process_time()
    work(document)
    return time.process_time() - started


if __name__ == "__main__":
    main(Path(sys.argv[1]))
