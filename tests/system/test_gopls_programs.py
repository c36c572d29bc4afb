"""Which program is gopls, whatever it is called: a real gopls under other names, and others under its name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idecare.caches.gopls import folder_of_executable, running_folders
from idecare.system import gopls_programs, procfs
from idecare.system.gopls_programs import is_gopls, runs_gopls
from idecare.system.processes import Process, inspect_processes
from tests.support.ides import find_gopls

NAMES = ("gopls-latest", "gopls_0.21.1_go_1.26.8", ".gopls-wrapped", "mygopls", "a-language-server-of-go")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the name has to say it")


@contextmanager
def started(program: Path, *words: str) -> Iterator[int]:
    """It reads from a pipe to which nobody writes."""
    process = subprocess.Popen([program, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.communicate()


def servers(*pids: int) -> list[Process]:
    return [found for found in inspect_processes().go if found.is_language_server and found.pid in pids]


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    gopls = find_gopls()
    return {name: Path(shutil.copy(gopls, tmp_path / name)) for name in NAMES}


@linux
@pytest.mark.e2e
def test_a_real_gopls_counts_under_every_name_and_clean_knows_its_folder(programs: dict[str, Path]) -> None:
    for program in programs.values():
        with started(program) as pid:
            (found,) = servers(pid)
            assert found.executable == program
            assert running_folders([found]) == frozenset({folder_of_executable(program)})


@linux
def test_what_is_only_called_like_it_does_not_count(tmp_path: Path) -> None:
    for name in ("gopls-viewer", "mygopls", "a-language-server-of-go"):
        with started(Path(shutil.copy("/bin/sleep", tmp_path / name)), "60") as pid:
            assert (servers(pid), runs_gopls(pid)) == ([], False)


@linux
@pytest.mark.e2e
def test_a_script_called_gopls_is_a_shell_and_what_it_starts_is_the_server(programs: dict[str, Path]) -> None:
    script = programs["mygopls"].with_name("gopls")
    script.write_text(f'#!/bin/sh\n"{programs["mygopls"]}" "$@"\nexit\n')
    script.chmod(0o755)
    before = {found.pid for found in inspect_processes().go}
    with started(script) as pid:
        found = wait_for_one(before)
        assert (found.executable, found.parent) == (programs["mygopls"], pid)


def wait_for_one(before: set[int]) -> Process:
    for _ in range(200):
        found = [one for one in inspect_processes().go if one.pid not in before]
        if len(found) == 1 and found[0].is_language_server:
            return found[0]
        subprocess.run(["/bin/sleep", "0.05"], check=True)
    raise AssertionError(f"not one language server: {found}")


@linux
def test_a_gopls_without_build_info_is_known_by_its_name(tmp_path: Path) -> None:
    """A packer removes it: in doubt its cache stays."""
    with started(Path(shutil.copy("/bin/sleep", tmp_path / "gopls")), "60") as pid:
        assert [found.pid for found in servers(pid)] == [pid]


def test_a_program_is_read_once_for_each_state_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def names_gopls(path: str) -> bool:
        read.append(path)
        return True

    monkeypatch.setattr(gopls_programs, "_names_gopls", names_gopls)
    program = tmp_path / "x"
    program.write_bytes(b"\x7fELF" + gopls_programs.GO_NOTE)
    assert is_gopls(program)
    program.rename(tmp_path / "y")
    assert is_gopls(tmp_path / "y")
    assert len(read) == 1
    (tmp_path / "y").write_bytes(b"\x7fELF, a newer one" + gopls_programs.GO_NOTE)
    assert is_gopls(tmp_path / "y")
    assert len(read) == 2
    (tmp_path / "y").write_bytes(b"\x7fELF of another language")
    assert not is_gopls(tmp_path / "y")
    assert len(read) == 2
    assert not is_gopls(tmp_path / "gone")


def test_elsewhere_the_name_has_to_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procfs, "IS_THERE", False)
    monkeypatch.setattr(gopls_programs, "_is_gopls", lambda path, found: True)
    assert not runs_gopls(1)
