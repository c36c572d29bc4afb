"""The processes that count as Go at work, told from real ones with the names that matter."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from idecare.system import procfs
from idecare.system.machine import has_idle_core
from idecare.system.processes import Process, inspect_processes, is_go_name, process
from tests.builders import NOW, SLEEP, running, wait_until_it_runs

pytestmark = pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="processes are told by /proc")


def found(pids: list[int], ide_names: frozenset[str] = frozenset()) -> tuple[list[str], list[str]]:
    """Names of what counts as Go and as a possible IDE, among our own processes."""
    seen = inspect_processes(ide_names)
    return [one.name for one in seen.go if one.pid in pids], [one.name for one in seen.ides if one.pid in pids]


@pytest.mark.parametrize(
    ("program", "counts"),
    [
        ("sdk/bin/go", True),
        ("sdk/bin/go1.27.3", True),
        ("go/bin/gopls", True),
        ("go/bin/dlv", True),
        ("go/bin/golangci-lint", True),
        ("sdk/pkg/tool/linux_amd64/compile", True),
        ("sdk/pkg/tool/linux_amd64/link", True),
        ("usr/bin/link", False),
        ("usr/bin/compile", False),
        ("usr/bin/gofmt", False),
        ("usr/bin/goland", False),
        ("usr/bin/sleep", False),
    ],
)
def test_a_process_counts_by_its_name_and_a_tool_by_its_folder_too(tmp_path: Path, program: str, counts: bool) -> None:
    with running(tmp_path / program) as pid:
        assert found([pid]) == ([Path(program).name] if counts else [], [])


def test_what_a_process_is_can_be_read(tmp_path: Path) -> None:
    with running(tmp_path / "go", GOCACHE="/caches/one", HOME="/home/x") as pid:
        (go,) = [one for one in inspect_processes().go if one.pid == pid]
        assert (go.name, go.executable, go.command) == ("go", tmp_path / "go", (str(tmp_path / "go"), "600"))
        assert go.environment == {"GOCACHE": "/caches/one", "HOME": "/home/x"}
        assert go.started is not None
        assert abs(go.started.timestamp() - psutil.Process(pid).create_time()) < 1
        assert process(pid) == go


def test_a_program_that_was_replaced_while_it_runs_still_counts(tmp_path: Path) -> None:
    with running(tmp_path / "go/bin/gopls") as pid:
        (tmp_path / "go/bin/gopls").unlink()
        assert found([pid]) == (["gopls"], [])
    with running(tmp_path / "sdk/pkg/tool/linux_amd64/compile") as pid:
        shutil.rmtree(tmp_path / "sdk")
        assert found([pid]) == (["compile"], [])


def test_a_process_that_has_ended_but_was_not_waited_for_does_not_count(tmp_path: Path) -> None:
    program = tmp_path / "gopls"
    shutil.copy(SLEEP, program)
    child = subprocess.Popen([program, "0"])
    try:
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.005)
        assert process(child.pid) is None
        assert found([child.pid]) == ([], [])
    finally:
        child.wait()
    assert process(child.pid) is None


def test_a_process_that_has_given_its_memory_back_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(pid: int) -> Path:
        raise FileNotFoundError(f"/proc/{pid}/exe")

    with running(tmp_path / "gopls") as pid:
        monkeypatch.setattr(procfs, "executable", read)
        assert process(pid) is None
        assert found([pid]) == ([], [])


@pytest.mark.parametrize("pid", [0, -1, 10**12])
def test_a_pid_that_is_none_is_nobody(pid: int) -> None:
    assert process(pid) is None


def test_gopls_upload_helper_does_not_count(tmp_path: Path) -> None:
    with ExitStack() as stack:
        # telemetry.Start starts the same program again with this as its only argument
        # (golang.org/x/telemetry, start.go).
        pids = [stack.enter_context(shell(tmp_path / "gopls", argument)) for argument in ("** telemetry **", "serve")]
        assert [one.pid for one in inspect_processes().go if one.pid in pids] == pids[1:]


@contextmanager
def shell(program: Path, argument: str) -> Iterator[int]:
    """A shell that runs as ``program`` with an argument of no meaning, until its input ends."""
    shutil.copy(shutil.which("bash") or "/bin/bash", program.with_suffix(".new"))
    program.with_suffix(".new").replace(program)
    child = subprocess.Popen([program, "-c", "read line", argument], stdin=subprocess.PIPE)
    try:
        yield wait_until_it_runs(child.pid)
    finally:
        child.communicate()


def test_ides_are_what_was_asked_for_and_what_may_hide_one(tmp_path: Path) -> None:
    with ExitStack() as stack:
        pids = [stack.enter_context(running(tmp_path / name)) for name in ("goland", "Code", "node", "java", "other")]
        assert sorted(found(pids, frozenset({"goland", "code"}))[1]) == ["Code", "goland", "java", "node"]
        assert found(pids) == ([], [])


def test_this_process_never_counts() -> None:
    own = Path("/proc/self/comm").read_text().strip()
    assert os.getpid() not in [one.pid for one in inspect_processes(frozenset({own.lower()})).ides]


@pytest.mark.skipif(os.getuid() != 0, reason="takes root to look as somebody else at a process of one's own")
def test_what_may_not_be_read_about_a_process_is_none_and_it_counts(tmp_path: Path) -> None:
    with running(tmp_path / "somewhere" / "compile") as pid:
        os.seteuid(65534)
        try:
            (only,) = [one for one in inspect_processes().go if one.pid == pid]
        finally:
            os.seteuid(0)
    assert (only.name, only.executable, only.environment) == ("compile", None, None)
    assert only.started is not None


@pytest.fixture
def without_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, where psutil is asked."""
    monkeypatch.setattr(procfs, "IS_THERE", False)


def test_psutil_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "go", GOCACHE="/caches/one") as pid, running(tmp_path / "sleep") as other:
        told = process(pid)
        assert told is not None
        monkeypatch.setattr(procfs, "IS_THERE", False)
        assert found([pid, other]) == (["go"], [])
        same = process(pid)
        assert same is not None
        assert replace(same, started=told.started) == told
        assert same.started is not None
        assert told.started is not None
        assert abs(same.started - told.started) < timedelta(seconds=2)


def test_psutil_knows_no_zombies(tmp_path: Path, without_proc: None) -> None:
    child = subprocess.Popen([SLEEP, "0"])
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.005)
    assert process(child.pid) is None
    child.wait()
    assert process(child.pid) is process(10**12) is None


def test_what_psutil_may_not_tell_is_none(tmp_path: Path, without_proc: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: object) -> None:
        raise psutil.AccessDenied

    with running(tmp_path / "compile") as pid:
        for name in ("exe", "environ", "cmdline"):
            monkeypatch.setattr(psutil.Process, name, denied)
        only = process(pid)
        assert only is not None
        assert (only.name, only.executable, only.command, only.environment) == ("compile", None, (), None)
        monkeypatch.setattr(psutil.Process, "status", denied)
        assert process(pid) == Process(pid, "compile")


@pytest.mark.parametrize(
    ("cores", "running_now", "load", "is_idle"),
    [
        pytest.param(2, [1, 1, 1], 9.0, True, id="one of two, whatever the last minute was"),
        pytest.param(2, [2, 2, 2], 0.0, False, id="two of two"),
        pytest.param(2, [1, 2, 2], 0.0, True, id="two of two, most of the time"),
        pytest.param(1, [1, 1, 1], 0.0, False, id="the only one"),
        pytest.param(None, [1, 1, 1], 0.0, False, id="cores unknown"),
        pytest.param(2, None, 1.9, True, id="load of less than two"),
        pytest.param(2, None, 2.0, False, id="load of two"),
    ],
)
def test_a_core_is_idle_while_fewer_run_than_there_are(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, running_now: list[int] | None, load: float, is_idle: bool
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(procfs, "IS_THERE", running_now is not None)
    looks = list(running_now or [])
    monkeypatch.setattr(procfs, "running_now", lambda: looks.pop())
    assert has_idle_core() is is_idle


def test_this_process_runs_at_this_moment() -> None:
    assert procfs.running_now() >= 1


@pytest.mark.parametrize(
    ("data", "name", "is_zombie"),
    [
        (b"7 (go) S", "go", False),
        (b"7 (a) b) c) Z", "a) b) c", True),
        (b"7 (\xff) R", "\ufffd", False),
    ],
)
def test_a_name_may_hold_anything(monkeypatch: pytest.MonkeyPatch, data: bytes, name: str, is_zombie: bool) -> None:
    monkeypatch.setattr(procfs, "_read", lambda pid, file: data + b" 0" * 18 + b" 4711 0\n")
    assert procfs.status(7) == procfs.Status(name, is_zombie, 4711, 0, had_children=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ()),
        (b"go\0build\0\0./...\0", ("go", "build", "", "./...")),
        pytest.param(
            b"gopls ** telemetry **",
            ("gopls ** telemetry **",),
        ),
    ],
)
def test_the_words_of_a_command(monkeypatch: pytest.MonkeyPatch, data: bytes, words: tuple[str, ...]) -> None:
    monkeypatch.setattr(procfs, "_read", lambda pid, file: data)
    assert procfs.command(7) == words


def test_variables_may_hold_equals_signs_and_bytes_that_are_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procfs, "_read", lambda pid, file: b"A=1=2\0B=\0C\0D=\xff\0\0")
    assert procfs.environment(7) == {"A": "1=2", "B": "", "C": "", "D": "\udcff"}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        *((name, True) for name in ("go", "go.exe", "go1.27", "go1.27.3", "go1.21rc2", "gopls", "gopls.exe", "asm")),
        *((name, True) for name in ("cgo", "vet", "cover", "test2json", "staticcheck", "compile.exe", "dlv")),
        *((name, False) for name in ("gofmt", "goland", "golangci", "Go", "go2", "mongo", "", "code")),
        *((name, True) for name in ("gopls_0.21.1_go", "mygopls", ".gopls-wrapped")),
    ],
)
def test_names(name: str, counts: bool) -> None:
    assert is_go_name(name) is counts


@pytest.mark.parametrize(
    ("of", "label"),
    [
        (Process(7, "go"), "go (pid 7)"),
        (Process(7, "go", started=NOW), "go (pid 7, since 13:00:00)"),
    ],
)
def test_a_process_is_told_with_its_start_in_local_time(
    monkeypatch: pytest.MonkeyPatch, of: Process, label: str
) -> None:
    monkeypatch.setenv("TZ", "Test-1")
    time.tzset()
    assert of.label == label
