"""Who may be reading what a go command has left behind: by what processes do, never by a name that must be known."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idecare.system import procfs
from idecare.system.late_readers import JUST_BEGUN, is_bystander, late_readers
from idecare.system.processes import Process, parents
from tests.builders import write
from tests.support.processes import wait_for

linux = pytest.mark.skipif(not procfs.IS_THERE, reason="only /proc says who has waited for a child")
WAITED = "import os, subprocess, sys; subprocess.run(['true']); print(flush=True); sys.stdin.readline()"
ALONE = "import sys; print(flush=True); sys.stdin.readline()"
LONG = JUST_BEGUN + timedelta(minutes=1)


@contextlib.contextmanager
def program(code: str, folder: Path, stdin: int) -> Iterator[int]:
    command = (sys.executable, "-c", code)
    with subprocess.Popen(command, cwd=folder, stdin=stdin, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            yield child.pid
        finally:
            child.kill()


@pytest.fixture
def terminal() -> Iterator[int]:
    """What is no pipe, and never ends."""
    ours, theirs = os.openpty()
    yield theirs
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    return write(tmp_path / "module", "go.mod", "internal/deep/") / "internal" / "deep"


def readers(after: timedelta = timedelta(0)) -> list[int]:
    return [found.pid for found in late_readers(datetime.now(UTC) + after)]


@linux
@pytest.mark.real_clock
def test_who_has_waited_for_a_child_counts_at_first_anywhere_then_in_a_module(
    module: Path, tmp_path: Path, terminal: int
) -> None:
    with program(WAITED, module, terminal) as inside, program(WAITED, tmp_path, terminal) as outside:
        assert set(readers()) == {inside, outside}
        assert readers(LONG) == [inside]


@linux
@pytest.mark.real_clock
def test_who_has_waited_for_nobody_counts_only_behind_a_pipe_that_was_just_made(module: Path, terminal: int) -> None:
    with program(ALONE, module, terminal):
        assert readers() == readers(LONG) == []
    with program(ALONE, module, subprocess.PIPE) as behind:
        assert (readers(), readers(LONG)) == ([behind], [])


def test_this_process_and_those_above_it_are_none(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(module)
    subprocess.run(["true"], check=True)
    assert readers() == []
    assert next(iter(parents(os.getpid())), 0) == os.getppid()  # 0: the first process of a container
    assert list(parents(2**22 + 1)) == []


def test_without_proc_a_working_folder_in_a_module_is_what_counts(
    module: Path, tmp_path: Path, terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with program(ALONE, module, terminal) as inside, program(WAITED, tmp_path, terminal) as outside:
        monkeypatch.setattr(procfs, "IS_THERE", False)
        assert {inside, outside} & set(readers()) == {inside}


@linux
def test_a_zombie_reads_nothing(module: Path) -> None:
    child = subprocess.Popen(["sh", "-c", "/bin/true; :"], cwd=module, stdin=subprocess.PIPE)
    assert wait_for(lambda: procfs.status(child.pid).is_zombie, timeout=10)
    assert readers() == []
    child.communicate()


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        ("controller-gen", ("bin/controller-gen", "object"), False),
        ("lint", ("./lint",), False),
        ("python3", ("python3", "gen.py"), False),
        ("python3", ("/usr/bin/python3", "-m", "idecare", "daemon", "run"), True),
        ("idecare", ("/usr/bin/python3", "/home/gopher/.local/bin/idecare", "purge"), True),
        ("nvim", ("nvim", "main.go"), True),
        ("tmux: server", ("tmux",), True),
        ("bash", ("bash", "gen.sh"), False),
        ("sh", ("sh", "-c", "go list -export ./... | while read f; do cat $f; done"), False),
        ("bash", ("bash", "-ec", "x"), False),
        ("bash", ("-bash",), False),  # this pid leads no session: a job in the background of such a shell
    ],
)
def test_who_is_taken_for_none(name: str, command: tuple[str, ...], expected: bool) -> None:
    assert is_bystander(Process(2**22 + 1, name, command=command)) is expected


@pytest.mark.parametrize(
    ("command", "is_prompt"),
    [(("-zsh",), True), (("bash", "--norc", "-i"), True), (("bash", "x.sh"), False), (("sh", "-c", "x"), False)],
)
def test_a_shell_that_leads_a_session_without_a_script_is_a_prompt(command: tuple[str, ...], is_prompt: bool) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as child:
        found = Process(child.pid, command[0].strip("-"), command=command)
        assert is_bystander(found) is is_prompt
        child.kill()
