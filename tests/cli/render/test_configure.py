"""What configure says: diffs as git writes them, states, reasons, exit codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idecare.changes.drift import Drift
from idecare.changes.plan import Change, Done, Failed, FileChange, Outcome, Refused, RemoveFile, Step, WriteFile
from idecare.cli.render.configure import exit_code, file_diff, results_json, results_text, state_of
from idecare.configure.configured import Configured
from idecare.core.errors import ExitCode
from idecare.core.results import Skip

HOME = Path("/home/gopher")
FILE = HOME / "a.vmoptions"
CHANGE = Change("-Xmx", "-Xmx1g", "-Xmx3g", "more room", "profile x")
EDIT = WriteFile("goland", FILE, FILE, b"-Xmx1g\n", b"-Xmx3g\n", (CHANGE,), "the launcher reads it")
FORCE = "--force overwrites them; --set and --jvm name what you want"
PENDING = Configured("goland", "GoLand2026.1", (EDIT,))
STEP = Step("goland", HOME, EDIT)
REFUSED = Skip("refused", "jvm-refuses", "the JVM says no", "change it")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(b"a\nb\n", b"a\nc\n", "--- a/~/x\n+++ b/~/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c", id="a line"),
        pytest.param(None, b"a\n", "--- /dev/null\n+++ b/~/x\n@@ -0,0 +1 @@\n+a", id="a new file"),
        pytest.param(b"a\n", None, "--- a/~/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a", id="a file that goes"),
        pytest.param(
            b"a",
            b"b",
            "--- a/~/x\n+++ b/~/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file",
            id="no final newline",
        ),
        pytest.param(b"a\r\n", b"b\r\n", "--- a/~/x\n+++ b/~/x\n@@ -1 +1 @@\n-a\n+b", id="CRLF"),
        pytest.param(b"a\n", b"a\n", "", id="the same"),
    ],
)
def test_a_diff_reads_as_git_s(before: bytes | None, after: bytes | None, expected: str) -> None:
    assert file_diff(HOME / "x", before, after, HOME) == expected


def test_json_has_the_diff_of_each_file_with_its_whole_path() -> None:
    (values,) = results_json([PENDING], ())
    assert values["diff"] == file_diff(FILE, EDIT.before, EDIT.after, None)
    assert f"+++ b/{FILE.relative_to('/')}" in values["diff"]
    assert results_json([Configured("goland", "G")], ())[0]["diff"] is None


def test_each_value_has_its_reason_and_source() -> None:
    text = results_text([PENDING], (), HOME)
    assert "-Xmx: -Xmx1g -> -Xmx3g: more room (profile x)" in text
    assert "+-Xmx3g" in text
    assert "GoLand2026.1: 1 file to change" in text


@pytest.mark.parametrize(
    ("result", "outcomes", "state", "code", "headline"),
    [
        pytest.param(PENDING, (), "pending", ExitCode.OK, "1 file to change", id="pending"),
        pytest.param(PENDING, (Done(STEP, "written", 1),), "written", ExitCode.OK, "1 file changed", id="written"),
        pytest.param(
            PENDING,
            (Refused(STEP, Skip("refused", "changed", "was changed")),),
            "refused",
            ExitCode.FAILED,
            "0 of 1 file changed",
            id="refused",
        ),
        pytest.param(
            PENDING, (Failed(STEP, "no space"),), "failed", ExitCode.FAILED, "0 of 1 file changed", id="failed"
        ),
        pytest.param(
            replace(PENDING, blocked=REFUSED), (), "refused", ExitCode.FAILED, "nothing is changed", id="blocked"
        ),
        pytest.param(Configured("goland", "G"), (), "unchanged", ExitCode.OK, "nothing to do", id="nothing to do"),
        pytest.param(Configured("goland", "G", skip=REFUSED), (), "refused", ExitCode.FAILED, "refused", id="skipped"),
        pytest.param(
            Configured("g", "G", skip=Skip("busy", "b", "r")), (), "skipped", ExitCode.BUSY, "in use", id="busy"
        ),
    ],
)
def test_states_codes_and_headlines(
    result: Configured, outcomes: tuple[Outcome, ...], state: str, code: ExitCode, headline: str
) -> None:
    (values,) = results_json([result], outcomes)
    assert (values["state"], exit_code([result], outcomes)) == (state, code)
    assert headline in results_text([result], outcomes, HOME).splitlines()[0]


def test_busy_counts_only_when_nothing_else_was_done() -> None:
    busy = Configured("g", "G", skip=Skip("busy", "b", "r"))
    assert exit_code([busy, Configured("goland", "G")], ()) == ExitCode.OK


def test_a_drifted_value_shows_all_three_values() -> None:
    drift = Drift(FILE, "-Xmx", None, "-Xmx3g", "-Xmx6g")
    result = Configured("goland", "G", drift=(drift,))
    text = results_text([result], (), HOME)
    assert "-Xmx: idecare found not set and wrote -Xmx3g; you made it -Xmx6g" in text
    for edits, state in (((), "refused"), ((EDIT,), "pending")):
        (values,) = results_json([replace(result, edits=edits)], ())
        assert (values["state"], values["code"], values["next_step"]) == (state, "changed-since", FORCE)
    assert exit_code([result], ()) == ExitCode.FAILED


def test_a_removed_file_is_said_to_be() -> None:
    edit: FileChange = RemoveFile("goland", FILE, FILE, b"/jbr\n", (), "why")
    assert "to be removed" in results_text([Configured("goland", "G", (edit,))], (), HOME)
    assert state_of(Configured("goland", "G", (edit,)), edit, ()) == "pending"
