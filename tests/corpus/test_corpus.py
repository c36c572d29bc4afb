"""The public log is answered, and a large log is read in one pass."""

from __future__ import annotations

import io
import time
from collections import Counter

from idecare.doctor.explain import KNOWN_ERRORS, recognise
from tests.corpus.go_scripts import failures
from tests.corpus.left import LEFT, reason_to_leave
from tests.corpus.threads import judge, threads

LINE = b"#12 %d.%d go: downloading github.com/some/module/v2 v1.%d.0 and compiling package number\n"


def test_the_public_log_is_answered() -> None:
    verdicts = Counter(judge(thread) for thread in threads())
    assert verdicts["wrong"] == 0
    assert verdicts.total() >= 120
    assert verdicts["right"] + verdicts["partly"] >= 0.85 * verdicts.total()
    assert all(thread.reference and thread.situation and thread.answer for thread in threads())


def test_each_reason_to_leave_a_text_is_given() -> None:
    assert all(reason for _, reason in LEFT)
    assert reason_to_leave("flag provided but not defined: -x") != ""
    assert reason_to_leave("something that nobody has judged") == ""


def test_failing_commands_of_a_log_are_found_once() -> None:
    log = """=== CONT  TestScript/one
        > ! go build
        [stderr]
        go: no go.work file found
        [exit status 1]
        > go list
        [stdout]
        fine
        > ! go build
        [stderr]
        go: no go.work file found
        [exit status 1]
""".splitlines(keepends=True)
    assert [(one.script, one.command, one.text) for one in failures(log)] == [
        ("one", "! go build", "go: no go.work file found")
    ]


def test_ten_times_the_text_takes_no_more_than_ten_times_the_time() -> None:
    """One pass, however many texts are known."""
    small = b"".join(LINE % (number, number, number) for number in range(10_000))
    recognise(io.BytesIO(small), KNOWN_ERRORS)
    assert seconds(small * 10) < 25 * seconds(small)


def seconds(data: bytes) -> float:
    started = time.process_time()
    recognise(io.BytesIO(data), KNOWN_ERRORS)
    return time.process_time() - started
