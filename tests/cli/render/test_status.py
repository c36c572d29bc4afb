"""What status says, in words and as an exit code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idecare.cli.render.status import DaemonState, Status, status_text, status_values
from idecare.doctor.remembered import CompiledTwice
from idecare.workspaces.base import Evidence, GoSide, LockWait, Presence, StaleLock, Workspace
from idecare.workspaces.conflicts import Conflict
from tests.builders import NOW, record

HOME = Path("/home/x")
ROOT = HOME / "src/app"
SIGNS = (
    Evidence("gopls", "certain", f"gopls (pid 30) works in {ROOT} for code (pid 20)", NOW),
    Evidence("window", "likely", f"a window in {HOME}/storage.json"),
    Evidence("window", "likely", "another window"),
)
CODE = Presence("vscode", "Code", "1.105.0", 20, (20, 30), NOW, (ROOT,), SIGNS, GoSide(go_version="go1.27.3"))
GOLAND = Presence("goland", "GoLand2026.1", None, 10, (10,), None, (ROOT,), (Evidence("recent", "likely", "…"),))
MODULE = Workspace(ROOT, "example.com/app", (CODE, GOLAND), members=(ROOT,))
WARNING = Conflict(
    "mod-mod", "warning", ROOT, f"Code reads {HOME}/x", ("Code", "GoLand2026.1"), f"x in {HOME}/s", "idecare configure"
)
EMPTY = Status(NOW, (), (), None, (), (), (), DaemonState("absent"))


def test_nothing_is_open() -> None:
    text = status_text(EMPTY, HOME)
    assert text.split("\n") == [
        "No IDE has a Go module open.",
        "",
        "queued: nothing",
        "daemon: does not run (idecare daemon install)",
    ]
    assert EMPTY.exit_code == 0


def test_what_is_compiled_twice_is_said_with_when_it_was_measured() -> None:
    status = replace(EMPTY, compiled_twice=CompiledTwice(NOW, ("9 packages are compiled twice",)))
    when = f"{NOW.astimezone():%H:%M}"
    line = f"build cache: 9 packages are compiled twice (measured {when}: idecare doctor caches/divergence)"
    assert line in status_text(status, HOME).split("\n")
    assert status_values(status)["compiled_twice"] == {
        "measured": NOW.isoformat(),
        "summaries": ["9 packages are compiled twice"],
    }
    assert status_values(EMPTY)["compiled_twice"] is None


def test_a_module_is_a_table_with_what_is_shared_and_what_clashes() -> None:
    status = replace(EMPTY, workspaces=(MODULE,), conflicts=(WARNING,), daemon=DaemonState("running", 7))
    when = f"{NOW.astimezone():%H:%M}"
    assert status_text(status, HOME).split("\n") == [
        "~/src/app  example.com/app",
        "  IDE           VERSION  GO      PID  SINCE  HAS OPEN   HOW WE KNOW",
        f"  Code          1.105.0  1.27.3  20   {when}  ~/src/app  gopls (certain), window (likely)",
        "  GoLand2026.1                   10          ~/src/app  recent (likely)",
        "  shared: go.mod and go.sum",
        "  WARNING  Code reads ~/x",
        "           change: x in ~/s",
        "           run:    idecare configure",
        "",
        "queued: nothing",
        "daemon: runs (pid 7)",
    ]
    assert status.exit_code == 4


def test_more_is_told_of_every_sign_when_asked() -> None:
    text = status_text(replace(EMPTY, workspaces=(MODULE,)), HOME, verbose=True)
    assert "gopls (pid 30) works in ~/src/app for code (pid 20)" in text
    assert text.count("another window") == 1


@pytest.mark.parametrize(("grade", "code"), [("info", 0), ("warning", 4), ("error", 4)])
def test_the_exit_code_tells_of_warnings_and_errors(grade: str, code: int) -> None:
    conflict = replace(WARNING, grade=grade)  # type: ignore[arg-type]
    assert replace(EMPTY, conflicts=(conflict,)).exit_code == code


def test_a_module_that_nobody_has_open_and_a_workspace() -> None:
    closed = Workspace(ROOT, None, (), members=(ROOT / "a", ROOT / "b"))
    lines = status_text(replace(EMPTY, workspaces=(closed,)), HOME).split("\n")
    assert lines[:2] == ["~/src/app  go.work of 2 modules", "  nobody has it open"]


def test_what_lingers_is_said_to() -> None:
    lingering = Workspace(ROOT, "app", (replace(CODE, is_lingering=True), GOLAND))
    text = status_text(replace(EMPTY, workspaces=(lingering,)), HOME)
    assert "lingers, its window is closed" in text
    assert "shared" not in text


def test_locks_are_a_table_of_their_own() -> None:
    held = LockWait(8, "go", "holds", HOME / "go.mod", NOW)
    waits = LockWait(9, "go", "waits", HOME / "go.mod", None, (8,))
    lines = status_text(replace(EMPTY, locks=(held, waits)), HOME).split("\n\n")[1].split("\n")
    assert [line.split() for line in lines] == [
        ["Locks"],
        ["PROCESS", "PID", "STATE", "SINCE", "LOCK", "HELD", "BY"],
        ["go", "8", "holds", f"{NOW.astimezone():%H:%M}", "~/go.mod"],
        ["go", "9", "waits", "~/go.mod", "8"],
    ]
    assert "no go command holds a lock" in status_text(replace(EMPTY, locks=()), HOME)


def test_queued_held_and_stale_things_are_told() -> None:
    held = record(HOME / "go/pkg/mod", "modcache", held_until=(NOW + timedelta(days=1)).isoformat())
    stale = StaleLock("goland", "GoLand2026.1", HOME / ".lock", 4711, NOW)
    status = replace(EMPTY, queued=("gocache",), held=(held,), stale_locks=(stale,))
    text = status_text(status, HOME)
    assert "queued: gocache (idecare clean --queued)" in text
    assert "held: modcache of ~/go/pkg/mod until" in text
    assert "GoLand2026.1 was killed or crashed: ~/.lock names pid 4711, which is gone, written" in text


def test_a_conflict_of_no_module_is_told_too() -> None:
    lock = Conflict("lock-wait", "error", Path("/mod/cache"), "go waits", ("go 1",), None, None)
    text = status_text(replace(EMPTY, workspaces=(MODULE,), conflicts=(lock,)), HOME)
    assert "ERROR    go waits" in text


def test_names_cannot_break_lines() -> None:
    odd = replace(CODE, name="a\nb", folders=(HOME / "c\nd",))
    text = status_text(replace(EMPTY, workspaces=(replace(MODULE, presences=(odd,), module="m\x1b"),)), HOME)
    assert "\x1b" not in text
    assert r"a\nb" in text
    assert r"c\nd" in text


def test_a_daemon_that_cannot_be_used_says_why() -> None:
    status = replace(EMPTY, daemon=DaemonState("useless", None, "is of another version; run: idecare daemon restart"))
    assert status_text(status, HOME).endswith("daemon: is of another version; run: idecare daemon restart")
