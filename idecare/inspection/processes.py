"""The processes that may be using a cache: go commands and their tools, language servers, IDEs.

The only user of psutil. What cannot be read about a process is ``None``, and counts as "in use" where it matters.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import psutil

Value = TypeVar("Value")

GO_COMMAND = re.compile(r"go(1\.\d+[\w.]*)?(\.exe)?")
# Programs of $GOROOT/pkg/tool. The names are common words, so a readable executable elsewhere is somebody else's.
GO_TOOLS = frozenset(
    {"compile", "link", "asm", "cgo", "vet", "cover", "pack", "buildid", "fix", "covdata", "test2json"}
)
LANGUAGE_SERVERS = frozenset({"gopls"})
# They call `go list -export` and read the named cache entries after go has exited (golang.org/x/tools/go/packages).
ANALYSERS = frozenset(
    {"dlv", "golangci-lint", "staticcheck", "govulncheck", "errcheck", "gosec", "revive", "goimports", "gofumpt"}
    | {"ineffassign", "nilaway", "deadcode", "callgraph", "stringer", "mockgen", "mockery", "wire", "gazelle", "ko"}
)

HOSTS = frozenset({"java", "node", "mainthread"})  # an IDE may run in one; Node names its main thread MainThread


@dataclass(frozen=True)
class Process:
    """A process that is at work. ``started`` and ``environment`` are ``None`` when they may not be read."""

    pid: int
    name: str
    executable: Path | None = None
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    started: datetime | None = None

    @property
    def label(self) -> str:
        """``go (pid 4711, since 14:02:10)``, in local time."""
        since = f", since {self.started.astimezone():%H:%M:%S}" if self.started else ""
        return f"{self.name} (pid {self.pid}{since})"

    @property
    def is_language_server(self) -> bool:
        return _stem(self.name) in LANGUAGE_SERVERS


@dataclass(frozen=True)
class Processes:
    """One look at all processes: what is at work of Go, and what may be an IDE."""

    go: tuple[Process, ...] = ()
    ides: tuple[Process, ...] = ()


def inspect_processes(ide_names: frozenset[str] = frozenset()) -> Processes:
    """Go commands, their tools, language servers, analysers and debuggers; and processes with one of ``ide_names``
    (lower case, without .exe), of which java and node may hide one."""
    wanted = ide_names | HOSTS if ide_names else ide_names
    go, ides = [], []
    for found in _processes(lambda name: is_go_name(name) or _stem(name).lower() in wanted):
        if is_go_name(found.name):
            go += [found] if _is_go_process(found) else []
        else:
            ides.append(found)
    return Processes(tuple(go), tuple(ides))


def process(pid: int) -> Process | None:
    """The process with this pid, ``None`` when there is none (a zombie is none)."""
    return _describe(pid) if pid > 0 else None


def partitions() -> Iterator[tuple[str, str]]:
    """Mount point and type of every file system, for systems without a mount table file."""
    for partition in psutil.disk_partitions(all=True):
        yield partition.mountpoint, partition.fstype


def is_go_name(name: str) -> bool:
    """Whether a process name may be one of Go's."""
    stem = _stem(name)
    return bool(GO_COMMAND.fullmatch(name)) or stem in GO_TOOLS or stem in LANGUAGE_SERVERS or stem in ANALYSERS


def _is_go_process(process: Process) -> bool:
    if "** telemetry **" in process.command:  # gopls' upload helper: it reads no cache and may outlive gopls
        return False
    if _stem(process.name) in GO_TOOLS and process.executable is not None:
        return "/pkg/tool/" in process.executable.as_posix()
    return True


def _stem(name: str) -> str:
    return name.removesuffix(".exe")


def _processes(wanted: Callable[[str], bool]) -> Iterator[Process]:
    for pid, name in _names():
        if pid != os.getpid() and wanted(name) and (found := _describe(pid)) is not None:
            yield found


def _names() -> Iterator[tuple[int, str]]:
    """Pid and name of all processes. On Linux /proc is read directly: seven times faster than psutil, and the time
    between this look and a rename is the time in which a go command can slip in."""
    if not Path("/proc/self/comm").exists():
        yield from ((found.pid, found.info["name"] or "") for found in psutil.process_iter(["name"]))
        return
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/comm", "rb", buffering=0) as comm:
                    yield int(entry), comm.read(64).decode(errors="replace").rstrip("\n")
            except OSError:  # gone meanwhile
                continue


def _describe(pid: int) -> Process | None:
    try:
        found = psutil.Process(pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        with found.oneshot():
            return Process(
                pid,
                found.name(),
                executable=_path(_read(found.exe)),
                command=tuple(_read(found.cmdline) or ()),
                environment=_read(found.environ),
                started=datetime.fromtimestamp(found.create_time(), UTC),
            )
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return Process(pid, dict(_names()).get(pid, "?"))


def _read(read: Callable[[], Value]) -> Value | None:
    try:
        return read()
    except (psutil.AccessDenied, OSError):
        return None


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
