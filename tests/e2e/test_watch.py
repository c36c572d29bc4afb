"""`idecare watch` in the foreground, over two look-alike editors."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.caches import Machine
from tests.support.editors import add_editors, add_module_folder, goland_on, kill_group, vscode_on

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the look-alikes are distinguished through /proc"),
]
PATIENCE_SECONDS = 20


@pytest.fixture
def machine(machine: Machine) -> Machine:
    add_editors(machine)
    return machine


class Watch:
    """An `idecare watch` that runs."""

    def __init__(self, machine: Machine, *arguments: str) -> None:
        self.process = machine.start("watch", *arguments)
        assert self.process.stderr is not None
        assert "watching: " in self.process.stderr.readline()
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def line(self, seconds: float = PATIENCE_SECONDS) -> str:
        """The next line it prints; empty when there is none within that time."""
        try:
            return self.lines.get(timeout=seconds)
        except queue.Empty:
            return ""

    def notice(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.line(seconds))["notice"]
        return found

    def end(self) -> tuple[int, str]:
        """Its exit code and what it says last."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20), self.line(seconds=0.5)


def test_the_second_ide_is_reported_with_the_fix_and_so_is_its_crash(machine: Machine) -> None:
    app = add_module_folder(machine)
    watch = Watch(machine, "--json", str(machine.home))
    with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod") as editor:
        opened = watch.notice()
        assert (opened["kind"], opened["grade"], opened["root"]) == ("opened", "warning", str(app))
        (conflict,) = opened["conflicts"]
        assert conflict["code"] == "mod-mod"
        assert conflict["fix"] == "env -u GOFLAGS code"
        kill_group(editor)
        assert (machine.vscode / "code.lock").exists()
        resolved = watch.notice()
        assert (resolved["kind"], resolved["id"]) == ("resolved", opened["id"])
    assert watch.end() == (130, json.dumps({"schema": 1, "command": "watch", "error": ERROR, "exit": 130}) + "\n")


ERROR = {"code": "interrupted", "message": "interrupted", "hint": ""}


def test_as_text_it_names_the_module_under_the_home(machine: Machine) -> None:
    app = add_module_folder(machine)
    watch = Watch(machine, str(machine.home))
    with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
        assert watch.line().endswith("  warning: ~/src/app\n")
        assert watch.line().startswith("  WARNING  ")
        assert "change:" in watch.line()
        assert "run:    env -u GOFLAGS code" in watch.line()
    assert watch.line().endswith("  resolved: ~/src/app\n")
    watch.end()


def test_other_modules_than_the_one_asked_for_are_left_out(machine: Machine) -> None:
    app, library = add_module_folder(machine), add_module_folder(machine, "library")
    watch = Watch(machine, "--json", str(library))
    with goland_on(machine, app, library), vscode_on(machine, app, GOFLAGS="-mod=mod"):
        assert watch.line(seconds=1.5) == ""
        with vscode_on(machine, library, GOFLAGS="-mod=mod"):
            assert watch.notice()["root"] == str(library)
    watch.end()


def test_one_ide_alone_is_nothing_to_tell(machine: Machine) -> None:
    app = add_module_folder(machine)
    watch = Watch(machine, str(machine.home))
    with goland_on(machine, app):
        assert watch.line(seconds=1.5) == ""
    assert watch.end() == (130, "")


def test_a_pipe_that_nobody_reads_ends_it(machine: Machine) -> None:
    app = add_module_folder(machine)
    process = machine.start("watch", str(machine.home))
    assert process.stdout is not None
    assert process.stderr is not None
    assert "watching: " in process.stderr.readline()
    process.stdout.close()
    with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
        assert process.wait(timeout=PATIENCE_SECONDS) == 0


def test_it_sleeps_while_nothing_happens(machine: Machine) -> None:
    watch = Watch(machine, str(machine.home))
    time.sleep(1)
    before = switches(watch.process)
    time.sleep(2)
    assert switches(watch.process) - before < 20  # once a second, and a few for what else the kernel wants
    watch.end()


def switches(process: subprocess.Popen[str]) -> int:
    """How often the process went to sleep by itself."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
