"""`idecare status --watch` on a real pseudo-terminal and into a pipe, over two look-alike editors."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.caches import Machine
from tests.support.daemons import daemon_of
from tests.support.editors import add_editors, add_module_folder, goland_on, kill_group, vscode_on
from tests.support.processes import wait_for

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the look-alikes are distinguished through /proc"),
]
NOBODY = "nobody has it open"
HOME_AND_CLEAR = "\x1b[H\x1b[2J"
WIDTH = 80


@pytest.fixture
def app(machine: Machine) -> Path:
    add_editors(machine)
    return add_module_folder(machine)


class Screen:
    """What was written to a terminal so far."""

    def __init__(self, process: subprocess.Popen[bytes], descriptor: int) -> None:
        self.process, self.descriptor, self.written = process, descriptor, ""

    def read(self, seconds: float = 0.1) -> str:
        with suppress(OSError):
            while select.select([self.descriptor], [], [], seconds)[0]:
                data = os.read(self.descriptor, 65536)
                if not data:
                    break
                self.written += data.decode().replace("\r\n", "\n")
        return self.written

    @property
    def now(self) -> str:
        """What a person sees: all since the screen was cleared."""
        return self.read().rpartition(HOME_AND_CLEAR)[2]

    def shows(self, pattern: str) -> bool:
        return wait_for(lambda: re.search(pattern, self.now), timeout=20, pause=0.1)


@contextmanager
def on_a_terminal(machine: Machine, *words: str, width: int = WIDTH, term: str = "xterm-256color") -> Iterator[Screen]:
    environment = {**machine.env, "TERM": term}
    for name in ("NO_COLOR", "COLUMNS"):
        environment.pop(name, None)
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = subprocess.Popen(
        (*machine.command, "status", "--watch", *words),
        stdin=other, stdout=other, stderr=other, env=environment, cwd=machine.home, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(other)
    try:
        yield Screen(process, main)
    finally:
        kill_group(process)
        os.close(main)


def test_on_a_terminal_it_redraws_in_place_and_ends_with_ctrl_c(machine: Machine, app: Path) -> None:
    with on_a_terminal(machine, str(app)) as screen:
        assert screen.shows(NOBODY)
        with goland_on(machine, app):
            assert screen.shows("GoLand20")
            with vscode_on(machine, app, GOFLAGS="-mod=mod"):
                assert screen.shows("WARNING")
                assert screen.now.count("example.test/app") == 1
                assert NOBODY not in screen.now
            assert wait_for(lambda: "WARNING" not in screen.now, timeout=20)
            assert "GoLand20" in screen.now
        os.write(screen.descriptor, b"\x03")
        assert screen.process.wait(timeout=20) == 130
    assert "\\x1b" not in screen.written
    assert screen.written.startswith(HOME_AND_CLEAR)
    assert "Traceback" not in screen.written


def test_it_follows_the_width_of_the_terminal(machine: Machine, app: Path) -> None:
    with on_a_terminal(machine, str(app)) as screen, goland_on(machine, app):
        assert screen.shows("GoLand20")
        fcntl.ioctl(screen.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 40, 0, 0))
        with vscode_on(machine, app, GOFLAGS="-mod=mod"):
            assert screen.shows("WARNING")
            lines = [line for line in re.sub(r"\x1b\[[0-9;]*m", "", screen.now).splitlines() if " " in line.strip()]
            assert [line for line in lines if len(line) > 40 and "run:" not in line] == []


@pytest.mark.parametrize(("words", "term"), [(("--plain",), "xterm-256color"), ((), "dumb")])
def test_who_wants_no_moving_lines_gets_one_block_after_another(
    machine: Machine, app: Path, words: tuple[str, ...], term: str
) -> None:
    with on_a_terminal(machine, str(app), *words, term=term) as screen:
        assert screen.shows(NOBODY)
        with goland_on(machine, app):
            assert screen.shows("GoLand20")
    assert "\x1b" not in screen.written
    assert NOBODY in screen.written


def test_as_json_each_state_is_an_object_on_a_line_and_so_is_the_end(machine: Machine, app: Path) -> None:
    with on_a_terminal(machine, str(app), "--json", width=4000) as screen:
        assert screen.shows('"workspaces"')
        with goland_on(machine, app):
            assert screen.shows("GoLand20")
        screen.process.send_signal(signal.SIGINT)
        assert screen.process.wait(timeout=20) == 130
        lines = [line for line in screen.read().splitlines() if line.startswith("{")]
    assert "\x1b" not in screen.written
    first, *_, last = map(json.loads, lines)
    assert (first["command"], first["workspaces"][0]["ides"]) == ("status", [])
    assert (last["error"]["code"], last["exit"]) == ("interrupted", 130)


def test_into_a_pipe_go_blocks_without_codes_and_a_closed_pipe_ends_it(machine: Machine, app: Path) -> None:
    watch = machine.start("status", "--watch", str(app))
    assert watch.stdout is not None
    assert "example.test/app" in watch.stdout.readline()
    watch.stdout.close()
    with goland_on(machine, app):
        assert wait_for(lambda: watch.poll() is not None, timeout=20)
    assert watch.stderr is not None
    assert "Traceback" not in watch.stderr.read()


def test_a_daemon_that_runs_is_not_said_to_be_absent(machine: Machine, app: Path) -> None:
    with daemon_of(machine) as daemon, on_a_terminal(machine, str(app)) as screen:
        assert screen.shows(rf"daemon: runs \(pid {daemon.process.pid}\)")


def test_of_one_module_it_shows_that_one(machine: Machine, app: Path) -> None:
    other = add_module_folder(machine, "library")
    with goland_on(machine, app, other), on_a_terminal(machine, str(app)) as screen:
        assert screen.shows("GoLand20")
    assert "library" not in screen.written


def test_a_folder_without_a_module_is_refused_at_once(machine: Machine) -> None:
    with on_a_terminal(machine, str(machine.home)) as screen:
        assert screen.process.wait(timeout=20) == 2
        assert "is in no Go module" in screen.read()
