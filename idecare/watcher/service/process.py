"""The daemon's process: found by its lock, known by its command line, ended by a signal to that process alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from idecare.changes.background import APART
from idecare.core.errors import IdecareError
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.system.filesystem import append_log
from idecare.system.locks import is_held
from idecare.system.processes import Process, process
from idecare.watcher.client import ask
from idecare.watcher.runtime_paths import runtime_paths
from idecare.watcher.service.base import ARGUMENTS, own_environment

READY_SECONDS = 15.0
END_SECONDS = 15.0
POLL_SECONDS = 0.05


def running(host: Host) -> Process | None:
    """The daemon that holds the lock. A pid in a file that nobody has locked is of one that is gone, and a pid which
    another program has by now is not ours."""
    lock = runtime_paths(host).lock
    pid = _pid_in(lock)
    if pid is None or not is_held(lock):
        return None
    found = process(pid)
    return found if found and is_daemon(found) else None


def is_daemon(found: Process) -> bool:
    """Whether it was started by one of the ways that idecare has."""
    words = found.command
    return any(words[index : index + 2] == ("daemon", "run") for index in range(1, len(words))) and any(
        Path(word).name == "idecare" or word == "idecare" for word in words
    )


def is_ready(host: Host) -> bool:
    """Whether it answers, and has scanned once."""
    answer = ask(host, "hello")
    return isinstance(answer, dict) and bool(answer.get("ready"))


def start_detached(host: Host) -> subprocess.Popen[bytes]:
    """Start it as a process of its own, which outlives this one and the terminal. Its output goes to its log."""
    log = append_log(runtime_paths(host).log, "")
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *ARGUMENTS],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=own_environment(host),
            start_new_session=True,
            creationflags=APART if os.name == "nt" else 0,
        )


def wait_until_ready(host: Host, started: subprocess.Popen[bytes] | None, seconds: float = READY_SECONDS) -> None:
    """IdecareError when it has ended instead, or does not answer in time."""
    deadline = time.monotonic() + seconds
    while not is_ready(host):
        if started is not None and (code := started.poll()) is not None:
            raise IdecareError(
                "not-started", tr("the daemon ended at once, with exit code {code}", code=code), _see_log(host)
            )
        if time.monotonic() > deadline:
            raise IdecareError(
                "not-ready", tr("the daemon does not answer after {count} s", count=f"{seconds:.0f}"), _see_log(host)
            )
        time.sleep(POLL_SECONDS)


def end(found: Process, seconds: float = END_SECONDS) -> bool:
    """Ask it to end, and end it by force when it has not after ``seconds``; whether it ended by itself."""
    with _signals_to(found) as send:
        send(signal.SIGTERM)
        if sys.platform == "win32":  # which ends it at once
            return _is_gone_within(found, seconds)
        send(signal.SIGCONT)  # one that is suspended cannot end
        if _is_gone_within(found, seconds):
            return True
        send(signal.SIGKILL)
        _is_gone_within(found, seconds)
        return False


@contextmanager
def _signals_to(found: Process) -> Iterator[Callable[[signal.Signals], None]]:
    """How to signal this process; never a later one with its pid, where the system has descriptors of processes."""
    try:
        descriptor = os.pidfd_open(found.pid) if hasattr(os, "pidfd_open") else None
    except ProcessLookupError:
        yield lambda number: None
        return
    now = process(found.pid)
    is_same = now is not None and now.started == found.started

    def send(number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if descriptor is not None and is_same and hasattr(signal, "pidfd_send_signal"):
                signal.pidfd_send_signal(descriptor, number)
            elif is_same:
                os.kill(found.pid, number)

    try:
        yield send
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _is_gone_within(found: Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while (now := process(found.pid)) is not None and now.started == found.started:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _pid_in(lock: Path) -> int | None:
    with suppress(OSError):
        found = re.match(rb"pid (\d{1,9})", read_file(lock)[:40])
        return int(found[1]) if found else None
    return None


def _see_log(host: Host) -> str:
    return tr(
        "{command} shows {path}", command="idecare daemon logs", path=path_text(runtime_paths(host).log, host.home)
    )
