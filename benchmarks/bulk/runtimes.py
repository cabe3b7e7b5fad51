"""Compare runtimes for the encoder: ``python -m benchmarks.bulk.runtimes [GRAPH …]``.

Each graph (the shipped one if none is named) is run by onnxruntime and, where it is installed, by
OpenVINO, each setting in a process of its own: milliseconds of processor time and of elapsed time
(medians) for one text of 32, 64 and 128 tokens, and for each of sixteen texts of 64 tokens in one
run; how far a text's logits in that run are from those it has alone; seconds to load; memory added.
On a machine that is busy with other things only processor time can be compared.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fruitful.moderation.classifier.artefact import SHIPPED

Ints = npt.NDArray[np.int64]
Run = Callable[[Ints], npt.NDArray[np.float32]]

SETTINGS = (
    ("onnxruntime", "1", "spinning"),
    ("onnxruntime", "1", "waiting"),
    ("onnxruntime", "2", "spinning"),
    ("onnxruntime", "2", "waiting"),
    ("openvino", "1", "f32"),
    ("openvino", "1", "bf16"),
    ("openvino", "2", "f32"),
)
_REPEATS, _BATCH = 24, 16


def main(graphs: list[str]) -> None:
    """Measure every setting on every graph and print one line for each."""
    for graph in graphs or [str(SHIPPED / "model.onnx")]:
        print(graph)
        for setting in SETTINGS:
            command = [sys.executable, "-m", "benchmarks.bulk.runtimes", "--one", graph, *setting]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            said = done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]
            print(f"  {' '.join(setting):24} {said}", flush=True)


def measure(graph: str, runtime: str, threads: int, mode: str) -> str:
    """One setting, in this process."""
    before, started = _memory(), time.perf_counter()
    load = _onnxruntime if runtime == "onnxruntime" else _openvino
    run = load(graph, threads, mode)
    loaded, added = time.perf_counter() - started, _memory() - before
    dice = np.random.default_rng(0)
    parts = []
    for tokens in (32, 64, 128):
        busy, elapsed = _timed(run, dice.integers(1000, 20_000, (1, tokens)))
        parts.append(f"{tokens}: {busy:.1f} ({elapsed:.1f})")
    many = dice.integers(1000, 20_000, (_BATCH, 64))
    busy, elapsed = _timed(run, many)
    apart = float(np.abs(run(many)[0] - run(many[:1])[0]).max())
    parts.append(
        f"each of {_BATCH}: {busy / _BATCH:.1f} ({elapsed / _BATCH:.1f}), {apart:.3f} apart"
    )
    return f"{' ms, '.join(parts)}; load {loaded:.1f} s, {added:.0f} MB"


def _timed(run: Run, ids: Ints) -> tuple[float, float]:
    """Medians of processor and of elapsed milliseconds."""
    busy, elapsed = [], []
    for _ in range(_REPEATS if len(ids) == 1 else _REPEATS // 6):
        started, started_busy = time.perf_counter(), time.process_time()
        run(ids)
        elapsed.append(time.perf_counter() - started)
        busy.append(time.process_time() - started_busy)
    return 1000 * float(np.median(busy[1:])), 1000 * float(np.median(elapsed[1:]))


def _onnxruntime(graph: str, threads: int, mode: str) -> Run:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    spin = "1" if mode == "spinning" else "0"
    options.add_session_config_entry("session.intra_op.allow_spinning", spin)
    session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(ids: Ints) -> npt.NDArray[np.float32]:
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return np.asarray(session.run(["logits"], feed)[0])

    return run


def _openvino(graph: str, threads: int, mode: str) -> Run:
    import openvino  # type: ignore[import-not-found]

    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": mode}
    model = openvino.Core().compile_model(graph, "CPU", settings)
    request = model.create_infer_request()

    def run(ids: Ints) -> npt.NDArray[np.float32]:
        found = request.infer({"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.array(found[model.output("logits")])

    return run


def _memory() -> float:
    """Resident megabytes of this process, where the system says so in /proc."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / 1e6


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _, _, graph, runtime, threads, mode = sys.argv
        print(measure(graph, runtime, int(threads), mode))
    else:
        main(sys.argv[1:])
