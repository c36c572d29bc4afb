"""A daemon that runs in a home of its own, and raw words with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idecare.core.host import Host, OwnFolders
from idecare.core.platforms import LINUX
from idecare.watcher.client import Answer, ask
from idecare.watcher.runtime_paths import RuntimePaths, runtime_paths
from tests.support.caches import Machine
from tests.support.processes import wait_for

PATIENCE_SECONDS = 30


def host_of(machine: Machine) -> Host:
    """The host as an idecare with the machine's environment reads it."""
    own = OwnFolders(machine.home / ".config" / "idecare", machine.state, machine.home / ".cache" / "idecare")
    return Host(LINUX, machine.env, machine.home, machine.base, own, os.geteuid())


class Daemon:
    """A daemon that answers; ended with the test."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.host = machine, host_of(machine)
        self.runtime_paths: RuntimePaths = runtime_paths(self.host)
        self.start()

    def start(self) -> None:
        self.process = self.machine.start("daemon", "run", stdout=subprocess.DEVNULL)
        assert wait_for(self.is_ready, PATIENCE_SECONDS, pause=0.05), self.log()

    def is_ready(self) -> bool:
        answer = self.ask("hello")
        return isinstance(answer, dict) and answer["ready"]

    def ask(self, command: str) -> Answer:
        return ask(self.host, command, seconds=5)

    def status(self) -> dict[str, Any]:
        answer = self.ask("status")
        assert isinstance(answer, dict), answer
        return answer

    def log(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self.runtime_paths.log.read_text()
        return ""

    def notices(self) -> list[str]:
        """The notices in the log, by kind."""
        words = [line.split(" ", 2)[2].split(":")[0] for line in self.log().splitlines() if line.count(" ") > 2]
        return [word for word in words if word in ("opened", "worse", "resolved")]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return how it ended."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        self.process.communicate()
        return code

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.runtime_paths.socket))
        connection.settimeout(PATIENCE_SECONDS)
        return connection

    def say(self, *lines: bytes) -> dict[str, Any]:
        """The first answer to raw bytes."""
        with self.connect() as connection:
            for line in lines:
                connection.sendall(line)
            return first_line(connection)

    def resident_bytes(self) -> int:
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def first_line(connection: socket.socket) -> dict[str, Any]:
    """The first line that comes; ``{}`` when the connection ends without one."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while not data.endswith(b"\n") and (part := connection.recv(1 << 16)):
            data += part
    found: dict[str, Any] = json.loads(data) if data else {}
    return found


@contextlib.contextmanager
def daemon_of(machine: Machine) -> Iterator[Daemon]:
    daemon = Daemon(machine)
    try:
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.process.send_signal(signal.SIGCONT)
            daemon.end(signal.SIGKILL)
