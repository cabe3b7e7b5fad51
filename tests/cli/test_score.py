"""The score command as a real process, with the real engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fruitful.cli import make_app
from fruitful.domain.moderation import ATTRIBUTES
from fruitful.domain.policy import Category, Outcome

COMMAND = (sys.executable, "-c", "from fruitful.cli import app; app()", "score")
PATIENCE_SECONDS = 60

SCAM = "A real spell caster brought my husband back, contact temple@mail.example or WhatsApp me"

GOOD = {
    "id": "good",
    "text": "The council should repair the harbour bridge first.",
    "article": {"title": "The harbour", "unknown": [1]},
    "parent": {"text": "What first?"},
    "author": {"name": "Ottilie", "email": "ottilie@post.example"},
    "unknown": {"x": None},
}
LINES: list[tuple[bytes, Any, str | None]] = [
    (json.dumps(GOOD).encode(), "good", None),
    (b'{"id": 8, "text": "caf\\u00e9"}', 8, None),
    (b'{"text": "no id"}', None, None),
    (b"this is not JSON", None, "malformed_json"),
    (b'{"id": "cut", "text": "off', None, "malformed_json"),
    (b'{"id": "bytes", "text": "\xff\xfe"}', None, "malformed_json"),
    (b'{"id": NaN, "text": "x"}', None, "malformed_json"),
    (b"[" * 50_000, None, "malformed_json"),
    (b'["a list"]', None, "invalid_request"),
    (b'{"id": "no text"}', "no text", "invalid_request"),
    (b'{"id": "number", "text": 5}', "number", "invalid_request"),
    (b'{"id": "null", "text": null}', "null", "invalid_request"),
    (b'{"id": [1], "text": "list as id"}', None, "invalid_request"),
    (b'{"id": "author", "text": "x", "author": "Ottilie"}', "author", "invalid_request"),
    (b'{"id": "title", "text": "x", "article": {"title": 1}}', "title", "invalid_request"),
    (b'{"id": "nul", "text": "a\\u0000b"}', "nul", "unreadable_text"),
    (b'{"id": "surrogate", "text": "a\\ud800b"}', "surrogate", "unreadable_text"),
    (b'{"id": "blank", "text": " \\n "}', "blank", "empty_comment"),
    (b'{"id": "long", "text": "' + b"a " * 15_000 + b'"}', "long", "comment_too_long"),
    (b'{"id": "endless", "text": "' + b"a" * (2 << 20) + b'"}', None, "body_too_large"),
    (json.dumps({"id": "scam", "text": SCAM}).encode(), "scam", None),
]


def run(given: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments], input=given, capture_output=True, timeout=PATIENCE_SECONDS
    )


def records(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def mixed() -> subprocess.CompletedProcess[bytes]:
    """One run over every line above, with a blank line in the middle and no newline at the end."""
    lines = [line for line, _, _ in LINES]
    return run(b"\n".join([*lines[:4], b"", b"  \r", *lines[4:]]))


def test_every_line_is_answered_in_order_and_bad_ones_say_why(
    mixed: subprocess.CompletedProcess[bytes],
) -> None:
    answered = [(r["id"], r.get("error", {}).get("code")) for r in records(mixed.stdout)]
    assert answered == [(record_id, code) for _, record_id, code in LINES]


def test_the_run_fails_at_the_end_when_a_line_failed(
    mixed: subprocess.CompletedProcess[bytes],
) -> None:
    assert mixed.returncode == 1
    failed = sum(code is not None for _, _, code in LINES)
    assert f"{failed} of {len(LINES)} lines" in mixed.stderr.decode()


def test_a_scored_line_has_every_field_of_the_contract(
    mixed: subprocess.CompletedProcess[bytes],
) -> None:
    record = records(mixed.stdout)[-1]
    assert list(record) == [
        "id", "outcome", "verdicts", "scores", "missing", "redactions", "signals", "attributes",
        "model", "house_rules",
    ]  # fmt: skip
    assert list(record["verdicts"]) == list(record["scores"]) == [c.value for c in Category]
    assert set(record["verdicts"].values()) <= {o.value for o in Outcome}
    assert set(record["attributes"]) == set(ATTRIBUTES)
    for found in record["signals"]:
        assert set(found) == {"category", "score", "start", "end", "detector", "evidence"}


def test_a_polite_opinion_is_published(mixed: subprocess.CompletedProcess[bytes]) -> None:
    record = records(mixed.stdout)[0]
    assert (record["id"], record["outcome"], record["missing"]) == ("good", "publish", [])


def test_a_scam_is_returned_with_its_words_marked(
    mixed: subprocess.CompletedProcess[bytes],
) -> None:
    record = records(mixed.stdout)[-1]
    assert record["verdicts"]["spam"] in {"return", "reject"}
    marked = [
        SCAM[s["start"] : s["end"]]
        for s in record["signals"]
        if s["evidence"] == "pattern:spell_caster"
    ]
    assert len(marked) == 1
    assert "spell caster" in marked[0]


def test_nothing_but_answers_goes_to_standard_output_and_no_progress_to_a_pipe(
    mixed: subprocess.CompletedProcess[bytes],
) -> None:
    assert len(records(mixed.stdout)) == len(LINES)
    assert b"scored\x1b" not in mixed.stderr
    assert b"\r" not in mixed.stderr


def test_order_is_kept_over_many_small_batches_side_by_side() -> None:
    texts = ["Yes.", "The bridge, again. " * 40, "No!"]
    given = b"".join(
        json.dumps({"id": n, "text": texts[n % 3]}).encode() + b"\n" for n in range(90)
    )
    done = run(given, "--batch-size", "4", "--threads", "3")
    assert [record["id"] for record in records(done.stdout)] == list(range(90))
    assert done.returncode == 0
    assert done.stderr == b"" or b"classifier" in done.stderr


def test_no_input_is_no_failure() -> None:
    done = run(b"")
    assert (done.returncode, done.stdout) == (0, b"")


def test_house_rules_of_the_site_decide(tmp_path: Path) -> None:
    shipped = resources.files("fruitful.moderation.data").joinpath("default_house_rules.toml")
    rules = shipped.read_text("utf-8").replace('version = "1"', 'version = "strict"')
    (tmp_path / "rules.toml").write_text(rules, "utf-8")
    done = run(b'{"id": 1, "text": "Fine."}', "--house-rules", str(tmp_path / "rules.toml"))
    assert records(done.stdout)[0]["house_rules"].startswith("strict")


@pytest.mark.parametrize("content", ["version = ", None])
def test_unusable_house_rules_stop_the_run_before_it_begins(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_text(content, "utf-8")
    command = make_app(["score"])
    result = CliRunner().invoke(
        command, ["score", "--house-rules", str(file)], input='{"text": "Fine."}'
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "rules.toml" in result.stderr


@contextmanager
def started() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(process: subprocess.Popen[bytes], text: str) -> dict[str, Any]:
    """Send one line and wait for its answer, with nothing sent after it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"id": text, "text": text}).encode() + b"\n")
    process.stdin.flush()
    with ThreadPoolExecutor(1) as reading:
        line = reading.submit(process.stdout.readline).result(PATIENCE_SECONDS)
    answer: dict[str, Any] = json.loads(line)
    return answer


def test_a_slow_producer_gets_each_answer_before_it_sends_the_next_line() -> None:
    with started() as process:
        assert [ask(process, text)["id"] for text in ("one", "two", "three")] == [
            "one", "two", "three",
        ]  # fmt: skip


def test_ctrl_c_ends_the_run_quietly() -> None:
    with started() as process:
        ask(process, "one")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_reader_that_has_seen_enough_ends_the_run_quietly() -> None:
    with started() as process:
        ask(process, "one")
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(b'{"id": 2, "text": "nobody reads this"}\n')
        process.stdin.flush()
        assert process.wait(PATIENCE_SECONDS) == 141
        complaints = process.stderr.read()
        assert b"Traceback" not in complaints
        assert b"Broken" not in complaints


def test_progress_is_shown_where_standard_error_is_a_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "in.jsonl").write_bytes(b'{"id": 1, "text": "Fine."}\n' * 50)
    ours, theirs = pty.openpty()
    with (tmp_path / "in.jsonl").open("rb") as given:
        process = subprocess.Popen(COMMAND, stdin=given, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    answers, _ = process.communicate(timeout=PATIENCE_SECONDS)
    shown = os.read(ours, 65_536)
    os.close(ours)
    assert len(records(answers)) == 50
    assert b"scored" in shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_clear_complaint() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            COMMAND,
            input=b'{"text": "Fine."}',
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_SECONDS,
        )
    assert done.returncode == 1
    assert b"The run broke off: No space left on device." in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_explain_shows_one_decision_to_a_person() -> None:
    done = run(b"", "--explain", SCAM)
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert shown.splitlines()[0] in {"return", "reject"}
    assert "pattern:spell_caster" in shown


def test_explain_refuses_an_empty_text_in_one_line() -> None:
    done = run(b"", "--explain", " ")
    assert (done.returncode, done.stdout) == (1, b"")
    assert len(done.stderr.decode().strip().splitlines()) <= 2
