"""Processes that tests start: run to the end or ended, with all that they started, whatever happens to the test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import psutil

# The executables whose presence makes a cleaner careful, whoever started them.
GO_NAMES = frozenset({"go", "compile", "link", "asm", "cgo", "vet", "gopls", "dlv", "staticcheck", "golangci-lint"})


def end_group(process: subprocess.Popen[str]) -> None:
    """End a process that was started as the leader of its own group, and the whole group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def finish(process: subprocess.Popen[str], timeout: float = 180) -> subprocess.CompletedProcess[str]:
    """Wait for a group leader and return what it printed; one that hangs is ended and the test fails."""
    try:
        out, err = process.communicate(timeout=timeout)
    except BaseException:
        end_group(process)
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def told(process: subprocess.CompletedProcess[str]) -> str:
    """A command, its exit code and what it printed, for assertion messages."""
    command = " ".join(map(str, process.args))
    return f"$ {command}\nexit {process.returncode}\n{process.stdout[-2000:]}\n{process.stderr[-4000:]}"


def carriers_of(variable: str, value: str) -> Iterator[psutil.Process]:
    """The processes which have ``variable`` set to ``value`` in their environment: ours, however detached they are."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(variable) == value:
                yield process


def end_carriers(variable: str, value: str) -> None:
    ended = list(carriers_of(variable, value))
    for process in ended:
        with contextlib.suppress(psutil.Error):
            process.kill()
    wait_for(lambda: not any(is_alive(process) for process in ended), timeout=10)


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs. One that only waits for init to notice its end does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def go_processes() -> list[psutil.Process]:
    """The live processes that a cleaner would take for Go at work."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() in GO_NAMES and is_alive(process):
                found.append(process)
    return found


def wait_for(condition: Callable[[], object], timeout: float, pause: float = 0.02) -> bool:
    """Poll the callable ``condition`` until it is true; False when it was not within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
