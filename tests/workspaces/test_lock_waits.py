"""Who holds and who waits: real locks of real processes, and nothing taken by scanning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from idecare.modules.layout import escaped, half_extracted, module_version
from idecare.system import locks
from idecare.system.processes import Process, process
from idecare.workspaces import lock_waits as module
from idecare.workspaces.base import LockWait
from idecare.workspaces.lock_waits import is_go_lock, lock_waits
from tests.builders import NOW, tree, write
from tests.support.processes import wait_for

LOCK = "mod/cache/download/a.b/c/@v/v1.0.0.lock"
LOCKER = """
import fcntl, sys, time
file = open(sys.argv[1], "r+")
print("trying", flush=True)
time.sleep(float(sys.argv[2]))
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
needs_table = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the kernel's lock table is Linux alone")


@contextmanager
def locker(path: Path, waits: bool = False, pause: float = 0) -> Iterator[int]:
    """A process that holds a lock on the file, or is about to wait for it; its pid."""
    child = subprocess.Popen(
        [sys.executable, "-c", LOCKER, path, str(pause)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "trying\n"
        assert waits or child.stdout.readline() == "held\n"
        yield child.pid
    finally:
        child.kill()
        child.communicate()


def of(root: Path) -> tuple[LockWait, ...]:
    return tuple(found for found in lock_waits((), datetime.now(UTC)) if found.path.is_relative_to(root))


@needs_table
@pytest.mark.parametrize("name", [LOCK, "app/go.mod", "app/go.sum"])
def test_the_holder_and_those_who_wait_are_named(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name) / name
    with ExitStack() as stack:
        holder = stack.enter_context(locker(path))
        waiters = {stack.enter_context(locker(path, waits=True)) for _ in range(2)}
        assert wait_for(lambda: len(of(tmp_path)) == 3, timeout=20)
        found = of(tmp_path)
    assert [(lock.pid, lock.state, lock.holders) for lock in found if lock.state == "holds"] == [(holder, "holds", ())]
    assert {(lock.pid, lock.holders) for lock in found if lock.state == "waits"} == {
        (pid, (holder,)) for pid in waiters
    }
    assert {lock.path for lock in found} == {path}
    assert of(tmp_path) == ()


@needs_table
def test_a_wait_is_counted_from_its_begin_and_not_from_the_start_of_the_command(tmp_path: Path) -> None:
    path = write(tmp_path, "go.mod") / "go.mod"
    if not Path("/proc/self/sched").exists():
        pytest.skip("this kernel does not show when a process last ran")
    with locker(path), locker(path, waits=True, pause=1) as pid:
        assert wait_for(lambda: any(lock.state == "waits" for lock in of(tmp_path)), timeout=20)
        (wait,) = (lock for lock in of(tmp_path) if lock.state == "waits")
        started = process(pid)
    assert wait.since is not None
    assert started is not None
    assert started.started is not None
    assert wait.since - started.started > timedelta(seconds=0.8)
    assert wait.since <= datetime.now(UTC)


@needs_table
def test_other_files_are_nobodys_business(tmp_path: Path) -> None:
    path = write(tmp_path, "app/data.lock") / "app/data.lock"
    with locker(path):
        assert of(tmp_path) == ()


@needs_table
def test_looking_at_locks_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, LOCK)
    before = tree(tmp_path)
    with locker(tmp_path / LOCK):
        of(tmp_path)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/go/pkg/mod/cache/download/a.b/c/@v/v1.0.0.lock", True),
        ("/go/pkg/mod/cache/download/a.b/c/@v/v1.0.0.ziphash", True),
        ("/go/pkg/mod/cache/download/a.b/c/@v/list", True),
        ("/go/pkg/mod/cache/download/a.b/c/@v/v1.0.0.zip", False),
        ("/go/pkg/mod/cache/lock", True),
        ("/go/pkg/mod/cache/vcs/0123.lock", True),
        ("/src/app/go.mod", True),
        ("/src/app/go.work.sum", True),
        ("/cache/go-build/trim.txt", True),
        ("/var/cache/lock", False),
        ("/src/app/yarn.lock", False),
    ],
)
def test_what_go_locks(path: str, is_one: bool) -> None:
    assert is_go_lock(Path(path)) is is_one


def test_without_a_table_the_oldest_with_the_file_open_is_the_holder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_mod = tmp_path / "go.mod"
    monkeypatch.setattr(locks, "LOCK_TABLE", tmp_path / "none")
    monkeypatch.setattr(module, "working_folder", lambda pid: Path("/src/app"))
    monkeypatch.setattr(module, "open_files", lambda pid: (go_mod, tmp_path / "x") if pid != 3 else ())
    words = ("/usr/local/go/bin/go", "mod", "-C", "tidy")
    commands = [Process(pid, "go", command=words, started=NOW - timedelta(seconds=pid)) for pid in (1, 2, 3)]
    shown: dict[str, Any] = {"command": "go mod tidy", "folder": Path("/src/app")}
    assert lock_waits(commands, NOW) == (
        LockWait(2, "go", "holds", go_mod, NOW - timedelta(seconds=2), **shown),
        LockWait(1, "go", "waits", go_mod, NOW - timedelta(seconds=1), (2,), **shown),
    )


@needs_table
def test_a_holder_that_does_nothing_or_is_stopped_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path, "go.mod") / "go.mod"
    with locker(path) as holder, locker(path, waits=True):
        assert wait_for(lambda: len(of(tmp_path)) == 2, timeout=20)
        time.sleep(1)
        (held,) = (lock for lock in of(tmp_path) if lock.state == "holds")
        assert not held.is_stopped
        if Path("/proc/self/sched").exists():
            assert held.idle_since is not None
            assert datetime.now(UTC) - held.idle_since > timedelta(seconds=0.8)
        os.kill(holder, signal.SIGSTOP)
        assert wait_for(lambda: any(lock.is_stopped for lock in of(tmp_path)), timeout=20)


@pytest.mark.parametrize("text", ["", "garbage\n", "1: FLOCK\n", "1: -> FLOCK ADVISORY WRITE 0 08:01:1 0 EOF\n"])
def test_an_odd_table_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(locks, "LOCK_TABLE", tmp_path / "locks")
    (tmp_path / "locks").write_text(text)
    assert lock_waits((), NOW) == ()


SUMS = """example.com/Upper v1.0.0 h1:x=
example.com/Upper v1.0.0/go.mod h1:y=
a.b/c v1.0.0 h1:x=
a.b/only v2.0.0/go.mod h1:y=
odd line
"""


def test_half_extracted_modules_are_those_with_a_marker_that_nobody_works_at(tmp_path: Path) -> None:
    write(tmp_path / "app", "go.sum", content=SUMS)
    download = tmp_path / "mod/cache/download"
    marker = download / "example.com/!upper/@v/v1.0.0.partial"
    write(download, "example.com/!upper/@v/v1.0.0.partial", "a.b/c/@v/v1.0.0.zip", "a.b/only/@v/v2.0.0.partial")
    assert half_extracted(tmp_path / "mod", [tmp_path / "app"], []) == (marker,)
    assert half_extracted(tmp_path / "mod", [tmp_path / "app"], [marker.with_suffix(".lock")]) == ()
    assert half_extracted(tmp_path / "none", [tmp_path / "none"], []) == ()
    assert module_version(marker) == "example.com/Upper@v1.0.0"


def test_capitals_in_paths_are_escaped_as_go_does() -> None:
    assert escaped("github.com/BurntSushi/toml") == "github.com/!burnt!sushi/toml"
