"""The processes that may be using a cache: go commands and their tools, language servers, IDEs.

psutil is asked where there is no /proc. What cannot be read about a process is ``None``, and counts as "in use" where
it matters.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.locations import program_stem
from idecare.system import procfs
from idecare.system.gopls_programs import is_gopls, runs_gopls

if sys.platform == "win32":
    from idecare.system import toolhelp
if TYPE_CHECKING:
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

MOST_ANCESTORS = 32
HOSTS = frozenset({"java", "node", "mainthread"})  # an IDE may run in one; Node names its main thread MainThread


@frozen
class Process:
    """A process that is at work. ``started``, ``environment`` and ``parent`` are ``None`` when they may not be read.

    ``user``: the numeric id of whose it is, where its environment may not be read.
    """

    pid: int
    name: str
    executable: Path | None = None
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] | None = None
    started: datetime | None = None
    parent: int | None = None
    user: int | None = None
    runs_gopls: bool = False  # under another name

    @property
    def use(self) -> str:
        """``in use by`` its label; who hides his variables may be at work on something else."""
        if self.environment is None:
            return tr("may be in use by {process}", process=self.label)
        return tr("in use by {process}", process=self.label)

    @property
    def label(self) -> str:
        """``go (pid 4711, since 14:02:10)``, in local time."""
        if self.started is None:
            return f"{self.name} (pid {self.pid})"
        since = f"{self.started.astimezone():%H:%M:%S}"
        return tr("{name} (pid {pid}, since {time})", name=self.name, pid=self.pid, time=since)

    @property
    def stem(self) -> str:
        """``go`` of ``go.exe``: what to compare the name by."""
        return program_stem(self.name)

    @property
    def is_language_server(self) -> bool:
        return self.runs_gopls or _is_server_name(self.name)


@frozen
class Processes:
    """One scan of all processes: those of Go, and those that may be an IDE."""

    go: tuple[Process, ...] = ()
    ides: tuple[Process, ...] = ()


def inspect_processes(ide_names: frozenset[str] = frozenset()) -> Processes:
    """Go commands, their tools, language servers, analysers and debuggers; and processes with one of ``ide_names``
    (lower case, without .exe), of which java and node may hide one."""
    wanted = ide_names | HOSTS if ide_names else ide_names
    go, ides = [], []
    for found in _processes(lambda name: is_go_name(name) or program_stem(name) in wanted):
        if found.runs_gopls or is_go_name(found.name):
            go += [found] if _is_go_process(found) else []
        else:
            ides.append(found)
    return Processes(tuple(go), tuple(ides))


def process(pid: int) -> Process | None:
    """The process with this pid, ``None`` when there is none (a zombie is none)."""
    return _describe(pid) if pid > 0 else None


def pids() -> frozenset[int]:
    """The ids of all processes: far cheaper than their names."""
    if procfs.IS_THERE:
        return frozenset(procfs.pids())
    import psutil

    return frozenset(psutil.pids())


def parents(pid: int) -> Iterator[int]:
    """The process that started this one, and so on up, as far as it can be seen."""
    for _ in range(MOST_ANCESTORS):
        above = _parent_of(pid)
        if above is None or above < 1:
            return
        yield above
        pid = above


def _parent_of(pid: int) -> int | None:
    if procfs.IS_THERE:
        return _readable(lambda: procfs.status(pid).parent)
    import psutil

    return _readable(lambda: psutil.Process(pid).ppid(), psutil.Error)


def names_of(wanted: Iterable[int]) -> Iterator[str]:
    """The names of these processes, as far as they are still there."""
    if procfs.IS_THERE:
        yield from (name for _, name in procfs.names(wanted))
        return
    if sys.platform == "win32":
        names = dict(_names())
        yield from (names[pid] for pid in wanted if pid in names)
        return
    import psutil

    for pid in wanted:
        with suppress(psutil.Error):
            yield psutil.Process(pid).name()


def working_folder(pid: int) -> Path | None:
    """The working folder of the process; ``None`` when it is gone, or not this user's to know."""
    if procfs.IS_THERE:
        return _readable(lambda: procfs.working_folder(pid))
    import psutil

    return _readable(lambda: Path(psutil.Process(pid).cwd()), psutil.Error)


def open_files(pid: int) -> tuple[Path, ...]:
    """The files that the process has open; none when it is gone, or not this user's to know."""
    if procfs.IS_THERE:
        return _readable(lambda: procfs.open_files(pid)) or ()
    import psutil

    return _readable(lambda: tuple(Path(found.path) for found in psutil.Process(pid).open_files()), psutil.Error) or ()


def running_programs() -> frozenset[Path]:
    """The executables of all processes that this user may inspect."""
    if procfs.IS_THERE:
        found = (_readable(lambda pid=pid: procfs.executable(pid)) for pid, _ in procfs.names())  # type: ignore[misc]
        return frozenset(path for path in found if path)
    if sys.platform == "win32":
        every = (_readable(lambda pid=pid: toolhelp.executable(pid)) for pid, _ in _names())  # type: ignore[misc]
        return frozenset(path for path in every if path)
    import psutil

    names = (found.info["exe"] for found in psutil.process_iter(["exe"]))
    return frozenset(Path(name) for name in names if name)


def is_go_name(name: str) -> bool:
    """Whether a process name may be one of Go's."""
    stem = program_stem(name)
    return bool(GO_COMMAND.fullmatch(name)) or stem in GO_TOOLS or _is_server_name(name) or stem in ANALYSERS


def _is_go_process(process: Process) -> bool:
    if "** telemetry **" in process.command:  # gopls' upload helper: it reads no cache and may outlive gopls
        return False
    if _is_server_name(process.name) and not process.runs_gopls:
        return _is_server(process)
    if process.stem in GO_TOOLS and process.executable is not None:
        return "/pkg/tool/" in process.executable.as_posix()
    return True


def _is_server(process: Process) -> bool:
    """By its build info. One that is called gopls is one, too, where that was removed from it, but for a script of that
    name, which is a shell."""
    program = process.executable
    if program is None or is_gopls(program):
        return True
    return process.stem in LANGUAGE_SERVERS and _is_server_name(program.name)


def _is_server_name(name: str) -> bool:
    stem = program_stem(name)
    return any(server in stem for server in LANGUAGE_SERVERS)


def _processes(wanted: Callable[[str], bool]) -> Iterator[Process]:
    """Those with a wanted name, and each gopls."""
    for pid, name in _names():
        is_wanted = wanted(name)
        if pid == os.getpid() or not (is_wanted or runs_gopls(pid)):
            continue
        if (found := _describe(pid)) is not None:
            yield found if is_wanted else replace(found, runs_gopls=True)


def _names() -> Iterator[tuple[int, str]]:
    if procfs.IS_THERE:
        yield from procfs.names()
        return
    if sys.platform == "win32":
        yield from ((pid, name) for pid, _, name in toolhelp.processes())
        return
    import psutil

    yield from ((found.pid, found.info["name"] or "") for found in psutil.process_iter(["name"]))


def _describe(pid: int) -> Process | None:
    return _from_procfs(pid) if procfs.IS_THERE else _from_psutil(pid)


def _from_procfs(pid: int) -> Process | None:
    try:
        status, executable = procfs.status(pid), _image(pid)
    except OSError:  # it has ended, or will: its memory goes before it is a zombie (Linux 6.1, kernel/exit.c, do_exit)
        return None
    if status.is_zombie:
        return None
    environment = _readable(lambda: procfs.environment(pid))
    return Process(
        pid,
        status.name,
        executable=executable,
        command=_readable(lambda: procfs.command(pid)) or (),
        environment=environment,
        started=_readable(lambda: procfs.started(status)),
        parent=status.parent,
        user=_readable(lambda: procfs.user(pid)) if environment is None else None,
    )


def _image(pid: int) -> Path | None:
    try:
        return procfs.executable(pid)
    except PermissionError:
        return None


def _from_psutil(pid: int) -> Process | None:
    import psutil

    try:
        found = psutil.Process(pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            return None
        name, executable = _program(found)
        return Process(
            pid,
            name,
            executable=executable,
            command=tuple(_readable(found.cmdline, psutil.AccessDenied) or ()),
            environment=_readable(found.environ, psutil.AccessDenied),
            started=datetime.fromtimestamp(found.create_time(), UTC),
            parent=_readable(found.ppid, psutil.AccessDenied),
        )
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return Process(pid, dict(_names()).get(pid, "?"))


def _program(found: psutil.Process) -> tuple[str, Path | None]:
    import psutil

    if sys.platform == "win32":
        return dict(_names()).get(found.pid, "?"), toolhelp.executable(found.pid)
    executable = _readable(found.exe, psutil.AccessDenied)
    return found.name(), Path(executable) if executable else None


def _readable(read: Callable[[], Value], denied: type[Exception] = OSError) -> Value | None:
    """What ``read`` gives; ``None`` when this user may not know it."""
    try:
        return read()
    except (OSError, denied):
        return None


class ProcessTree:
    """The processes of one scan as a tree; each ancestor is read once, when it is asked for."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self._by_pid: dict[int, Process | None] = {found.pid: found for found in (*processes.go, *processes.ides)}

    def get(self, pid: int) -> Process | None:
        if pid not in self._by_pid:
            self._by_pid[pid] = process(pid)
        return self._by_pid[pid]

    def ancestors(self, found: Process) -> Iterator[Process]:
        """Its parent, and so on, but for the first process of the machine."""
        for _ in range(MOST_ANCESTORS):
            above = self.get(found.parent) if found.parent is not None and found.parent > 1 else None
            if above is None or (above.started and found.started and above.started > found.started):
                return  # Windows: a parent may be gone, and another have its number
            yield above
            found = above

    def family(self, top: Process) -> tuple[int, ...]:
        """The process, and those of the scanned IDE processes which are below it."""
        below = (found for found in self.processes.ides if any(above.pid == top.pid for above in self.ancestors(found)))
        return (top.pid, *(found.pid for found in below))


def scan_process_tree(ide_names: frozenset[str]) -> ProcessTree:
    """Scan all processes; those of Go and of IDEs are described."""
    return ProcessTree(inspect_processes(ide_names))
