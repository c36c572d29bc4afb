"""The public log is answered, and a large log is read in one pass."""

from __future__ import annotations

import io
import time
from collections import Counter
from pathlib import Path

from idecare.doctor.explain import KNOWN_ERRORS, recognise
from tests.corpus import provoked, sources
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


def test_the_texts_of_a_source_are_read_with_a_word_for_each_place_that_is_filled(tmp_path: Path) -> None:
    (tmp_path / "pkg" / "proc").mkdir(parents=True)
    (tmp_path / "pkg" / "proc" / "a.go").write_text(
        'package proc\n\nfunc f(pid int) error {\n\treturn fmt.Errorf("could not attach to pid %d: %s", pid, "x")\n}\n'
    )
    (tmp_path / "pkg" / "proc" / "a_test.go").write_text('var _ = errors.New("a text of a test only")\n')
    (found,) = sources.messages(tmp_path)
    assert (found.file, found.text) == ("pkg/proc/a.go", "could not attach to pid 12: name")
    assert sources.reason_to_leave("delve", found) == sources.INSIDE
    assert sources.reason_to_leave("delve", sources.Message("other/a.go", "x")) == ""


def test_what_a_java_prints_of_itself_is_not_counted(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text('#!/bin/sh\necho "openjdk version 21"\n[ "$1" = -Xfoo ] && echo "Unrecognized option: -Xfoo"\n')
    java.chmod(0o755)
    assert [one.text for one in provoked.of_jvms([java])] == ["Unrecognized option: -Xfoo\n"]


def test_ten_times_the_text_takes_no_more_than_ten_times_the_time() -> None:
    """One pass, however many texts are known."""
    small = b"".join(LINE % (number, number, number) for number in range(10_000))
    recognise(io.BytesIO(small), KNOWN_ERRORS)
    assert seconds(small * 10) < 25 * seconds(small)


def seconds(data: bytes) -> float:
    started = time.process_time()
    recognise(io.BytesIO(data), KNOWN_ERRORS)
    return time.process_time() - started
